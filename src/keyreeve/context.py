from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar, cast

from sqlalchemy import Connection

from keyreeve.access.authentication import Caller
from keyreeve.errors import ProtectionLevelUnavailable
from keyreeve.hsm.token import Token
from keyreeve.storage.cache import View
from keyreeve.storage.freshness import WouldBlock
from keyreeve.storage.root_key.sealer import Sealer

T = TypeVar("T")
Name = TypeVar("Name", bound=Hashable)
Undo = Callable[[], None]


@dataclass(slots=True)
class Context:
    """All that a handler may touch.

    `now` is in milliseconds, drawn once for the call. `random` is for keys; `public_random` is for what anybody may
    see, such as salts. `take_back` is what to undo outside the database if the call fails.
    """

    caller: Caller
    region_id: str
    now: int
    random: Callable[[int], bytes]
    public_random: Callable[[int], bytes]
    sealer: Sealer
    view: View
    hsm: Token | None = None
    connection: Connection | None = None
    resource: str = ""
    take_back: list[Undo] = field(default_factory=list[Undo])

    @property
    def db(self) -> Connection:
        """The transaction of an operation that was declared to read or write."""
        assert self.connection is not None, "the operation is declared to need no transaction"
        return self.connection

    @property
    def token(self) -> Token:
        """Raises ProtectionLevelUnavailable if the server has none."""
        if self.hsm is None:
            raise ProtectionLevelUnavailable("ProtectionLevel", "no hardware security module is configured")
        return self.hsm

    def require_waiting(self) -> None:
        """Before what takes long. Raises WouldBlock where the call may not wait."""
        if not self.view.may_block:
            raise WouldBlock

    def read(self, kind: str, name: Name, load: "Callable[[Context, Connection, Name], T | None]") -> T | None:
        """Inside a transaction what the transaction sees, else what the cache may say. Raises WouldBlock."""
        if self.connection is not None:
            return load(self, self.connection, name)
        found = self.view.entries.get((kind, name))
        if found is not None:
            return cast("T", found)
        return self.view.get((kind, name), lambda connection: load(self, connection, name))

    def touch(self, resource: str) -> None:
        """Say which resource the call is about; the audit line names it."""
        self.resource = resource

    def arn(self, resource: str) -> str:
        return f"acs:kms:{self.region_id}:{self.caller.account_id}:{resource}"

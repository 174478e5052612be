from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar, cast

from sqlalchemy import Connection

from keyreeve.access.authentication import Caller
from keyreeve.storage.cache import View
from keyreeve.storage.root_key.sealer import Sealer

T = TypeVar("T")
Name = TypeVar("Name", bound=Hashable)


@dataclass(slots=True)
class Context:
    """All that a handler may touch.

    `now` is in milliseconds, drawn once for the call. `random` is for keys; `public_random` is for what anybody may
    see, such as salts.
    """

    caller: Caller
    region_id: str
    now: int
    random: Callable[[int], bytes]
    public_random: Callable[[int], bytes]
    sealer: Sealer
    view: View
    connection: Connection | None = None
    resource: str = ""

    @property
    def db(self) -> Connection:
        """The transaction of an operation that was declared to read or write."""
        assert self.connection is not None, "the operation is declared to need no transaction"
        return self.connection

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

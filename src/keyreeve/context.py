from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar, cast

from msgspec import Struct
from sqlalchemy import Connection

from keyreeve.access import authorisation
from keyreeve.access.authorisation import Guarded, Question
from keyreeve.access.callers import Caller
from keyreeve.crypto.joint_signing import SigningJob
from keyreeve.crypto.rsa_lanes import RsaLanes
from keyreeve.errors import KeyreeveError, ProtectionLevelUnavailable
from keyreeve.hsm.token import Token
from keyreeve.limits import NO_LIMITS, Limits
from keyreeve.storage.cache import View
from keyreeve.storage.freshness import WouldBlock
from keyreeve.storage.root_key.sealer import Sealer

T = TypeVar("T")
Name = TypeVar("Name", bound=Hashable)
Undo = Callable[[], None]


class Origin(Struct, frozen=True, gc=False):
    """How a call came: the action that its operation asks for, the peer's address, whether by TLS."""

    action: str
    source: str
    secure: bool = False


class Explained(NamedTuple):
    """An error as the door tells it: the HTTP status, the code, the message."""

    status: int
    code: str
    message: str


class Postponed(Exception):
    """Raised by a handler whose answer waits for a signature that may be made with others: `respond` makes it then."""

    def __init__(self, job: SigningJob, respond: Callable[[bytes], Struct]) -> None:
        super().__init__()
        self.job = job
        self.respond = respond


Explain = Callable[[KeyreeveError], Explained]
NOWHERE = Origin("", "")


def _unexplained(error: KeyreeveError) -> Explained:
    return Explained(500, type(error).__name__, "")


@dataclass(slots=True)
class Context:
    """All that a handler may touch.

    `now` is in milliseconds, drawn once for the call. `random` is for keys; `public_random` is for what anybody may
    see, such as salts. `take_back` is what to undo outside the database if the call fails; in
    a `dry_run` of a change nothing may be done there that cannot be undone. Where the call may be `Postponed`, `lanes`
    is what signatures can be made together with.
    """

    caller: Caller
    region_id: str
    now: int
    random: Callable[[int], bytes]
    public_random: Callable[[int], bytes]
    sealer: Sealer
    view: View
    hsm: Token | None = None
    origin: Origin = NOWHERE
    asked: bool = False
    dry_run: bool = False
    limits: Limits = NO_LIMITS
    explain: Explain = _unexplained
    connection: Connection | None = None
    resource: str = ""
    lanes: RsaLanes | None = None
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

    def permit(self, resource: str, action: str = "", guarded: Guarded | None = None) -> None:
        """Ask whether the caller may do what the operation is for, or `action`, to a resource of this service.

        `guarded` is what the resource itself says: its account, its policy, its tags. Raises NoPermission.
        """
        self.asked = True
        owner = self.caller.account_id if guarded is None else guarded.account_id
        if self.caller.is_account and owner == self.caller.account_id:
            return
        permissions = self.read("permissions", self.caller, authorisation.load)
        assert permissions is not None, "whoever has none has an empty set"
        question = self.question(self.arn(resource, owner), action)
        authorisation.require(self.caller, permissions, question, guarded)

    def question(self, arn: str, action: str = "") -> Question:
        return Question(action or self.origin.action, arn, self.origin.source, self.origin.secure, self.now)

    def arn(self, resource: str, account_id: str = "") -> str:
        """The name of a resource of this service, of the caller's account by default; one that is an ARN is one."""
        if resource.startswith("acs:"):
            return resource
        return f"acs:kms:{self.region_id}:{account_id or self.caller.account_id}:{resource}"

"""Who a verified request is from."""

from enum import StrEnum

from msgspec import Struct


class CallerKind(StrEnum):
    """The account itself, one of its users, or somebody who has taken one of its roles for a while."""

    ACCOUNT = "Account"
    USER = "RAMUser"
    ROLE = "AssumedRoleUser"


class Caller(Struct, frozen=True, gc=False):
    """`principal_id` is the id of the user or the role, `name` its name; both are empty for the account.

    `through` has the ids of all on whom a session depends: who took the role, and the roles taken before it.
    """

    account_id: str
    access_key_id: str
    kind: CallerKind = CallerKind.ACCOUNT
    principal_id: str = ""
    name: str = ""
    session_name: str = ""
    session_policy: str = ""
    through: tuple[str, ...] = ()

    @property
    def is_account(self) -> bool:
        return self.kind is CallerKind.ACCOUNT

    @property
    def path(self) -> str:
        """What follows `acs:ram::<account>:` in the caller's ARN, as policies name it."""
        if self.kind is CallerKind.USER:
            return f"user/{self.name}"
        return f"role/{self.name}" if self.kind is CallerKind.ROLE else "root"

    @property
    def label(self) -> str:
        """For the audit log: `user/<name>` or `role/<name>/<session>`, empty for the account."""
        if self.kind is CallerKind.ACCOUNT:
            return ""
        return f"{self.path}/{self.session_name}" if self.session_name else self.path

    @property
    def principal(self) -> str:
        return f"acs:ram::{self.account_id}:{self.path}"

"""What came out of asking the policies, and why, in words for a message and for the audit line."""

import re
from dataclasses import dataclass
from enum import Enum

_MOST_LABEL_CHARACTERS = 36
_MOST_NAME_CHARACTERS = 52
_NOT_PRINTABLE = re.compile(r"[^ -~]")


class Why(Enum):
    ROOT = "the account's root has every right on its own resources"
    ALLOWED_BY = "allowed by"
    DENIED_BY = "denied by"
    NOT_ALLOWED_BY_SESSION = "the session policy does not allow it"
    NOTHING_ALLOWS = "no statement allows it"
    RESOURCE_POLICY_DOES_NOT_ALLOW = "the policy of the other account's resource does not allow it"
    NOT_TRUSTED = "the role's trust policy does not name the caller"


@dataclass(frozen=True, slots=True)
class Decision:
    """`policy` and `statement` say which statement decided; both are empty where none did."""

    allowed: bool
    why: Why
    policy: str = ""
    statement: str = ""

    @property
    def text(self) -> str:
        """At most 120 characters of printable ASCII."""
        if not self.statement:
            return self.why.value
        label = _short(self.statement, _MOST_LABEL_CHARACTERS)
        return f"{self.why.value} statement {label} of policy {_short(self.policy, _MOST_NAME_CHARACTERS)}"


ROOT = Decision(allowed=True, why=Why.ROOT)
NOT_ALLOWED_BY_SESSION = Decision(allowed=False, why=Why.NOT_ALLOWED_BY_SESSION)
NOTHING_ALLOWS = Decision(allowed=False, why=Why.NOTHING_ALLOWS)
RESOURCE_POLICY_DOES_NOT_ALLOW = Decision(allowed=False, why=Why.RESOURCE_POLICY_DOES_NOT_ALLOW)
NOT_TRUSTED = Decision(allowed=False, why=Why.NOT_TRUSTED)


def _short(text: str, most: int) -> str:
    printable = _NOT_PRINTABLE.sub("?", text)
    return printable if len(printable) <= most else printable[: most - 2] + ".."

"""A rotation on its way (docs/adr/0006-rotation.md)."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """How far it has come; each is reached in one transaction, and what follows it may be done twice."""

    WANTED = "Wanted"  # nothing has been done yet
    PREPARED = "Prepared"  # the new version is stored; the target may have its credential already
    MOVED = "Moved"  # the new version is ACSCurrent; the former credential is still to be retired


@dataclass(frozen=True, slots=True)
class Rotation:
    """`claim` names the process that is at it, until `claimed_until` if that is on another node."""

    secret_id: str
    version_id: str
    phase: Phase
    attempts: int
    next_attempt_at: int
    claim: str | None = None
    claimed_until: int = 0

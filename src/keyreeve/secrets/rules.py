"""The life of a secret and of its versions, as functions of values only (API reference chapter 9).

1. A version never changes. Its stages mark it, each at most one version; a secret has at most eight of them.
2. A new version is marked ACSCurrent where nothing else is said; what was current becomes ACSPrevious, and what was
   previous loses that mark.
3. A version that is marked with other stages takes these only. Where ACSCurrent is among them, rule 2 holds too.
4. ACSCurrent and ACSPrevious are moved, never taken away; moving ACSCurrent makes what was current ACSPrevious.
5. Of more than ten versions the oldest that no stage marks goes.
6. Until its planned deletion a secret is seen, restored and tagged with nothing new; its value is not read and it does
   not change. When the time has come it does not exist, whether or not a job has removed its row yet.
7. Rotation is due an interval after the last one, or after the secret was made.
"""

from collections.abc import Sequence
from dataclasses import replace

from keyreeve.errors import (
    LimitReached,
    ParameterMissing,
    SecretInDeleteWindow,
    SecretNotInDeleteWindow,
    StageElsewhere,
    UnsupportedAction,
    UnsupportedForSecret,
)
from keyreeve.secrets.model import BUILT_IN, CURRENT, PREVIOUS, AutomaticRotation, NamedSecret, Stages

MOST_VERSIONS = 10
MOST_STAGES = 8
MOST_ROTATIONS_AN_HOUR = 50


def is_gone(secret: NamedSecret, now: int) -> bool:
    return secret.delete_at is not None and secret.delete_at <= now


def require_not_planned(secret: NamedSecret) -> None:
    """Law 6."""
    if secret.delete_at is not None:
        raise SecretInDeleteWindow


def require_planned(secret: NamedSecret) -> None:
    if secret.delete_at is None:
        raise SecretNotInDeleteWindow


def require_generic(secret: NamedSecret) -> None:
    if secret.is_managed:
        raise UnsupportedForSecret(f"{secret.secret_type} secrets get their versions by rotation")


def require_managed(secret: NamedSecret) -> None:
    if not secret.is_managed:
        raise UnsupportedAction("a Generic secret does not rotate")


def stages_after_put(stages: Stages, version_id: str, given: Sequence[str] = (CURRENT,)) -> dict[str, str]:
    """Laws 1 to 3. Raises LimitReached."""
    after = dict(stages)
    if CURRENT in given and CURRENT in stages:
        after[PREVIOUS] = stages[CURRENT]
    after.update(dict.fromkeys(given, version_id))
    return _counted(after)


def stages_after_update(stages: Stages, stage: str, remove_from: str | None, move_to: str | None) -> dict[str, str]:
    """Laws 1 and 4. Raises ParameterMissing, StageElsewhere or LimitReached."""
    if move_to is None and (remove_from is None or stage in BUILT_IN):
        raise ParameterMissing("MoveToVersion")
    marked = stages.get(stage)
    if remove_from is not None and marked != remove_from:
        raise StageElsewhere
    after = dict(stages)
    if move_to is None:
        del after[stage]
        return after
    if stage == CURRENT and marked not in (None, move_to):
        assert marked is not None, "it is not None"
        after[PREVIOUS] = marked
    after[stage] = move_to
    return _counted(after)


def versions_to_drop(version_ids: Sequence[str], stages: Stages) -> list[str]:
    """Law 5; `version_ids` from the oldest."""
    marked = set(stages.values())
    unmarked = [version_id for version_id in version_ids if version_id not in marked]
    return unmarked[: max(0, len(version_ids) - MOST_VERSIONS)]


def automatic_rotation(secret: NamedSecret) -> AutomaticRotation:
    if secret.rotation_failed:
        return AutomaticRotation.INVALID
    return AutomaticRotation.ENABLED if secret.rotates else AutomaticRotation.DISABLED


def with_schedule(secret: NamedSecret, *, rotates: bool, seconds: int | None) -> NamedSecret:
    """The secret under a rotation policy (law 7); a policy that is set anew forgets that the last attempt failed."""
    if not rotates or seconds is None:
        return replace(secret, rotates=False, rotation_seconds=None, next_rotation_at=None, rotation_failed=False)
    since = secret.last_rotated_at or secret.created_at
    due = since + seconds * 1000
    return replace(secret, rotates=True, rotation_seconds=seconds, next_rotation_at=due, rotation_failed=False)


def rotated(secret: NamedSecret, now: int) -> NamedSecret:
    done = replace(secret, last_rotated_at=now, updated_at=now, rotation_failed=False)
    if not secret.rotates or secret.rotation_seconds is None:
        return done
    return replace(done, next_rotation_at=now + secret.rotation_seconds * 1000)


def _counted(stages: dict[str, str]) -> dict[str, str]:
    if len(stages) > MOST_STAGES:
        raise LimitReached(f"a secret may have {MOST_STAGES} stages")
    return stages

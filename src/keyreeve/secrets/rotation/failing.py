"""A rotation that failed: told, and put off until it is tried again."""

from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

import structlog

from keyreeve.claims import Claimant
from keyreeve.context import Context
from keyreeve.secrets import store as secrets
from keyreeve.secrets.rotation import store
from keyreeve.secrets.rotation.model import Rotation

JOB = "job.RotateSecret"
FAILED = "ServiceUnavailableTemporary"
_FIRST_DELAY_MS, _MOST_DELAY_MS = 2_000, 900_000
_log = structlog.get_logger()


class Steps(Protocol):
    """The road's transactions."""

    @property
    def claimant(self) -> Claimant: ...

    def transaction(self) -> AbstractContextManager[Context]: ...

    def record(self, ctx: Context, name: str, resource: str, result: str = "OK", why: str = "") -> None: ...

    def measure(self, name: str, result: str, seconds: float) -> None: ...


def is_held(ctx: Context, rotation: Rotation, claimant: Claimant) -> bool:
    """Whether somebody is at it, as far as can be known."""
    return rotation.claim is not None and rotation.claimed_until > ctx.now and not claimant.is_dead(rotation.claim)


def put_off(ctx: Context, steps: Steps, secret_id: str, reason: str) -> None:
    """Note that an attempt failed, and when the next one is; nothing if another one is being made."""
    secret = secrets.read_secret_by_id(ctx.db, secret_id)
    rotation = store.read_rotation(ctx.db, secret_id)
    if secret is None or rotation is None:
        return
    if rotation.claim != steps.claimant.name and is_held(ctx, rotation, steps.claimant):
        return
    attempts = rotation.attempts + 1
    again_at = ctx.now + delay_after(attempts)
    store.update_rotation(
        ctx.db, replace(rotation, attempts=attempts, next_attempt_at=again_at, claim=None, claimed_until=0)
    )
    secrets.update_secret(ctx.db, replace(secret, rotation_failed=True))
    _log.warning(
        "a secret was not rotated",
        secret=secret.secret_name,
        account_id=secret.account_id,
        attempt=attempts,
        reason=reason,
    )
    steps.record(ctx, JOB, secret.resource, FAILED, reason)


def delay_after(attempts: int) -> int:
    """Milliseconds until the next attempt: twice as long each time, a quarter of an hour at most."""
    return min(_MOST_DELAY_MS, _FIRST_DELAY_MS * 2 ** min(attempts - 1, 20))

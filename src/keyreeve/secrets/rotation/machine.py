"""A rotation taken from step to step, so that a crash between any two leaves a credential that works.

1. Claim it, in a transaction that also stores the new version: nobody else does it meanwhile.
2. Install the new credential on the target, which may have it already.
3. Prove it by logging in. Where that is refused, put the former credential back.
4. Move ACSCurrent, in a transaction.
5. Retire what was current, where it still works.
6. Forget the rotation, in a transaction.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from keyreeve.claims import Claimant
from keyreeve.context import Context
from keyreeve.errors import KeyNotFound, KeyNotUsable, RotationFailed
from keyreeve.instances.errors import LoginRefused, TargetError, TargetRefused
from keyreeve.secrets import store as secrets
from keyreeve.secrets.managed import Credential, RamConfig, stored_config
from keyreeve.secrets.model import PREVIOUS, NamedSecret, SecretType
from keyreeve.secrets.rotation import store
from keyreeve.secrets.rotation.beginning import (
    credential,
    current_credential,
    marked_credential,
    move_current,
    prepare,
)
from keyreeve.secrets.rotation.kinds import instance_of, replaced_of, target_of
from keyreeve.secrets.rotation.model import Phase, Rotation
from keyreeve.secrets.rotation.target import Target

JOB = "job.RotateSecret"
OK, FAILED = "OK", "ServiceUnavailableTemporary"
# Longer than all that a target may be waited for together; counts where the claimant is on another node.
_CLAIM_MS = 90_000
_FIRST_DELAY_MS, _MOST_DELAY_MS = 2_000, 900_000
_log = structlog.get_logger()


class Steps(Protocol):
    """The road's transactions."""

    @property
    def claimant(self) -> Claimant: ...

    def transaction(self) -> AbstractContextManager[Context]: ...

    def record(self, ctx: Context, name: str, resource: str, result: str = "OK", why: str = "") -> None: ...

    def measure(self, name: str, result: str, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class _Work:
    """`replaced` is the credential of the same account as `new`, `old` the one that was current before."""

    rotation: Rotation
    secret: NamedSecret
    connect: Callable[[], Target]
    new: Credential
    replaced: Credential
    old: Credential


def drive(steps: Steps, secret_id: str) -> bool:
    """Take a rotation to its end; False where somebody else is at it. Raises RotationFailed: it is tried again."""
    started = time.perf_counter()
    try:
        done = _drive(steps, secret_id)
    except (TargetError, KeyNotUsable, KeyNotFound) as error:
        reason = str(error) if isinstance(error, TargetError) else type(error).__name__
        with steps.transaction() as ctx:
            put_off(ctx, steps, secret_id, reason)
        steps.measure(JOB, FAILED, time.perf_counter() - started)
        raise RotationFailed(reason) from None
    if done:
        steps.measure(JOB, OK, time.perf_counter() - started)
    return done


def _drive(steps: Steps, secret_id: str) -> bool:
    with steps.transaction() as ctx:
        claimed = _claimed(ctx, secret_id, steps.claimant)
        if claimed is None:
            return False
        secret, rotation = claimed
        if rotation.phase is Phase.WANTED:
            prepare(ctx, secret, rotation.version_id)
            rotation = _reached(ctx, rotation, Phase.PREPARED)
        if secret.secret_type is SecretType.RAM_CREDENTIALS:
            _rotated(ctx, steps, secret)
            _over(ctx, secret_id)
            return True
        work = _work(ctx, rotation, secret)
    target = work.connect()
    if rotation.phase is Phase.PREPARED:
        _install(target, work)
        with steps.transaction() as ctx:
            _move(ctx, steps, work)
    target.retire(work.old)
    with steps.transaction() as ctx:
        _over(ctx, secret_id)
    return True


def put_off(ctx: Context, steps: Steps, secret_id: str, reason: str) -> None:
    """Note that an attempt failed, and when the next one is."""
    secret = secrets.read_secret_by_id(ctx.db, secret_id)
    rotation = store.read_rotation(ctx.db, secret_id)
    if secret is None or rotation is None:
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


def _claimed(ctx: Context, secret_id: str, claimant: Claimant) -> tuple[NamedSecret, Rotation] | None:
    """Step 1; None where there is nothing to do, or somebody else is at it."""
    rotation = store.read_rotation(ctx.db, secret_id)
    secret = secrets.read_secret_by_id(ctx.db, secret_id)
    if rotation is None or secret is None:
        return None
    if rotation.claim is not None and rotation.claimed_until > ctx.now and not claimant.is_dead(rotation.claim):
        return None
    claimed = replace(rotation, claim=claimant.name, claimed_until=ctx.now + _CLAIM_MS)
    store.update_rotation(ctx.db, claimed)
    return secret, claimed


def _work(ctx: Context, rotation: Rotation, secret: NamedSecret) -> _Work:
    config = stored_config(secret.secret_type, secret.extended_config)
    assert not isinstance(config, RamConfig), "a RAM user is no instance"
    instance = instance_of(ctx.db, ctx.sealer, secret.account_id, config)
    current, previous = current_credential(ctx, secret), marked_credential(ctx, secret, PREVIOUS)
    return _Work(
        rotation,
        secret,
        connect=lambda: target_of(config, instance),
        new=credential(ctx, secret, rotation.version_id),
        replaced=replaced_of(config, current, previous),
        old=current if rotation.phase is Phase.PREPARED or previous is None else previous,
    )


def _install(target: Target, work: _Work) -> None:
    """Steps 2 and 3."""
    target.install(work.new)
    try:
        target.prove(work.new)
    except LoginRefused as error:
        target.undo(work.new, work.replaced)
        raise TargetRefused("the new credential does not log in; the former one was put back") from error


def _move(ctx: Context, steps: Steps, work: _Work) -> None:
    """Step 4."""
    secret = secrets.read_secret_by_id(ctx.db, work.secret.secret_id)
    rotation = store.read_rotation(ctx.db, work.secret.secret_id)
    if secret is None or rotation is None or rotation.claim != steps.claimant.name:
        raise TargetRefused("the secret was deleted, or somebody else went on with its rotation")
    _reached(ctx, rotation, Phase.MOVED)
    move_current(ctx, secret, rotation.version_id)
    _rotated(ctx, steps, secret)


def _reached(ctx: Context, rotation: Rotation, phase: Phase) -> Rotation:
    rotation = replace(rotation, phase=phase)
    store.update_rotation(ctx.db, rotation)
    return rotation


def _rotated(ctx: Context, steps: Steps, secret: NamedSecret) -> None:
    steps.record(ctx, JOB, secret.resource)
    _log.info("a secret was rotated", secret=secret.secret_name, account_id=secret.account_id)


def _over(ctx: Context, secret_id: str) -> None:
    """Step 6."""
    store.delete_rotation(ctx.db, secret_id)
    secret = secrets.read_secret_by_id(ctx.db, secret_id)
    if secret is not None and secret.rotation_failed:
        secrets.update_secret(ctx.db, replace(secret, rotation_failed=False))

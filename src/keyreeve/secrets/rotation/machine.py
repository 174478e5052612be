"""A rotation taken from step to step, so that a crash between any two leaves a credential that works.

1. Claim it, in a transaction that also stores the new version: nobody else does it meanwhile.
2. Install the new credential on the target, which may have it already.
3. Prove it by logging in. Where that is refused, put the former credential back.
4. Move ACSCurrent, in a transaction.
5. Retire what was current, where it still works.
6. Forget the rotation, in a transaction.
"""

import time
from dataclasses import replace

import structlog

from keyreeve.claims import Claimant
from keyreeve.context import Context
from keyreeve.errors import KeyNotFound, KeyNotUsable, RotationFailed, Unavailable
from keyreeve.instances.errors import TargetError, TargetRefused
from keyreeve.secrets import store as secrets
from keyreeve.secrets.model import NamedSecret, SecretType
from keyreeve.secrets.rotation import store
from keyreeve.secrets.rotation.beginning import move_current, prepare
from keyreeve.secrets.rotation.failing import FAILED, JOB, Steps, is_held, put_off
from keyreeve.secrets.rotation.model import Phase, Rotation
from keyreeve.secrets.rotation.work import Work, install, work_of

OK = "OK"
# Counts where the claimant is on another node; who takes longer finds the claim gone, and stops.
_CLAIM_MS = 90_000
_log = structlog.get_logger()


def drive(steps: Steps, secret_id: str) -> bool:
    """Take a rotation to its end; False where somebody else is at it. Raises RotationFailed: it is tried again."""
    started = time.perf_counter()
    try:
        done = _drive(steps, secret_id)
    except Exception as error:
        reason = _reason(error)
        with steps.transaction() as ctx:
            put_off(ctx, steps, secret_id, reason or "an internal failure")
        steps.measure(JOB, FAILED, time.perf_counter() - started)
        if reason is None:
            raise
        raise RotationFailed(reason) from None
    if done:
        steps.measure(JOB, OK, time.perf_counter() - started)
    return done


def _reason(error: Exception) -> str | None:
    """What may be told of an error that was to be expected; None for others."""
    if isinstance(error, TargetError):
        return str(error)
    return type(error).__name__ if isinstance(error, (KeyNotUsable, KeyNotFound, Unavailable)) else None


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
            _over(ctx, steps, secret_id)
            return True
        work = work_of(ctx, rotation, secret)
    target = work.connect()
    if rotation.phase is Phase.PREPARED:
        install(steps, target, work)
        with steps.transaction() as ctx:
            _move(ctx, steps, work)
    target.retire(work.old)
    with steps.transaction() as ctx:
        _over(ctx, steps, secret_id)
    return True


def _claimed(ctx: Context, secret_id: str, claimant: Claimant) -> tuple[NamedSecret, Rotation] | None:
    """Step 1; None where there is nothing to do, or somebody else is at it."""
    rotation = store.read_rotation(ctx.db, secret_id)
    secret = secrets.read_secret_by_id(ctx.db, secret_id)
    if rotation is None or secret is None or is_held(ctx, rotation, claimant):
        return None
    if secret.delete_at is not None and rotation.phase is Phase.WANTED:
        # What has been begun is ended, so that the secret is right if it is restored.
        return None
    claimed = replace(rotation, claim=claimant.name, claimed_until=ctx.now + _CLAIM_MS)
    store.update_rotation(ctx.db, claimed)
    return secret, claimed


def _move(ctx: Context, steps: Steps, work: Work) -> None:
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


def _over(ctx: Context, steps: Steps, secret_id: str) -> None:
    """Step 6, unless somebody else went on: then the rotation that is there may be another one."""
    rotation = store.read_rotation(ctx.db, secret_id)
    if rotation is None or rotation.claim != steps.claimant.name:
        return
    store.delete_rotation(ctx.db, secret_id)
    secret = secrets.read_secret_by_id(ctx.db, secret_id)
    if secret is not None and secret.rotation_failed:
        secrets.update_secret(ctx.db, replace(secret, rotation_failed=False))

"""What a rotation does outside: the new credential is installed and proven, or the former one is put back."""

from collections.abc import Callable
from dataclasses import dataclass

from keyreeve.context import Context
from keyreeve.instances.errors import TargetError, TargetRefused
from keyreeve.secrets.managed import Credential, RamConfig, stored_config
from keyreeve.secrets.model import PREVIOUS, NamedSecret
from keyreeve.secrets.rotation import store
from keyreeve.secrets.rotation.beginning import credential, current_credential, marked_credential
from keyreeve.secrets.rotation.failing import Steps
from keyreeve.secrets.rotation.kinds import instance_of, replaced_of, target_of
from keyreeve.secrets.rotation.model import Phase, Rotation
from keyreeve.secrets.rotation.target import Target


@dataclass(frozen=True, slots=True)
class Work:
    """`replaced` is the credential of the same account as `new`, `old` the one that was current before."""

    rotation: Rotation
    secret: NamedSecret
    connect: Callable[[], Target]
    new: Credential
    replaced: Credential
    old: Credential


def work_of(ctx: Context, rotation: Rotation, secret: NamedSecret) -> Work:
    """Raises TargetRefused, KeyNotFound or KeyNotUsable."""
    config = stored_config(secret.secret_type, secret.extended_config)
    assert not isinstance(config, RamConfig), "a RAM user is no instance"
    instance = instance_of(ctx.db, ctx.sealer, secret.account_id, config)
    current, previous = current_credential(ctx, secret), marked_credential(ctx, secret, PREVIOUS)
    return Work(
        rotation,
        secret,
        connect=lambda: target_of(config, instance),
        new=credential(ctx, secret, rotation.version_id),
        replaced=replaced_of(config, current, previous),
        old=current if rotation.phase is Phase.PREPARED or previous is None else previous,
    )


def install(steps: Steps, target: Target, work: Work) -> None:
    """Make the new credential work, and log in with it. Raises TargetError."""
    try:
        target.install(work.new, work.replaced)
    except TargetRefused:
        # It may have been done in part, such as for one of two hosts that an account has.
        _put_back(steps, target, work)
        raise
    try:
        target.prove(work.new)
    except TargetError as error:
        done = _put_back(steps, target, work)
        raise TargetRefused(f"the new credential is not proven: {error}; {done}") from error


def _put_back(steps: Steps, target: Target, work: Work) -> str:
    with steps.transaction() as ctx:
        rotation = store.read_rotation(ctx.db, work.secret.secret_id)
    if rotation is None or rotation.claim != steps.claimant.name:
        return "somebody else went on with it"
    try:
        target.undo(work.new, work.replaced)
    except TargetError as error:
        return f"the former one was not put back: {error}"
    return "the former one was put back"

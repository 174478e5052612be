"""Where a rotation begins: the new version is stored before anything outside has changed."""

from keyreeve.context import Context
from keyreeve.errors import Throttled
from keyreeve.keys.envelopes import require_key_opens
from keyreeve.secrets import rules
from keyreeve.secrets import store as secrets
from keyreeve.secrets.managed import Credential, RamConfig, as_text, credential_of, stored_config
from keyreeve.secrets.model import CURRENT, PREVIOUS, DataType, NamedSecret
from keyreeve.secrets.rotation import store
from keyreeve.secrets.rotation.kinds import replaced_of, successor_of
from keyreeve.secrets.rotation.model import Phase, Rotation
from keyreeve.secrets.rotation.ram import next_access_key
from keyreeve.secrets.values import new_version, value_of

_HOUR_MS = 3_600_000


def begin(ctx: Context, secret: NamedSecret, version_id: str, first_attempt_at: int) -> None:
    """Put down that a secret is to be rotated; no rotation of it may be on its way. Raises Throttled."""
    if store.count_begun(ctx.db, secret.secret_id, ctx.now - _HOUR_MS) >= rules.MOST_ROTATIONS_AN_HOUR:
        raise Throttled(f"a secret is rotated {rules.MOST_ROTATIONS_AN_HOUR} times an hour at most")
    store.note_beginning(ctx.db, secret.secret_id, version_id, ctx.now, ctx.now - _HOUR_MS)
    wanted = Rotation(secret.secret_id, version_id, Phase.WANTED, attempts=0, next_attempt_at=first_attempt_at)
    store.insert_rotation(ctx.db, wanted)


def prepare(ctx: Context, secret: NamedSecret, version_id: str) -> None:
    """Store the version that is to be current. A RAM user's rotation is done with that.

    Raises KeyNotFound, KeyNotUsable or TargetRefused.
    """
    config = stored_config(secret.secret_type, secret.extended_config)
    current, previous = current_credential(ctx, secret), marked_credential(ctx, secret, PREVIOUS)
    if isinstance(config, RamConfig):
        new: Credential = next_access_key(ctx, secret.account_id, config, current, previous)
    else:
        new = successor_of(config)(ctx.random, replaced_of(config, current, previous))
    key = require_key_opens(ctx, secret.key_id)
    numbers, _ = secrets.version_numbers(ctx.db, secret.secret_id)
    number = max(numbers.values()) + 1
    new_version(ctx, secret, key, number, version_id, DataType.TEXT, as_text(new))
    if isinstance(config, RamConfig):
        move_current(ctx, secret, version_id)


def move_current(ctx: Context, secret: NamedSecret, version_id: str) -> None:
    """Make the new version current, and what was current the previous one."""
    numbers, stages = secrets.version_numbers(ctx.db, secret.secret_id)
    after = rules.stages_after_put(stages, version_id)
    secrets.write_stages(ctx.db, secret.secret_id, stages, after)
    dropped = rules.versions_to_drop(list(numbers), after)
    secrets.delete_versions(ctx.db, secret.secret_id, dropped)
    secrets.update_secret(ctx.db, rules.rotated(secret, ctx.now))


def current_credential(ctx: Context, secret: NamedSecret) -> Credential:
    current = marked_credential(ctx, secret, CURRENT)
    assert current is not None, "a managed secret has a current version"
    return current


def marked_credential(ctx: Context, secret: NamedSecret, stage: str) -> Credential | None:
    version_id = secrets.read_stages(ctx.db, secret.secret_id).get(stage)
    return None if version_id is None else credential(ctx, secret, version_id)


def credential(ctx: Context, secret: NamedSecret, version_id: str) -> Credential:
    version = secrets.read_version(ctx.db, secret.secret_id, version_id)
    assert version is not None, "a version that is marked or on its way is there"
    return credential_of(stored_config(secret.secret_type, secret.extended_config), value_of(ctx, secret, version))

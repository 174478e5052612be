"""A key comes into being: one road for every door that creates keys."""

from dataclasses import dataclass, replace
from uuid import uuid4

from keyreeve.context import Context
from keyreeve.crypto.specs import KeySpec, KeyUsage, usages_of
from keyreeve.errors import KeyNameExists, ProtectionLevelUnavailable, UnsupportedAction
from keyreeve.keys import rules, store
from keyreeve.keys.material import NewMaterial, add_version, new_material
from keyreeve.keys.model import Key, KeyState, Origin, ProtectionLevel
from keyreeve.limits import Quota
from keyreeve.tags.model import Tags
from keyreeve.tags.store import KEY_TAGS

_NO_TAGS = Tags()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedKey:
    """What a caller asks for. `policy` is the text of a key policy; no other key of the account has the `name`."""

    spec: KeySpec
    usage: KeyUsage
    origin: Origin = Origin.ALIYUN_KMS
    protection_level: ProtectionLevel = ProtectionLevel.SOFTWARE
    description: str = ""
    tags: Tags = _NO_TAGS
    rotation_seconds: int | None = None
    policy: str | None = None
    name: str | None = None


def material_for(ctx: Context, wanted: WantedKey) -> NewMaterial | None:
    """The material of a key that may be made, before the transaction; None where it will be imported.

    Raises UnsupportedAction, UnsupportedOrigin or ProtectionLevelUnavailable for what this server does not have.
    """
    _require_offered(ctx, wanted)
    if wanted.origin is Origin.EXTERNAL:
        return None
    return new_material(ctx, wanted.spec, wanted.usage, wanted.protection_level)


def make_key(ctx: Context, wanted: WantedKey, material: NewMaterial | None) -> Key:
    """Store a key of the caller's account, with what `material_for` made. Raises LimitReached or KeyNameExists."""
    account_id = ctx.caller.account_id
    ctx.limits.require_room(Quota.KEYS, lambda: store.count_keys(ctx.db, account_id))
    if material is not None:
        ctx.limits.require_room(Quota.VERSIONS, lambda: store.count_account_versions(ctx.db, account_id))
    if wanted.name is not None:
        require_free_name(ctx, wanted.name)
    key = _new_key(ctx, wanted, material)
    store.insert_key(ctx.db, key)
    if material is not None:
        add_version(ctx, key.key_id, material)
    KEY_TAGS.put(ctx.db, key.key_id, wanted.tags.items)
    ctx.touch(f"key/{key.key_id}")
    return key


def require_free_name(ctx: Context, name: str) -> None:
    """Take a name from a key that is gone, though the job has not come by yet. Raises KeyNameExists."""
    holder = store.key_named(ctx.db, ctx.caller.account_id, name)
    if holder is None:
        return
    if not rules.is_gone(holder, ctx.now):
        raise KeyNameExists
    store.update_key(ctx.db, replace(holder, name=None))


def _new_key(ctx: Context, wanted: WantedKey, material: NewMaterial | None) -> Key:
    return Key(
        key_id=str(uuid4()),
        account_id=ctx.caller.account_id,
        spec=wanted.spec,
        usage=wanted.usage,
        origin=wanted.origin,
        protection_level=wanted.protection_level,
        state=KeyState.PENDING_IMPORT if material is None else KeyState.ENABLED,
        description=wanted.description,
        created_at=ctx.now,
        delete_at=None,
        deletion_protected=False,
        deletion_protection_description="",
        rotation_seconds=wanted.rotation_seconds,
        last_rotated_at=ctx.now,
        primary_version_id=None if material is None else material.version_id,
        has_material=material is not None,
        material_expire_at=None,
        policy=wanted.policy,
        name=wanted.name,
    )


def _require_offered(ctx: Context, wanted: WantedKey) -> None:
    if wanted.usage not in usages_of(wanted.spec):
        raise UnsupportedAction(f"KeyUsage: {wanted.spec} keys are for {' or '.join(usages_of(wanted.spec))}")
    if wanted.protection_level is ProtectionLevel.HSM and not ctx.token.supports(wanted.spec):
        raise ProtectionLevelUnavailable("ProtectionLevel", f"the token has no {wanted.spec} keys")
    if wanted.rotation_seconds is not None:
        rules.require_may_rotate(wanted.spec, wanted.origin)

"""Keys that a part of the service makes for itself: one for an account, on first use."""

from uuid import uuid4

from keyreeve.context import Context
from keyreeve.crypto.specs import KeySpec, KeyUsage
from keyreeve.keys import rules, store
from keyreeve.keys.material import add_version, new_material
from keyreeve.keys.model import Key, KeyState, Origin, ProtectionLevel


def service_key(ctx: Context, service: str, description: str) -> Key:
    """The caller's account's key for a service, inside a writing transaction.

    It is protected against deletion, since what it opens is lost with it; whoever means it takes that off first.
    """
    found = store.read_service_key(ctx.db, ctx.caller.account_id, service)
    if found is not None and not rules.is_gone(found, ctx.now):
        return rules.as_of(found, ctx.now)
    material = new_material(ctx, KeySpec.AES_256, KeyUsage.ENCRYPT_DECRYPT, ProtectionLevel.SOFTWARE)
    key = Key(
        key_id=str(uuid4()),
        account_id=ctx.caller.account_id,
        spec=KeySpec.AES_256,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        origin=Origin.ALIYUN_KMS,
        protection_level=ProtectionLevel.SOFTWARE,
        state=KeyState.ENABLED,
        description=description,
        created_at=ctx.now,
        delete_at=None,
        deletion_protected=True,
        deletion_protection_description=f"{service} needs this key",
        rotation_seconds=None,
        last_rotated_at=ctx.now,
        primary_version_id=material.version_id,
        has_material=True,
        material_expire_at=None,
        service=service,
    )
    store.insert_key(ctx.db, key)
    add_version(ctx, key.key_id, material)
    return key

"""CreateKey (API reference 8.1)."""

from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from msgspec import Meta, Struct, field

from keyreeve.context import Context
from keyreeve.crypto.specs import AVAILABLE, KeySpec, KeyUsage
from keyreeve.errors import (
    InstanceNotFound,
    KeyPolicyUnsupported,
    ParameterMissing,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedOrigin,
)
from keyreeve.keys import store
from keyreeve.keys.material import create_version
from keyreeve.keys.metadata import KeyMetadataResponse, describe
from keyreeve.keys.model import Key, KeyState, Origin, ProtectionLevel
from keyreeve.keys.references import STORABLE
from keyreeve.keys.rotation import INTERVAL_TEXT, RotationInterval
from keyreeve.operations import Needs, operation
from keyreeve.tags.model import Tags
from keyreeve.tags.store import put_tags

Description = Annotated[
    str,
    Meta(
        max_length=8192,
        pattern=STORABLE,
        description="Any text without NUL, up to 8,192 characters.",
        extra={"may_be_empty": True},
    ),
]


class CreateKeyRequest(Struct, frozen=True, rename="pascal"):
    description: Description = ""
    key_spec: Annotated[KeySpec, Meta(description="The kind of key.")] = KeySpec.AES_256
    key_usage: Annotated[
        KeyUsage | None, Meta(description="ENCRYPT/DECRYPT or SIGN/VERIFY; by default what the spec is for.")
    ] = None
    origin: Annotated[Origin, Meta(description="Aliyun_KMS: material is generated; EXTERNAL: it will be imported.")] = (
        Origin.ALIYUN_KMS
    )
    protection_level: Annotated[ProtectionLevel, Meta(description="SOFTWARE or HSM.")] = ProtectionLevel.SOFTWARE
    enable_automatic_rotation: Annotated[bool, Meta(description="Whether new versions are made by time.")] = False
    rotation_interval: Annotated[RotationInterval | None, Meta(description=INTERVAL_TEXT)] = None
    tags: Annotated[Tags, Meta(description="A JSON list of {TagKey, TagValue}, at most 20.")] = Tags()
    dkms_instance_id: Annotated[str, Meta(description="A dedicated KMS instance; there is none here.")] = field(
        default="", name="DKMSInstanceId"
    )
    key_store_id: Annotated[str, Meta(description="The older name of DKMSInstanceId.")] = ""
    policy: Annotated[str, Meta(description="A key policy; not supported yet, so it must be empty.")] = ""
    key_storage_mechanism: Annotated[
        str, Meta(description="How a hardware instance would keep the key; accepted and without effect.")
    ] = ""


@operation(
    needs=Needs.WRITE,
    errors=(
        UnsupportedAction,
        UnsupportedOrigin,
        ProtectionLevelUnavailable,
        InstanceNotFound,
        KeyPolicyUnsupported,
    ),
)
def create_key(ctx: Context, request: CreateKeyRequest) -> KeyMetadataResponse:
    """Create a key with generated material, or one that waits for material to be imported."""
    _require_offered(request)
    external = request.origin is Origin.EXTERNAL
    key_id = str(uuid4())
    key = Key(
        key_id=key_id,
        account_id=ctx.caller.account_id,
        spec=request.key_spec,
        usage=KeyUsage.ENCRYPT_DECRYPT,
        origin=request.origin,
        protection_level=request.protection_level,
        state=KeyState.PENDING_IMPORT if external else KeyState.ENABLED,
        description=request.description,
        created_at=ctx.now,
        delete_at=None,
        deletion_protected=False,
        deletion_protection_description="",
        rotation_seconds=_rotation_seconds(request),
        last_rotated_at=ctx.now,
        primary_version_id=None,
    )
    store.insert_key(ctx.db, key)
    if not external:
        key = _with_first_version(ctx, key)
    put_tags(ctx.db, key_id, request.tags.items)
    ctx.touch(f"key/{key_id}")
    return describe(ctx, key, with_protection=False)


def _with_first_version(ctx: Context, key: Key) -> Key:
    key = replace(key, primary_version_id=create_version(ctx, key.key_id, key.spec).version_id)
    store.update_key(ctx.db, key)
    return key


def _rotation_seconds(request: CreateKeyRequest) -> int | None:
    if not request.enable_automatic_rotation:
        return None
    if request.origin is Origin.EXTERNAL:
        raise UnsupportedOrigin("EnableAutomaticRotation: a key with imported material does not rotate")
    if request.rotation_interval is None:
        raise ParameterMissing("RotationInterval")
    return request.rotation_interval.seconds


def _require_offered(request: CreateKeyRequest) -> None:
    """Refuse, naming the parameter, what this server does not have."""
    if request.dkms_instance_id or request.key_store_id:
        raise InstanceNotFound
    if request.policy:
        raise KeyPolicyUnsupported("Policy")
    if request.key_spec not in AVAILABLE:
        raise UnsupportedAction(f"KeySpec: {request.key_spec} is not available on this server")
    if request.key_usage is KeyUsage.SIGN_VERIFY:
        raise UnsupportedAction(f"KeyUsage: {request.key_spec} cannot sign")
    if request.protection_level is ProtectionLevel.HSM:
        raise ProtectionLevelUnavailable("ProtectionLevel")

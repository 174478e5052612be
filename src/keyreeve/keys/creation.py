"""CreateKey (API reference 8.1)."""

from typing import Annotated
from uuid import uuid4

from msgspec import Meta, Struct, field

from keyreeve.context import Context
from keyreeve.crypto.specs import ASYMMETRIC, KeySpec, KeyUsage, usages_of
from keyreeve.errors import (
    InstanceNotFound,
    LimitReached,
    ParameterMissing,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedOrigin,
)
from keyreeve.keys import store
from keyreeve.keys.material import NewMaterial, add_version, new_material
from keyreeve.keys.metadata import KeyMetadataResponse, describe
from keyreeve.keys.model import Key, KeyState, Origin, ProtectionLevel
from keyreeve.keys.policies import ResourcePolicy
from keyreeve.keys.references import STORABLE
from keyreeve.keys.rotation import INTERVAL_TEXT, RotationInterval
from keyreeve.limits import Quota
from keyreeve.operations import Needs, operation
from keyreeve.tags.model import Tags
from keyreeve.tags.store import KEY_TAGS

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
    policy: Annotated[ResourcePolicy | None, Meta(description="A key policy; by default RAM's policies decide.")] = None
    key_storage_mechanism: Annotated[
        str, Meta(description="How a hardware instance would keep the key; accepted and without effect.")
    ] = ""


def _material_of_request(ctx: Context, request: CreateKeyRequest) -> NewMaterial | None:
    """None where the material will be imported."""
    ctx.touch("key")
    ctx.permit("key")
    _require_offered(ctx, request)
    if request.origin is Origin.EXTERNAL:
        return None
    return new_material(ctx, request.key_spec, _usage(request), request.protection_level)


@operation(
    needs=Needs.WRITE,
    prepare=_material_of_request,
    errors=(
        UnsupportedAction,
        UnsupportedOrigin,
        ProtectionLevelUnavailable,
        InstanceNotFound,
        LimitReached,
    ),
)
def create_key(ctx: Context, request: CreateKeyRequest, material: NewMaterial | None) -> KeyMetadataResponse:
    """Create a key with generated material, or one that waits for material to be imported."""
    account_id = ctx.caller.account_id
    ctx.limits.require_room(Quota.KEYS, lambda: store.count_keys(ctx.db, account_id))
    if material is not None:
        ctx.limits.require_room(Quota.VERSIONS, lambda: store.count_account_versions(ctx.db, account_id))
    key_id = str(uuid4())
    key = Key(
        key_id=key_id,
        account_id=ctx.caller.account_id,
        spec=request.key_spec,
        usage=_usage(request),
        origin=request.origin,
        protection_level=request.protection_level,
        state=KeyState.PENDING_IMPORT if material is None else KeyState.ENABLED,
        description=request.description,
        created_at=ctx.now,
        delete_at=None,
        deletion_protected=False,
        deletion_protection_description="",
        rotation_seconds=_rotation_seconds(request),
        last_rotated_at=ctx.now,
        primary_version_id=None if material is None else material.version_id,
        has_material=material is not None,
        material_expire_at=None,
        policy=None if request.policy is None else request.policy.text,
    )
    store.insert_key(ctx.db, key)
    if material is not None:
        add_version(ctx, key_id, material)
    KEY_TAGS.put(ctx.db, key_id, request.tags.items)
    ctx.touch(f"key/{key_id}")
    return describe(ctx, key, with_protection=False)


def _usage(request: CreateKeyRequest) -> KeyUsage:
    return request.key_usage or usages_of(request.key_spec)[0]


def _rotation_seconds(request: CreateKeyRequest) -> int | None:
    if not request.enable_automatic_rotation:
        return None
    if request.key_spec in ASYMMETRIC:
        raise UnsupportedAction("EnableAutomaticRotation: an asymmetric key does not rotate")
    if request.origin is Origin.EXTERNAL:
        raise UnsupportedOrigin("EnableAutomaticRotation: a key with imported material does not rotate")
    if request.rotation_interval is None:
        raise ParameterMissing("RotationInterval")
    return request.rotation_interval.seconds


def _require_offered(ctx: Context, request: CreateKeyRequest) -> None:
    """Refuse, naming the parameter, what this server does not have."""
    if request.dkms_instance_id or request.key_store_id:
        raise InstanceNotFound
    if _usage(request) not in usages_of(request.key_spec):
        raise UnsupportedAction(f"KeyUsage: {request.key_spec} keys are for {' or '.join(usages_of(request.key_spec))}")
    if request.protection_level is ProtectionLevel.HSM and not ctx.token.supports(request.key_spec):
        raise ProtectionLevelUnavailable("ProtectionLevel", f"the token has no {request.key_spec} keys")
    _rotation_seconds(request)

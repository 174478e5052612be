"""CreateKey (API reference 8.1)."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from keyreeve.context import Context
from keyreeve.crypto.specs import KeySpec, KeyUsage, usages_of
from keyreeve.errors import (
    InstanceNotFound,
    LimitReached,
    ParameterMissing,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedOrigin,
)
from keyreeve.keys import rules
from keyreeve.keys.making import WantedKey, make_key, material_for
from keyreeve.keys.material import NewMaterial
from keyreeve.keys.metadata import KeyMetadataResponse, describe
from keyreeve.keys.model import Origin, ProtectionLevel
from keyreeve.keys.policies import ResourcePolicy
from keyreeve.keys.references import STORABLE
from keyreeve.keys.rotation import INTERVAL_TEXT, RotationInterval
from keyreeve.operations import Needs, operation
from keyreeve.tags.model import Tags

Description = Annotated[
    str,
    Meta(
        max_length=8192,
        pattern=STORABLE,
        description="Any text without NUL, up to 8,192 characters.",
        extra={"may_be_empty": True},
    ),
]


class OfferedSpec(StrEnum):
    """Of the kinds of keys, those that this API makes (API reference 8.1); what another made is described here too."""

    AES_256 = "Aliyun_AES_256"
    AES_192 = "Aliyun_AES_192"
    AES_128 = "Aliyun_AES_128"
    SM4 = "Aliyun_SM4"
    RSA_2048 = "RSA_2048"
    RSA_3072 = "RSA_3072"
    RSA_4096 = "RSA_4096"
    EC_P256 = "EC_P256"
    EC_P256K = "EC_P256K"
    EC_SM2 = "EC_SM2"
    HMAC_224 = "HMAC_224"
    HMAC_256 = "HMAC_256"
    HMAC_384 = "HMAC_384"
    HMAC_512 = "HMAC_512"
    HMAC_SM3 = "HMAC_SM3"


class CreateKeyRequest(Struct, frozen=True, rename="pascal"):
    description: Description = ""
    key_spec: Annotated[OfferedSpec, Meta(description="The kind of key.")] = OfferedSpec.AES_256
    key_usage: Annotated[
        KeyUsage | None,
        Meta(description="ENCRYPT/DECRYPT, SIGN/VERIFY or GENERATE/VERIFY_MAC; by default what the spec is for."),
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
    if request.dkms_instance_id or request.key_store_id:
        raise InstanceNotFound
    return material_for(ctx, _wanted(request))


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
    return describe(ctx, make_key(ctx, _wanted(request), material), with_protection=False)


def _wanted(request: CreateKeyRequest) -> WantedKey:
    spec = KeySpec(request.key_spec)
    return WantedKey(
        spec=spec,
        usage=request.key_usage or usages_of(spec)[0],
        origin=request.origin,
        protection_level=request.protection_level,
        description=request.description,
        tags=request.tags,
        rotation_seconds=_rotation_seconds(request),
        policy=None if request.policy is None else request.policy.text,
    )


def _rotation_seconds(request: CreateKeyRequest) -> int | None:
    if not request.enable_automatic_rotation:
        return None
    rules.require_may_rotate(KeySpec(request.key_spec), request.origin)
    if request.rotation_interval is None:
        raise ParameterMissing("RotationInterval")
    return request.rotation_interval.seconds

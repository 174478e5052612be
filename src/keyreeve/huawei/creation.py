"""CreateKey (KMS API reference, create-key)."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.specs import KeyUsage, usages_of
from keyreeve.errors import (
    KeyNameExists,
    LimitReached,
    ParameterInvalid,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedOrigin,
)
from keyreeve.huawei.details import SOFTWARE_STORE, TOKEN_STORE
from keyreeve.huawei.names import NEW_SPECS, ORIGINS, USAGES, NewKeySpec
from keyreeve.huawei.parameters import Description, KeyName
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.keys.making import WantedKey, make_key, material_for
from keyreeve.keys.material import NewMaterial
from keyreeve.keys.model import ProtectionLevel
from keyreeve.operations import Needs

_STORES = {SOFTWARE_STORE: ProtectionLevel.SOFTWARE, TOKEN_STORE: ProtectionLevel.HSM}
_USAGES = {name: usage for usage, name in USAGES.items()}
_ORIGINS = {name: origin for origin, name in ORIGINS.items()}


class NewKeyUsage(StrEnum):
    ENCRYPT_DECRYPT = "ENCRYPT_DECRYPT"
    SIGN_VERIFY = "SIGN_VERIFY"
    GENERATE_VERIFY_MAC = "GENERATE_VERIFY_MAC"


class NewKeyOrigin(StrEnum):
    KMS = "kms"
    EXTERNAL = "external"


class CreateKeyRequest(ProjectRequest, frozen=True, kw_only=True):
    key_alias: KeyName
    key_spec: Annotated[NewKeySpec, Meta(description="The kind of key.")] = NewKeySpec.AES_256
    key_usage: Annotated[NewKeyUsage | None, Meta(description="What the key is for; by default what its spec is.")] = (
        None
    )
    key_description: Description = ""
    origin: Annotated[NewKeyOrigin, Meta(description="kms: made here; external: its material is imported.")] = (
        NewKeyOrigin.KMS
    )
    enterprise_project_id: Annotated[str, Meta(description="0; there are no others here.")] = "0"
    keystore_id: Annotated[str, Meta(description="0: software; 2: the hardware security module.")] = SOFTWARE_STORE


class KeyInfo(Struct, frozen=True):
    key_id: str
    domain_id: str
    region_id: str


class CreateKeyResponse(Struct, frozen=True):
    key_info: KeyInfo


def _material_of_request(ctx: Context, request: CreateKeyRequest) -> NewMaterial | None:
    ctx.touch("key")
    ctx.permit("key")
    return material_for(ctx, _wanted(request))


@kms(
    needs=Needs.WRITE,
    prepare=_material_of_request,
    errors=(KeyNameExists, LimitReached, UnsupportedAction, UnsupportedOrigin, ProtectionLevelUnavailable),
    asks="kms:CreateKey",
)
def create_key(ctx: Context, request: CreateKeyRequest, material: NewMaterial | None) -> CreateKeyResponse:
    """Create a key under a name that no other key of the account has."""
    key = make_key(ctx, _wanted(request), material)
    return CreateKeyResponse(KeyInfo(key.key_id, key.account_id, ctx.region_id))


def _wanted(request: CreateKeyRequest) -> WantedKey:
    if request.enterprise_project_id != "0":
        raise ParameterInvalid("enterprise_project_id", "there are no enterprise projects here")
    if request.keystore_id not in _STORES:
        raise ParameterInvalid("keystore_id")
    spec = NEW_SPECS[request.key_spec]
    return WantedKey(
        spec=spec,
        usage=usages_of(spec)[0] if request.key_usage is None else _usage(request.key_usage),
        origin=_ORIGINS[request.origin],
        protection_level=_STORES[request.keystore_id],
        description=request.key_description,
        name=request.key_alias.text,
    )


def _usage(name: NewKeyUsage) -> KeyUsage:
    usage = _USAGES.get(name)
    if usage is None:
        raise ParameterInvalid("key_usage")
    return usage


OPERATIONS = (create_key,)

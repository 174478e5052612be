"""Bring your own key: GetParametersForImport, ImportKeyMaterial, DeleteKeyMaterial (API reference 8.2, 8.3, 8.9)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto import key_wrapping
from keyreeve.crypto.key_wrapping import WrappingAlgorithm, WrappingKeySpec
from keyreeve.crypto.keypair import GeneratedPair
from keyreeve.errors import (
    ImportTokenInvalid,
    KeyNotFound,
    KeyStateUnchangeable,
    LimitReached,
    ParameterInvalid,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedOrigin,
)
from keyreeve.keys import imported, references, rules
from keyreeve.keys.import_tokens import open_token
from keyreeve.keys.imported import LAST_SECOND, Unwrapped
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.operations import Empty, Needs, operation
from keyreeve.wire_time import to_wire


class GetParametersForImportRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    wrapping_algorithm: Annotated[
        WrappingAlgorithm,
        Meta(
            description="For symmetric and HMAC keys RSAES_PKCS1_V1_5, RSAES_OAEP_SHA_1, RSAES_OAEP_SHA_256 or SM2PKE; "
            "for RSA and EC RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD; for EC_SM2 SM2PKE_SM4_ECB."
        ),
    ]
    wrapping_key_spec: Annotated[
        WrappingKeySpec, Meta(description="EC_SM2 for the algorithms that begin with SM2PKE, else RSA_2048.")
    ]


class GetParametersForImportResponse(Struct, frozen=True, rename="pascal"):
    import_token: str
    key_id: str
    public_key: str
    token_expire_time: str


def _wrapping_pair(ctx: Context, request: GetParametersForImportRequest) -> GeneratedPair:
    _importable_key(ctx, request)
    return key_wrapping.generate_wrapping_pair(request.wrapping_key_spec)


@operation(needs=Needs.READ, prepare=_wrapping_pair, errors=(KeyNotFound, UnsupportedOrigin))
def get_parameters_for_import(
    ctx: Context, request: GetParametersForImportRequest, pair: GeneratedPair
) -> GetParametersForImportResponse:
    """A public key to wrap material with, and the token that goes with it; both are good for 24 hours."""
    key = _importable_key(ctx, request)
    made = imported.import_parameters(ctx, key, request.wrapping_algorithm, pair)
    return GetParametersForImportResponse(
        import_token=made.token,
        key_id=key.key_id,
        public_key=made.public_key,
        token_expire_time=to_wire(made.expire_at),
    )


class ImportKeyMaterialRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    encrypted_key_material: Annotated[
        references.Base64, Meta(description="Base64 of the material as the wrapping algorithm wraps it.")
    ]
    import_token: Annotated[str, Meta(max_length=8192, description="What GetParametersForImport returned.")]
    key_material_expire_unix: Annotated[
        int,
        Meta(ge=0, le=LAST_SECOND, description="When the material is removed, in seconds since 1970; 0 for never."),
    ] = 0


def _unwrapped(ctx: Context, request: ImportKeyMaterialRequest) -> Unwrapped:
    key = find_key(ctx, request.key_id)
    rules.require_external(key)
    rules.with_material(key, None)
    if request.key_material_expire_unix and request.key_material_expire_unix * 1000 <= ctx.now:
        raise ParameterInvalid("KeyMaterialExpireUnix", "in the past")
    token = open_token(ctx.sealer, key.key_id, request.import_token, ctx.now)
    if not isinstance(token.algorithm, WrappingAlgorithm):
        raise ImportTokenInvalid("ImportToken")
    return imported.unwrapped(ctx, key, token.algorithm, token.wrapping_key, request.encrypted_key_material.data)


@operation(
    needs=Needs.WRITE,
    prepare=_unwrapped,
    errors=(
        KeyNotFound,
        KeyStateUnchangeable,
        LimitReached,
        UnsupportedOrigin,
        UnsupportedAction,
        ProtectionLevelUnavailable,
    ),
)
def import_key_material(ctx: Context, request: ImportKeyMaterialRequest, unwrapped: Unwrapped) -> Empty:
    """Give an EXTERNAL key its material: any the first time, ever after the same."""
    imported.fill(ctx, find_key(ctx, request.key_id), unwrapped, request.key_material_expire_unix * 1000 or None)
    return Empty()


class DeleteKeyMaterialRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey


@operation(needs=Needs.WRITE, erases=True, errors=(KeyNotFound, UnsupportedOrigin, ProtectionLevelUnavailable))
def delete_key_material(ctx: Context, request: DeleteKeyMaterialRequest) -> Empty:
    """Remove imported material; the key waits for the same material again."""
    key = find_key(ctx, request.key_id)
    rules.require_external(key)
    imported.empty(ctx, key)
    return Empty()


def _importable_key(ctx: Context, request: GetParametersForImportRequest) -> Key:
    key = find_key(ctx, request.key_id)
    rules.require_external(key)
    if request.wrapping_algorithm not in key_wrapping.algorithms_for(key.spec):
        fitting = ", ".join(key_wrapping.algorithms_for(key.spec))
        raise ParameterInvalid("WrappingAlgorithm", f"material of {key.spec} keys is wrapped with {fitting}")
    if request.wrapping_key_spec is not key_wrapping.wrapping_key_spec(request.wrapping_algorithm):
        raise ParameterInvalid("WrappingKeySpec", f"not a key for {request.wrapping_algorithm}")
    return key


OPERATIONS = (get_parameters_for_import, import_key_material, delete_key_material)

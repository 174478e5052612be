"""Bringing one's own key (KMS API reference, get-parameters-for-import to delete-imported-key-material).

What differs from the other door: a key takes material only while it waits for it, the material of a pair is not
deleted, and a private key comes beside the temporary key that it is encrypted under.
"""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.key_wrapping import generate_wrapping_pair
from keyreeve.crypto.keypair import GeneratedPair
from keyreeve.crypto.specs import AUTHENTICATING, KeySpec
from keyreeve.errors import (
    ImportTokenExpired,
    ImportTokenInvalid,
    KeyMaterialInvalid,
    KeyNotFound,
    KeyPendingDeletion,
    LimitReached,
    ParameterInvalid,
    ProtectionLevelUnavailable,
    UnsupportedOrigin,
)
from keyreeve.huawei import errors as e
from keyreeve.huawei.lifecycle import KeyRequest
from keyreeve.huawei.projects import kms
from keyreeve.huawei.wrapping import (
    WrappedKey,
    WrappedPrivateKey,
    WrappingName,
    unwrapped_pair,
    unwrapped_secret,
    wrapping,
    wrapping_key_spec,
)
from keyreeve.keys import imported, rules
from keyreeve.keys.import_tokens import open_token
from keyreeve.keys.imported import LAST_SECOND, Unwrapped
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key, KeyState
from keyreeve.keys.references import KeyReference
from keyreeve.operations import Empty, Needs

_ERRORS = (KeyNotFound, UnsupportedOrigin, e.NotForAsymmetric, e.NotForHmac, KeyPendingDeletion, e.KeyNotPendingImport)
_Seconds = Annotated[int, Meta(ge=0, le=LAST_SECOND)]


class GetParametersForImportRequest(KeyRequest, frozen=True, kw_only=True):
    wrapping_algorithm: Annotated[
        WrappingName,
        Meta(description="RSAES_OAEP_SHA_256 or SM2_ENCRYPT; for symmetric keys RSAES_OAEP_SHA_1 too."),
    ]


class GetParametersForImportResponse(Struct, frozen=True):
    """`expiration_time` is in seconds since 1970."""

    key_id: str
    import_token: str
    expiration_time: int
    public_key: str


def _wrapping_pair(ctx: Context, request: GetParametersForImportRequest) -> GeneratedPair:
    wrapping(_waiting_key(ctx, request.key_id), request.wrapping_algorithm)
    return generate_wrapping_pair(wrapping_key_spec(request.wrapping_algorithm))


@kms(needs=Needs.READ, prepare=_wrapping_pair, errors=_ERRORS, asks="kms:GetParametersForImport")
def get_parameters_for_import(
    ctx: Context, request: GetParametersForImportRequest, pair: GeneratedPair
) -> GetParametersForImportResponse:
    """A public key to wrap material with, and the token that goes with it; both are good for 24 hours."""
    key = _waiting_key(ctx, request.key_id)
    made = imported.import_parameters(ctx, key, wrapping(key, request.wrapping_algorithm), pair)
    return GetParametersForImportResponse(key.key_id, made.token, made.expire_at // 1000, made.public_key)


class ImportKeyMaterialRequest(KeyRequest, frozen=True, kw_only=True):
    import_token: Annotated[str, Meta(max_length=6144, description="What GetParametersForImport returned.")]
    encrypted_key_material: Annotated[
        WrappedKey,
        Meta(description="Base64, at most 360 characters: the wrapped material, of a pair the wrapped temporary key."),
    ]
    encrypted_privatekey: Annotated[
        WrappedPrivateKey | None,
        Meta(description="Base64, at most 6,144 characters: a pair's private key under the temporary key."),
    ] = None
    expiration_time: Annotated[
        _Seconds | None, Meta(description="When the material is removed, in seconds since 1970; absent for never.")
    ] = None


def _unwrapped(ctx: Context, request: ImportKeyMaterialRequest) -> Unwrapped:
    key = _waiting_key(ctx, request.key_id)
    if request.expiration_time is not None and request.expiration_time * 1000 <= ctx.now:
        raise e.ExpiryPassed("expiration_time")
    token = open_token(ctx.sealer, key.key_id, request.import_token, ctx.now)
    wrapped, private_key = request.encrypted_key_material.data, request.encrypted_privatekey
    if key.is_asymmetric:
        if private_key is None:
            raise e.PrivateKeyMissing("encrypted_privatekey")
        return unwrapped_pair(ctx, key, token, wrapped, private_key.data)
    if private_key is not None:
        raise ParameterInvalid("encrypted_privatekey", "the key is not asymmetric")
    return unwrapped_secret(ctx, key, token, wrapped)


@kms(
    needs=Needs.WRITE,
    prepare=_unwrapped,
    errors=(
        *_ERRORS,
        ImportTokenInvalid,
        ImportTokenExpired,
        KeyMaterialInvalid,
        e.ExpiryPassed,
        e.TemporaryKeyInvalid,
        e.PrivateKeyMissing,
        e.PrivateKeyInvalid,
        LimitReached,
        ProtectionLevelUnavailable,
    ),
    asks="kms:ImportKeyMaterial",
)
def import_key_material(ctx: Context, request: ImportKeyMaterialRequest, unwrapped: Unwrapped) -> Empty:
    """Give an external key that waits for it its material: any the first time, ever after the same."""
    key = _waiting_key(ctx, request.key_id)
    seconds = request.expiration_time
    imported.fill(ctx, key, unwrapped, None if seconds is None else seconds * 1000)
    return Empty()


@kms(
    needs=Needs.WRITE,
    erases=True,
    errors=(KeyNotFound, UnsupportedOrigin, e.PairNotDeletable, e.MaterialNotDeletable, ProtectionLevelUnavailable),
    asks="kms:DeleteKeyMaterial",
)
def delete_imported_key_material(ctx: Context, request: KeyRequest) -> Empty:
    """Remove the material of a symmetric key; the key waits for the same material again."""
    key = find_key(ctx, request.key_id)
    rules.require_external(key)
    if key.is_asymmetric:
        raise e.PairNotDeletable
    if key.state not in (KeyState.ENABLED, KeyState.DISABLED):
        raise e.MaterialNotDeletable
    imported.empty(ctx, key)
    return Empty()


def _waiting_key(ctx: Context, reference: KeyReference) -> Key:
    """A key that takes material now, and at this door."""
    key = find_key(ctx, reference)
    rules.require_external(key)
    if key.spec is KeySpec.EC_SM2:
        raise e.NotForAsymmetric(
            "how a private key of SM2 is wrapped here is not documented; the other door imports it"
        )
    if key.spec in AUTHENTICATING:
        raise e.NotForHmac
    rules.require_not_pending_deletion(key)
    if key.state is not KeyState.PENDING_IMPORT:
        raise e.KeyNotPendingImport
    return key


OPERATIONS = (get_parameters_for_import, import_key_material, delete_imported_key_material)

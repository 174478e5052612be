"""Bring your own key: GetParametersForImport, ImportKeyMaterial, DeleteKeyMaterial (API reference 8.2, 8.3, 8.9)."""

import base64
import hmac
from dataclasses import dataclass, replace
from typing import Annotated
from uuid import uuid4

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto import asymmetric, key_wrapping
from keyreeve.crypto.key_wrapping import UnwrapFailed, WrappingAlgorithm, WrappingKeySpec
from keyreeve.crypto.keypair import GeneratedPair, KeyMalformed
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec, secret_bytes
from keyreeve.errors import (
    KeyMaterialInvalid,
    KeyNotFound,
    KeyStateUnchangeable,
    LimitReached,
    ParameterInvalid,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedOrigin,
)
from keyreeve.keys import references, rules, store
from keyreeve.keys.import_tokens import VALID_MILLISECONDS, ImportToken, open_token, seal_token
from keyreeve.keys.lookup import find_key
from keyreeve.keys.material import erase_material, fingerprint_of, store_imported, stored_fingerprint
from keyreeve.keys.model import Key, KeyVersion
from keyreeve.limits import Quota
from keyreeve.operations import Empty, Needs, operation
from keyreeve.wire_time import to_wire

_DECOY_BYTES = 32
_LAST_SECOND = 253_402_300_799  # of the year 9999, behind which the API's times have no form


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
    token = ImportToken(request.wrapping_algorithm, ctx.now + VALID_MILLISECONDS, Secret(pair.material))
    return GetParametersForImportResponse(
        import_token=seal_token(ctx.db, ctx.sealer, key.key_id, token),
        key_id=key.key_id,
        public_key=base64.b64encode(pair.spki).decode("ascii"),
        token_expire_time=to_wire(token.expire_at),
    )


class ImportKeyMaterialRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    encrypted_key_material: Annotated[
        references.Base64, Meta(description="Base64 of the material as the wrapping algorithm wraps it.")
    ]
    import_token: Annotated[str, Meta(max_length=8192, description="What GetParametersForImport returned.")]
    key_material_expire_unix: Annotated[
        int,
        Meta(ge=0, le=_LAST_SECOND, description="When the material is removed, in seconds since 1970; 0 for never."),
    ] = 0


@dataclass(frozen=True, slots=True)
class _Unwrapped:
    material: Secret
    public_key: bytes | None


def _unwrapped(ctx: Context, request: ImportKeyMaterialRequest) -> _Unwrapped:
    key = find_key(ctx, request.key_id)
    rules.require_external(key)
    rules.with_material(key, None)
    if request.key_material_expire_unix and request.key_material_expire_unix * 1000 <= ctx.now:
        raise ParameterInvalid("KeyMaterialExpireUnix", "in the past")
    token = open_token(ctx.sealer, key.key_id, request.import_token, ctx.now)
    wrapped, decoy = request.encrypted_key_material.data, ctx.random(_DECOY_BYTES)
    size = secret_bytes(key.spec)
    try:
        return _checked(key.spec, key_wrapping.unwrap(token.algorithm, token.wrapping_key, wrapped, size, decoy))
    except (UnwrapFailed, KeyMalformed):
        raise KeyMaterialInvalid("EncryptedKeyMaterial") from None


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
def import_key_material(ctx: Context, request: ImportKeyMaterialRequest, unwrapped: _Unwrapped) -> Empty:
    """Give an EXTERNAL key its material: any the first time, ever after the same."""
    key = find_key(ctx, request.key_id)
    expire_at = request.key_material_expire_unix * 1000 or None
    filled = rules.with_material(key, expire_at)
    version = _version_to_fill(ctx, key, unwrapped)
    store_imported(ctx, key, version, unwrapped.material, unwrapped.public_key)
    store.update_key(ctx.db, replace(filled, primary_version_id=version.version_id))
    return Empty()


class DeleteKeyMaterialRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey


@operation(needs=Needs.WRITE, erases=True, errors=(KeyNotFound, UnsupportedOrigin, ProtectionLevelUnavailable))
def delete_key_material(ctx: Context, request: DeleteKeyMaterialRequest) -> Empty:
    """Remove imported material; the key waits for the same material again."""
    key = find_key(ctx, request.key_id)
    rules.require_external(key)
    erase_material(ctx, key)
    store.update_key(ctx.db, rules.without_material(key))
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


def _checked(spec: KeySpec, material: bytes) -> _Unwrapped:
    """Raises KeyMalformed."""
    if secret_bytes(spec) is not None:
        return _Unwrapped(Secret(material), None)
    pair = asymmetric.checked_pair(spec, material)
    return _Unwrapped(Secret(pair.material), pair.spki)


def _version_to_fill(ctx: Context, key: Key, unwrapped: _Unwrapped) -> KeyVersion:
    """A new version the first time; later the one that is bound, if the material is the same."""
    if key.primary_version_id is None:
        ctx.limits.require_room(Quota.VERSIONS, lambda: store.count_account_versions(ctx.db, key.account_id))
        return KeyVersion(str(uuid4()), key.key_id, ctx.now)
    stored = store.read_version(ctx.db, key.primary_version_id)
    assert stored is not None, "a primary version is never removed"
    given = fingerprint_of(unwrapped.material, unwrapped.public_key)
    if not hmac.compare_digest(given, stored_fingerprint(ctx, stored)):
        raise KeyMaterialInvalid("EncryptedKeyMaterial")
    return stored.version


OPERATIONS = (get_parameters_for_import, import_key_material, delete_key_material)

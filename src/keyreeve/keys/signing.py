"""AsymmetricSign, AsymmetricVerify and GetPublicKey (API reference 8.24, 8.25, 8.28)."""

import base64
from typing import Annotated, Self

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.specs import DIGEST_BYTES, SigningAlgorithm
from keyreeve.errors import (
    AliasNotFound,
    DryRunParameterInvalid,
    DryRunPassed,
    KeyNotFound,
    KeyNotUsable,
    KeyPendingImport,
    KeyVersionNotFound,
    UnsupportedAction,
    UnsupportedForKey,
)
from keyreeve.keys import references, rules
from keyreeve.keys.encryption import require_wet
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.opening import private_half, public_half
from keyreeve.operations import Needs, operation

_PEM_COLUMNS = 64
_FINDING = (KeyNotFound, AliasNotFound, KeyVersionNotFound, DryRunPassed, DryRunParameterInvalid)
_ERRORS = (*_FINDING, KeyNotUsable, UnsupportedForKey)


class Digest(references.Base64):
    __slots__ = ()

    @classmethod
    def from_wire(cls, text: str) -> Self:
        digest = super().from_wire(text)
        if len(digest.data) != DIGEST_BYTES:
            raise ValueError("not a digest of 32 bytes")
        return digest


class _SignatureRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    key_version_id: references.TheVersion
    algorithm: Annotated[
        SigningAlgorithm,
        Meta(description="RSA_PSS_SHA_256 or RSA_PKCS1_SHA_256 for RSA, ECDSA_SHA_256 for EC, SM2DSA for EC_SM2."),
    ]
    digest: Annotated[
        Digest,
        Meta(description="Base64 of the 32-byte SHA-256 of the message; for SM2DSA SM3(Z || M) of GB/T 32918.2."),
    ]


class AsymmetricSignRequest(_SignatureRequest, frozen=True, rename="pascal"):
    dry_run: references.DryRun = False


class AsymmetricSignResponse(Struct, frozen=True, rename="pascal"):
    key_id: str
    key_version_id: str
    value: str


@operation(needs=Needs.CACHE, errors=_ERRORS)
def asymmetric_sign(ctx: Context, request: AsymmetricSignRequest) -> AsymmetricSignResponse:
    """Sign a digest with the private half of a key version; ECDSA and SM2 signatures are ASN.1 DER."""
    key = _signing_key(ctx, request)
    half = private_half(ctx, key, request.key_version_id)
    require_wet(dry_run=request.dry_run)
    assert half.signer is not None
    signature = half.signer.sign(request.algorithm, request.digest.data)
    return AsymmetricSignResponse(key.key_id, request.key_version_id, base64.b64encode(signature).decode("ascii"))


class AsymmetricVerifyRequest(_SignatureRequest, frozen=True, rename="pascal", kw_only=True):
    value: Annotated[references.Base64, Meta(description="Base64 of the signature.")]
    dry_run: references.DryRun = False


class AsymmetricVerifyResponse(Struct, frozen=True, rename="pascal"):
    key_id: str
    key_version_id: str
    value: bool


@operation(needs=Needs.CACHE, errors=_ERRORS)
def asymmetric_verify(ctx: Context, request: AsymmetricVerifyRequest) -> AsymmetricVerifyResponse:
    """Say whether a signature of a digest is right; a wrong one is an answer, not an error."""
    key = _signing_key(ctx, request)
    half = public_half(ctx, key, request.key_version_id)
    require_wet(dry_run=request.dry_run)
    assert half.verifier is not None
    value = half.verifier.verify(request.algorithm, request.digest.data, request.value.data)
    return AsymmetricVerifyResponse(key.key_id, request.key_version_id, value)


class GetPublicKeyRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    key_version_id: references.TheVersion
    dry_run: references.DryRun = False


class GetPublicKeyResponse(Struct, frozen=True, rename="pascal"):
    key_id: str
    key_version_id: str
    public_key: str


@operation(needs=Needs.CACHE, errors=(*_FINDING, KeyPendingImport, UnsupportedAction))
def get_public_key(ctx: Context, request: GetPublicKeyRequest) -> GetPublicKeyResponse:
    """The public half of a key version in PEM, to verify and encrypt with elsewhere."""
    key = find_key(ctx, request.key_id)
    rules.require_public_key(key)
    half = public_half(ctx, key, request.key_version_id)
    require_wet(dry_run=request.dry_run)
    return GetPublicKeyResponse(key.key_id, request.key_version_id, _pem(half.spki))


def _signing_key(ctx: Context, request: _SignatureRequest) -> Key:
    key = find_key(ctx, request.key_id)
    rules.require_signs(key, request.algorithm)
    rules.require_usable(key)
    return key


def _pem(spki: bytes) -> str:
    """RFC 7468 section 13."""
    text = base64.b64encode(spki).decode("ascii")
    lines = [text[start : start + _PEM_COLUMNS] for start in range(0, len(text), _PEM_COLUMNS)]
    return "\n".join(("-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""))


OPERATIONS = (asymmetric_sign, asymmetric_verify, get_public_key)

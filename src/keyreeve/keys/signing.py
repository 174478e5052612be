"""AsymmetricSign, AsymmetricVerify and GetPublicKey (API reference 8.24, 8.25, 8.28)."""

import base64
from collections.abc import Callable
from typing import Annotated, Self, TypeVar

from msgspec import Meta, Struct

from keyreeve.context import Context, Postponed
from keyreeve.crypto.joint_signing import SigningJob
from keyreeve.crypto.message_digest import digest_bytes
from keyreeve.crypto.rsa import RsaPrivateKey
from keyreeve.crypto.specs import SigningAlgorithm
from keyreeve.errors import (
    AliasNotFound,
    DryRunParameterInvalid,
    DryRunPassed,
    KeyNotFound,
    KeyNotUsable,
    KeyPendingImport,
    KeyVersionNotFound,
    ParameterInvalid,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedForKey,
)
from keyreeve.keys import references, rules
from keyreeve.keys.encryption import require_wet
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.opening import private_half, public_half
from keyreeve.operations import Needs, operation

Response = TypeVar("Response", bound=Struct)

_PEM_COLUMNS = 64
# Of every algorithm that the API has.
_DIGEST_BYTES = 32
_FINDING = (KeyNotFound, AliasNotFound, KeyVersionNotFound, DryRunPassed, DryRunParameterInvalid)
_ERRORS = (*_FINDING, KeyNotUsable, UnsupportedForKey)


class Digest(references.Base64):
    __slots__ = ()

    @classmethod
    def from_wire(cls, text: str) -> Self:
        digest = super().from_wire(text)
        if len(digest.data) != _DIGEST_BYTES:
            raise ValueError("not a digest of 32 bytes")
        return digest


class _SignatureRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    key_version_id: references.TheVersion
    algorithm: references.TheSigning
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


@operation(needs=Needs.CACHE, errors=(*_ERRORS, ProtectionLevelUnavailable))
def asymmetric_sign(ctx: Context, request: AsymmetricSignRequest) -> AsymmetricSignResponse:
    """Sign a digest with the private half of a key version; ECDSA and SM2 signatures are ASN.1 DER."""
    key, version_id, algorithm = find_key(ctx, request.key_id), request.key_version_id, request.algorithm
    digest, dry_run = request.digest.data, request.dry_run

    def respond(signature: bytes) -> AsymmetricSignResponse:
        return AsymmetricSignResponse(key.key_id, version_id, base64.b64encode(signature).decode("ascii"))

    return sign_with(ctx, key, version_id, SigningAlgorithm(algorithm), digest, respond, dry_run=dry_run)


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
    key, version_id, algorithm = find_key(ctx, request.key_id), request.key_version_id, request.algorithm
    digest, signature, dry_run = request.digest.data, request.value.data, request.dry_run
    value = verify_with(ctx, key, version_id, SigningAlgorithm(algorithm), digest, signature, dry_run=dry_run)
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
    return GetPublicKeyResponse(key.key_id, request.key_version_id, pem(half.spki))


def sign_with(
    ctx: Context,
    key: Key,
    version_id: str,
    algorithm: SigningAlgorithm,
    digest: bytes,
    respond: Callable[[bytes], Response],
    *,
    dry_run: bool = False,
) -> Response:
    """What `respond` makes of the signature of a digest, if the key may sign it now; ECDSA's and SM2's are in DER.

    Raises UnsupportedForKey, KeyNotUsable, KeyVersionNotFound, ProtectionLevelUnavailable, DryRunPassed,
    ParameterInvalid for a digest of another length, and Postponed.
    """
    _require_signs(key, algorithm, digest)
    half = private_half(ctx, key, version_id)
    require_wet(dry_run=dry_run)
    signer = half.signer
    assert signer is not None
    if ctx.lanes is not None and isinstance(signer, RsaPrivateKey) and signer.lane_key is not None:
        raise Postponed(SigningJob(signer, signer.lane_key, algorithm, digest), respond)
    return respond(signer.sign(algorithm, digest))


def verify_with(
    ctx: Context,
    key: Key,
    version_id: str,
    algorithm: SigningAlgorithm,
    digest: bytes,
    signature: bytes,
    *,
    dry_run: bool = False,
) -> bool:
    """Whether it is the digest's signature; it refuses what `sign_with` does, but for what is a token's."""
    _require_signs(key, algorithm, digest)
    half = public_half(ctx, key, version_id)
    require_wet(dry_run=dry_run)
    assert half.verifier is not None
    return half.verifier.verify(algorithm, digest, signature)


def _require_signs(key: Key, algorithm: SigningAlgorithm, digest: bytes) -> None:
    rules.require_signs(key, algorithm)
    rules.require_usable(key)
    if len(digest) != digest_bytes(algorithm):
        raise ParameterInvalid("Digest", f"{algorithm} signs a digest of {digest_bytes(algorithm)} bytes")


def pem(spki: bytes) -> str:
    """RFC 7468 section 13."""
    text = base64.b64encode(spki).decode("ascii")
    lines = [text[start : start + _PEM_COLUMNS] for start in range(0, len(text), _PEM_COLUMNS)]
    return "\n".join(("-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""))


OPERATIONS = (asymmetric_sign, asymmetric_verify, get_public_key)

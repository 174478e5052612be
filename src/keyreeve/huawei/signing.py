"""Sign, Verify and GetPublickey (KMS API reference, sign, verify, get-publickey)."""

import base64
from enum import StrEnum
from typing import Annotated, Self

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.message_digest import message_digest
from keyreeve.crypto.specs import ASYMMETRIC, KeyUsage, SigningAlgorithm
from keyreeve.errors import (
    AliasNotFound,
    KeyNotFound,
    KeyNotUsable,
    KeyPendingImport,
    ParameterInvalid,
    Unsupported,
    UnsupportedForKey,
)
from keyreeve.huawei.errors import (
    DigestLengthWrong,
    KeyIsForEncryption,
    NotForHmac,
    NotForSymmetric,
    SymmetricKeySignsNothing,
)
from keyreeve.huawei.names import SIGNING_ALGORITHMS, NewSigningAlgorithm
from keyreeve.huawei.parameters import TheKeyOrAlias
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.keys import rules
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.opening import public_half, version_ids
from keyreeve.keys.references import Base64
from keyreeve.keys.signing import pem, sign_with, verify_with
from keyreeve.operations import Needs

_MOST_MESSAGE_BYTES = 4096
_ERRORS = (
    KeyNotFound,
    AliasNotFound,
    KeyNotUsable,
    SymmetricKeySignsNothing,
    NotForHmac,
    KeyIsForEncryption,
    UnsupportedForKey,
    DigestLengthWrong,
)


class MessageType(StrEnum):
    DIGEST = "DIGEST"
    RAW = "RAW"


class Message(Base64):
    __slots__ = ()

    @classmethod
    def from_wire(cls, text: str) -> Self:
        message = super().from_wire(text)
        if len(message.data) >= _MOST_MESSAGE_BYTES:
            raise ValueError("not less than 4,096 bytes")
        return message


class SignRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKeyOrAlias
    message: Annotated[Message, Meta(description="Base64 of less than 4,096 bytes: a digest, or what is signed.")]
    signing_algorithm: Annotated[NewSigningAlgorithm, Meta(description="One that the key's spec has.")]
    message_type: Annotated[MessageType, Meta(description="DIGEST, or RAW; with SM2DSA_SM3 only DIGEST.")] = (
        MessageType.DIGEST
    )


class SignResponse(Struct, frozen=True):
    key_id: str
    signature: str


@kms(needs=Needs.CACHE, errors=_ERRORS, asks="kms:AsymmetricSign")
def sign(ctx: Context, request: SignRequest) -> SignResponse:
    """Sign with the newest version of a key pair; ECDSA and SM2 signatures are ASN.1 DER, in Base64."""
    key, algorithm = _signing_key(ctx, request)
    digest = _digest(request, algorithm)
    assert key.primary_version_id is not None, "a usable key has one"

    def respond(signature: bytes) -> SignResponse:
        return SignResponse(key.key_id, base64.b64encode(signature).decode("ascii"))

    try:
        return sign_with(ctx, key, key.primary_version_id, algorithm, digest, respond)
    except ParameterInvalid:
        raise DigestLengthWrong("message") from None


class VerifyRequest(SignRequest, frozen=True, kw_only=True):
    signature: Annotated[Base64, Meta(description="Base64 of the signature.")]


class VerifyResponse(Struct, frozen=True):
    """`signature_valid` is a word."""

    key_id: str
    signature_valid: str


@kms(needs=Needs.CACHE, errors=_ERRORS, asks="kms:AsymmetricVerify")
def verify(ctx: Context, request: VerifyRequest) -> VerifyResponse:
    """Say whether any version of a key pair made a signature; a wrong one is an answer, not an error."""
    key, algorithm = _signing_key(ctx, request)
    digest, signature = _digest(request, algorithm), request.signature.data
    try:
        right = any(verify_with(ctx, key, one, algorithm, digest, signature) for one in version_ids(ctx, key))
    except ParameterInvalid:
        raise DigestLengthWrong("message") from None
    return VerifyResponse(key.key_id, "true" if right else "false")


class GetPublickeyRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKeyOrAlias


class GetPublickeyResponse(Struct, frozen=True):
    key_id: str
    public_key: str


@kms(
    needs=Needs.CACHE,
    errors=(KeyNotFound, AliasNotFound, KeyPendingImport, NotForSymmetric, NotForHmac),
    asks="kms:GetPublicKey",
)
def get_publickey(ctx: Context, request: GetPublickeyRequest) -> GetPublickeyResponse:
    """The public half of a key pair's newest version in PEM, with the line ends that this cloud writes."""
    key = find_key(ctx, request.key_id)
    _require_pair(key, NotForSymmetric)
    rules.require_public_key(key)
    half = public_half(ctx, key, version_ids(ctx, key)[0])
    return GetPublickeyResponse(key.key_id, pem(half.spki).replace("\n", "\r\n"))


def _signing_key(ctx: Context, request: SignRequest) -> tuple[Key, SigningAlgorithm]:
    key = find_key(ctx, request.key_id)
    _require_pair(key, SymmetricKeySignsNothing)
    if key.usage is not KeyUsage.SIGN_VERIFY:
        raise KeyIsForEncryption
    algorithm = SIGNING_ALGORITHMS[request.signing_algorithm]
    rules.require_signs(key, algorithm)
    rules.require_usable(key)
    return key, algorithm


def _require_pair(key: Key, if_symmetric: type[Unsupported]) -> None:
    if key.spec not in ASYMMETRIC:
        raise if_symmetric if key.is_symmetric else NotForHmac


def _digest(request: SignRequest, algorithm: SigningAlgorithm) -> bytes:
    """What is signed. SM2's depends on the signer, so its callers make it themselves (GB/T 32918.2 section 6.1)."""
    if request.message_type is MessageType.DIGEST:
        return request.message.data
    if algorithm is SigningAlgorithm.SM2DSA:
        raise ParameterInvalid("message_type", "SM2DSA_SM3 takes a DIGEST")
    return message_digest(algorithm, b"", request.message.data)


OPERATIONS = (sign, verify, get_publickey)

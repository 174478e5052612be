"""CertificatePrivateKeySign and CertificatePublicKeyVerify (API reference 10.7, 10.8)."""

import base64
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.certificates import rules
from keyreeve.certificates.lookup import find_certificate
from keyreeve.certificates.model import Certificate
from keyreeve.certificates.private_keys import private_key, public_key
from keyreeve.certificates.references import Message, TheCertificate
from keyreeve.context import Context
from keyreeve.crypto.message_digest import digest_bytes, message_digest
from keyreeve.crypto.specs import SigningAlgorithm
from keyreeve.errors import (
    CertificateNotFound,
    CertificateNotUsable,
    ParameterInvalid,
    ProtectionLevelUnavailable,
    UnsupportedForKey,
)
from keyreeve.keys.references import Base64, TheSigning
from keyreeve.operations import Needs, operation


class MessageType(StrEnum):
    RAW = "RAW"
    DIGEST = "DIGEST"


class _MessageRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    algorithm: TheSigning
    certificate_id: TheCertificate
    message: Annotated[Message, Meta(description="Base64 of the message, at most 4 KiB, or of its digest.")]
    message_type: Annotated[
        MessageType,
        Meta(
            description="RAW: the message, hashed here, for SM2DSA with the identity 1234567812345678. DIGEST: the "
            "32 bytes of its SHA-256, for SM2DSA of the e of GB/T 32918.2 section 6.1."
        ),
    ] = MessageType.RAW


class CertificatePrivateKeySignRequest(_MessageRequest, frozen=True, rename="pascal", kw_only=True):
    pass


class CertificatePrivateKeySignResponse(Struct, frozen=True, rename="pascal"):
    certificate_id: str
    signature_value: str


@operation(
    needs=Needs.CACHE,
    errors=(CertificateNotFound, CertificateNotUsable, UnsupportedForKey, ProtectionLevelUnavailable),
)
def certificate_private_key_sign(
    ctx: Context, request: CertificatePrivateKeySignRequest
) -> CertificatePrivateKeySignResponse:
    """Sign a message or its digest with a certificate's private key; ECDSA and SM2 signatures are ASN.1 DER."""
    certificate, algorithm = _signing_certificate(ctx, request)
    rules.require_active(certificate)
    digest = _digest(certificate, request, algorithm)
    signature = private_key(ctx, certificate).signer.sign(algorithm, digest)
    text = base64.b64encode(signature).decode("ascii")
    return CertificatePrivateKeySignResponse(certificate.certificate_id, text)


class CertificatePublicKeyVerifyRequest(_MessageRequest, frozen=True, rename="pascal", kw_only=True):
    signature_value: Annotated[Base64, Meta(description="Base64 of the signature.")]


class CertificatePublicKeyVerifyResponse(Struct, frozen=True, rename="pascal"):
    certificate_id: str
    signature_valid: bool


@operation(needs=Needs.CACHE, errors=(CertificateNotFound, UnsupportedForKey))
def certificate_public_key_verify(
    ctx: Context, request: CertificatePublicKeyVerifyRequest
) -> CertificatePublicKeyVerifyResponse:
    """Say whether a signature is a certificate's, whatever its status; a wrong one is an answer, not an error."""
    certificate, algorithm = _signing_certificate(ctx, request)
    digest = _digest(certificate, request, algorithm)
    verifier = public_key(ctx, certificate).verifier
    valid = verifier.verify(algorithm, digest, request.signature_value.data)
    return CertificatePublicKeyVerifyResponse(certificate.certificate_id, valid)


def _signing_certificate(ctx: Context, request: _MessageRequest) -> tuple[Certificate, SigningAlgorithm]:
    certificate, algorithm = find_certificate(ctx, request.certificate_id), SigningAlgorithm(request.algorithm)
    rules.require_signs_with(certificate, algorithm)
    return certificate, algorithm


def _digest(certificate: Certificate, request: _MessageRequest, algorithm: SigningAlgorithm) -> bytes:
    """Raises ParameterInvalid."""
    message = request.message.data
    if request.message_type is MessageType.RAW:
        return message_digest(algorithm, certificate.public_key, message)
    if len(message) != digest_bytes(algorithm):
        raise ParameterInvalid("Message", f"a digest has {digest_bytes(algorithm)} bytes")
    return message


OPERATIONS = (certificate_private_key_sign, certificate_public_key_verify)

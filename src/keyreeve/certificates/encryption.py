"""CertificatePublicKeyEncrypt and CertificatePrivateKeyDecrypt (API reference 10.9, 10.10)."""

import base64
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.certificates import rules
from keyreeve.certificates.lookup import find_certificate
from keyreeve.certificates.private_keys import private_key, public_key
from keyreeve.certificates.references import TheCertificate
from keyreeve.context import Context
from keyreeve.crypto.keypair import DecryptionFailed, PlaintextTooLong
from keyreeve.errors import (
    CertificateNotFound,
    CertificateNotUsable,
    CertificateRevoked,
    ParameterInvalid,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedForKey,
)
from keyreeve.keys.public_encryption import Algorithm
from keyreeve.keys.references import Base64
from keyreeve.operations import Needs, operation

_ERRORS = (CertificateNotFound, UnsupportedForKey, UnsupportedAction, ProtectionLevelUnavailable)


class CertificatePublicKeyEncryptRequest(Struct, frozen=True, rename="pascal"):
    algorithm: Algorithm
    certificate_id: TheCertificate
    plaintext: Annotated[
        Base64,
        Meta(description="Base64 of at most 190 bytes (RSAES_OAEP_SHA_256), 214 (RSAES_OAEP_SHA_1) or 6,047 (SM2PKE)."),
    ]


class CertificatePublicKeyEncryptResponse(Struct, frozen=True, rename="pascal"):
    certificate_id: str
    ciphertext_blob: str


@operation(needs=Needs.CACHE, errors=(*_ERRORS, CertificateRevoked))
def certificate_public_key_encrypt(
    ctx: Context, request: CertificatePublicKeyEncryptRequest
) -> CertificatePublicKeyEncryptResponse:
    """Encrypt with a certificate's public key, unless it is revoked; SM2 ciphertext is C1 || C3 || C2."""
    certificate = find_certificate(ctx, request.certificate_id)
    rules.require_encrypts_with(certificate, request.algorithm)
    rules.require_not_revoked(certificate)
    if certificate.is_in_token:
        ctx.require_waiting()
        if not ctx.token.supports(request.algorithm):
            raise ProtectionLevelUnavailable("ProtectionLevel", f"the token does not decrypt {request.algorithm}")
    encrypter = public_key(ctx, certificate).encrypter
    assert encrypter is not None, "its spec encrypts"
    try:
        ciphertext = encrypter.encrypt(request.algorithm, request.plaintext.data)
    except PlaintextTooLong:
        raise ParameterInvalid("Plaintext", "longer than the key and the algorithm take") from None
    text = base64.b64encode(ciphertext).decode("ascii")
    return CertificatePublicKeyEncryptResponse(certificate.certificate_id, text)


class CertificatePrivateKeyDecryptRequest(Struct, frozen=True, rename="pascal"):
    algorithm: Algorithm
    certificate_id: TheCertificate
    ciphertext_blob: Annotated[
        Base64, Meta(description="Base64 of the ciphertext; for SM2PKE C1 || C3 || C2 or ASN.1 DER.")
    ]


class CertificatePrivateKeyDecryptResponse(Struct, frozen=True, rename="pascal"):
    certificate_id: str
    plaintext: str


@operation(needs=Needs.CACHE, errors=(*_ERRORS, CertificateNotUsable))
def certificate_private_key_decrypt(
    ctx: Context, request: CertificatePrivateKeyDecryptRequest
) -> CertificatePrivateKeyDecryptResponse:
    """Decrypt with an ACTIVE certificate's private key; the plaintext comes back in Base64."""
    certificate = find_certificate(ctx, request.certificate_id)
    rules.require_encrypts_with(certificate, request.algorithm)
    rules.require_active(certificate)
    decrypter = private_key(ctx, certificate).decrypter
    assert decrypter is not None, "its spec encrypts"
    try:
        plaintext = decrypter.decrypt(request.algorithm, request.ciphertext_blob.data)
    except DecryptionFailed:
        raise ParameterInvalid("CiphertextBlob") from None
    text = base64.b64encode(plaintext).decode("ascii")
    return CertificatePrivateKeyDecryptResponse(certificate.certificate_id, text)


OPERATIONS = (certificate_public_key_encrypt, certificate_private_key_decrypt)

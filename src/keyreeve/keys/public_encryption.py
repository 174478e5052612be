"""AsymmetricEncrypt and AsymmetricDecrypt (API reference 8.26, 8.27)."""

import base64
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.keypair import DecryptionFailed, PlaintextTooLong
from keyreeve.crypto.specs import EncryptionAlgorithm
from keyreeve.errors import (
    AliasNotFound,
    DryRunParameterInvalid,
    DryRunPassed,
    KeyNotFound,
    KeyNotUsable,
    KeyVersionNotFound,
    ParameterInvalid,
    ProtectionLevelUnavailable,
    UnsupportedAction,
    UnsupportedForKey,
)
from keyreeve.keys import references, rules
from keyreeve.keys.encryption import Recipient, refuse_recipient, require_wet
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.opening import private_half, public_half
from keyreeve.operations import Needs, operation

_ERRORS = (
    KeyNotFound,
    AliasNotFound,
    KeyVersionNotFound,
    KeyNotUsable,
    UnsupportedForKey,
    UnsupportedAction,
    ProtectionLevelUnavailable,
    DryRunPassed,
    DryRunParameterInvalid,
)
Algorithm = Annotated[
    EncryptionAlgorithm,
    Meta(description="RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1 for RSA, SM2PKE for EC_SM2."),
]


class AsymmetricEncryptRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    key_version_id: references.TheVersion
    algorithm: Algorithm
    plaintext: Annotated[
        references.Base64,
        Meta(
            description="Base64 of at most 190 or 214 bytes (RSA_2048 with SHA-256 or SHA-1), 318 or 342 (RSA_3072), "
            "446 or 470 (RSA_4096), 6,047 (EC_SM2)."
        ),
    ]
    dry_run: references.DryRun = False


class AsymmetricEncryptResponse(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: str
    key_id: str
    key_version_id: str


@operation(needs=Needs.CACHE, errors=_ERRORS)
def asymmetric_encrypt(ctx: Context, request: AsymmetricEncryptRequest) -> AsymmetricEncryptResponse:
    """Encrypt with the public half of a key version; SM2 ciphertext is C1 || C3 || C2."""
    key = find_key(ctx, request.key_id)
    ciphertext = encrypt_with(ctx, key, request.key_version_id, request.algorithm, request.plaintext.data)
    require_wet(dry_run=request.dry_run)
    text = base64.b64encode(ciphertext).decode("ascii")
    return AsymmetricEncryptResponse(text, key.key_id, request.key_version_id)


class AsymmetricDecryptRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    key_version_id: references.TheVersion
    algorithm: Algorithm
    ciphertext_blob: Annotated[
        references.Base64, Meta(description="Base64 of the ciphertext; for SM2PKE C1 || C3 || C2 or ASN.1 DER.")
    ]
    dry_run: references.DryRun = False
    recipient: Recipient = ""


class AsymmetricDecryptResponse(Struct, frozen=True, rename="pascal"):
    plaintext: str
    key_id: str
    key_version_id: str


@operation(needs=Needs.CACHE, errors=_ERRORS)
def asymmetric_decrypt(ctx: Context, request: AsymmetricDecryptRequest) -> AsymmetricDecryptResponse:
    """Decrypt with the private half of a key version; the plaintext comes back in Base64."""
    refuse_recipient(request.recipient)
    key, ciphertext = find_key(ctx, request.key_id), request.ciphertext_blob.data
    plaintext = decrypt_with(ctx, key, request.key_version_id, request.algorithm, ciphertext, dry_run=request.dry_run)
    text = base64.b64encode(plaintext).decode("ascii")
    return AsymmetricDecryptResponse(text, key.key_id, request.key_version_id)


def decrypt_with(
    ctx: Context, key: Key, version_id: str, algorithm: EncryptionAlgorithm, ciphertext: bytes, *, dry_run: bool
) -> bytes:
    """The plaintext of a public-key ciphertext, if the key may decrypt now; a dry run ends behind the decryption."""
    rules.require_encrypts_with(key, algorithm)
    rules.require_usable(key)
    half = private_half(ctx, key, version_id)
    assert half.decrypter is not None
    try:
        plaintext = half.decrypter.decrypt(algorithm, ciphertext)
    except DecryptionFailed:
        raise ParameterInvalid("CiphertextBlob") from None
    require_wet(dry_run=dry_run)
    return plaintext


def encrypt_with(ctx: Context, key: Key, version_id: str, algorithm: EncryptionAlgorithm, plaintext: bytes) -> bytes:
    """The ciphertext that a version's private half opens, if the key may encrypt now."""
    rules.require_encrypts_with(key, algorithm)
    rules.require_usable(key)
    if key.is_in_token:
        ctx.require_waiting()
        if not ctx.token.supports(algorithm):
            raise ProtectionLevelUnavailable("ProtectionLevel", f"the token does not decrypt {algorithm}")
    half = public_half(ctx, key, version_id)
    assert half.encrypter is not None
    try:
        return half.encrypter.encrypt(algorithm, plaintext)
    except PlaintextTooLong:
        raise ParameterInvalid("Plaintext", "longer than the key and the algorithm take") from None


OPERATIONS = (asymmetric_encrypt, asymmetric_decrypt)

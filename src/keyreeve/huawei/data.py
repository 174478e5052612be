"""EncryptData and DecryptData (KMS API reference, encrypt-data, decrypt-data)."""

import base64
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind
from keyreeve.errors import ParameterInvalid, ParameterMissing, UnsupportedAction
from keyreeve.huawei.ciphertexts import CIPHER_ERRORS, Ciphertext, encrypting_key, seal, unseal
from keyreeve.huawei.errors import CipherNotForSymmetric, CiphertextInvalid
from keyreeve.huawei.names import CipherAlgorithm
from keyreeve.huawei.parameters import NO_ASSOCIATED_DATA, Aad, AssociatedData, KeyIdOrAlias, TheKeyOrAlias
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.huawei.public_keys import decrypt_public, encrypt_public
from keyreeve.operations import Needs

_MOST_BYTES = 4096
_PUBLIC_ENCRYPT, _PUBLIC_DECRYPT = "kms:AsymmetricEncrypt", "kms:AsymmetricDecrypt"
ERRORS = (*CIPHER_ERRORS, CipherNotForSymmetric, UnsupportedAction)

Algorithm = Annotated[
    CipherAlgorithm, Meta(description="SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1 or SM2_ENCRYPT.")
]


class EncryptDataRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKeyOrAlias
    plain_text: Annotated[str, Meta(max_length=_MOST_BYTES, description="Text of at most 4,096 bytes in UTF-8.")]
    encryption_algorithm: Algorithm = CipherAlgorithm.SYMMETRIC_DEFAULT
    additional_authenticated_data: Aad = NO_ASSOCIATED_DATA


class EncryptDataResponse(Struct, frozen=True):
    key_id: str
    cipher_text: str


@kms(needs=Needs.CACHE, errors=ERRORS, asks="kms:Encrypt")
def encrypt_data(ctx: Context, request: EncryptDataRequest) -> EncryptDataResponse:
    """Encrypt a short text, with a symmetric key or a public one; the ciphertext is Base64."""
    plaintext = request.plain_text.encode()
    if len(plaintext) > _MOST_BYTES:
        raise ParameterInvalid("plain_text", "longer than 4,096 bytes")
    algorithm, associated = request.encryption_algorithm, request.additional_authenticated_data
    if algorithm is not CipherAlgorithm.SYMMETRIC_DEFAULT:
        require_none(associated, "additional_authenticated_data")
        key, ciphertext = encrypt_public(ctx, request.key_id, algorithm, plaintext, _PUBLIC_ENCRYPT)
        return EncryptDataResponse(key.key_id, base64.b64encode(ciphertext).decode("ascii"))
    key = encrypting_key(ctx, request.key_id)
    return EncryptDataResponse(key.key_id, seal(ctx, key, Kind.TEXT, plaintext, associated))


class DecryptDataRequest(ProjectRequest, frozen=True, kw_only=True):
    cipher_text: Ciphertext
    key_id: Annotated[KeyIdOrAlias | None, Meta(description="The key; a symmetric ciphertext names its own.")] = None
    encryption_algorithm: Algorithm = CipherAlgorithm.SYMMETRIC_DEFAULT
    additional_authenticated_data: Aad = NO_ASSOCIATED_DATA


class DecryptDataResponse(Struct, frozen=True):
    """Both are always there; where the plaintext is no text, only the Base64 has all of it."""

    key_id: str
    plain_text: str
    plain_text_base64: str


@kms(needs=Needs.CACHE, errors=(*ERRORS, CiphertextInvalid), asks="kms:Decrypt")
def decrypt_data(ctx: Context, request: DecryptDataRequest) -> DecryptDataResponse:
    """Decrypt what EncryptData or ReEncrypt made."""
    algorithm, associated = request.encryption_algorithm, request.additional_authenticated_data
    if algorithm is not CipherAlgorithm.SYMMETRIC_DEFAULT:
        require_none(associated, "additional_authenticated_data")
        if request.key_id is None:
            raise ParameterMissing("key_id")
        opened = decrypt_public(ctx, request.key_id, algorithm, request.cipher_text, _PUBLIC_DECRYPT)
    else:
        opened = unseal(ctx, request.cipher_text, request.key_id, associated)
    if opened.kind is Kind.DATA_KEY:
        raise CiphertextInvalid("cipher_text", "a data key: see decrypt-datakey")
    text = opened.plaintext.decode(errors="replace")
    return DecryptDataResponse(opened.key.key_id, text, base64.b64encode(opened.plaintext).decode("ascii"))


def require_none(associated: AssociatedData, name: str) -> None:
    if associated.context.canonical:
        raise ParameterInvalid(name, "a public-key ciphertext has none")


OPERATIONS = (encrypt_data, decrypt_data)

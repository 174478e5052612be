"""Data keys: made, encrypted and decrypted (KMS API reference, create-datakey to decrypt-datakey).

Lengths are in bits where a key is made and in bytes everywhere else, as that cloud has them.
"""

import binascii
import hmac
from enum import StrEnum
from typing import Annotated

from cryptography.hazmat.primitives import hashes
from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind
from keyreeve.crypto.specs import KeySpec
from keyreeve.huawei import errors as e
from keyreeve.huawei.ciphertexts import CIPHER_ERRORS, Ciphertext, encrypting_key, seal, unseal
from keyreeve.huawei.parameters import NO_ASSOCIATED_DATA, Aad, TheKeyOrAlias
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.keys.model import Key
from keyreeve.operations import Needs

_DIGEST_BYTES = 32
_DATA_KEY_ERRORS = (e.DataKeyMalformed, e.DataKeyLengthWrong, e.DataKeyDigestWrong)


class DataKeySpec(StrEnum):
    AES_256 = "AES_256"
    AES_128 = "AES_128"
    SM4 = "SM4"
    HMAC_256 = "HMAC_256"
    HMAC_384 = "HMAC_384"
    HMAC_512 = "HMAC_512"
    HMAC_SM3 = "HMAC_SM3"


_BYTES = {
    DataKeySpec.AES_256: 32,
    DataKeySpec.AES_128: 16,
    DataKeySpec.SM4: 16,
    DataKeySpec.HMAC_256: 32,
    DataKeySpec.HMAC_384: 48,
    DataKeySpec.HMAC_512: 64,
    DataKeySpec.HMAC_SM3: 32,
}
_Bits = Annotated[int, Meta(ge=8, le=8192)]
DataKeyBytes = Annotated[int, Meta(ge=1, le=1024, description="How many bytes the data key has, 1 to 1,024.")]


class CreateDatakeyRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKeyOrAlias
    key_spec: Annotated[DataKeySpec, Meta(description="What the data key is for; decides its length.")] = (
        DataKeySpec.AES_256
    )
    datakey_length: Annotated[
        _Bits | None, Meta(description="How many bits, 8 to 8,192 by eights; counts more than key_spec.")
    ] = None
    additional_authenticated_data: Aad = NO_ASSOCIATED_DATA


class CreateDatakeyResponse(Struct, frozen=True):
    key_id: str
    plain_text: str
    cipher_text: str


class CipherTextResponse(Struct, frozen=True):
    key_id: str
    cipher_text: str


@kms(needs=Needs.CACHE, errors=(*CIPHER_ERRORS, e.MultipleOfEight), asks="kms:GenerateDataKey")
def create_datakey(ctx: Context, request: CreateDatakeyRequest) -> CreateDatakeyResponse:
    """Make a random data key and return it both in plain and encrypted, in hexadecimal."""
    return _create(ctx, request)


@kms(needs=Needs.CACHE, errors=(*CIPHER_ERRORS, e.MultipleOfEight), asks="kms:GenerateDataKeyWithoutPlaintext")
def create_datakey_without_plaintext(ctx: Context, request: CreateDatakeyRequest) -> CipherTextResponse:
    """Make a random data key and return it encrypted only."""
    made = _create(ctx, request)
    return CipherTextResponse(made.key_id, made.cipher_text)


class EncryptDatakeyRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKeyOrAlias
    plain_text: Annotated[
        str,
        Meta(max_length=4096, description="Hexadecimal of the data key and behind it its SHA-256, SM3 for SM4 keys."),
    ]
    datakey_plain_length: DataKeyBytes
    additional_authenticated_data: Aad = NO_ASSOCIATED_DATA


class EncryptDatakeyResponse(Struct, frozen=True):
    key_id: str
    cipher_text: str
    datakey_length: str


@kms(needs=Needs.CACHE, errors=(*CIPHER_ERRORS, *_DATA_KEY_ERRORS), asks="kms:Encrypt")
def encrypt_datakey(ctx: Context, request: EncryptDatakeyRequest) -> EncryptDatakeyResponse:
    """Encrypt a data key that was made elsewhere, if it came with its right digest."""
    key = encrypting_key(ctx, request.key_id)
    data_key = _checked_data_key(key, request.plain_text, request.datakey_plain_length)
    ciphertext = seal(ctx, key, Kind.DATA_KEY, data_key, request.additional_authenticated_data)
    return EncryptDatakeyResponse(key.key_id, ciphertext, str(len(data_key)))


class DecryptDatakeyRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKeyOrAlias
    cipher_text: Ciphertext
    datakey_cipher_length: DataKeyBytes
    additional_authenticated_data: Aad = NO_ASSOCIATED_DATA


class DecryptDatakeyResponse(Struct, frozen=True):
    data_key: str
    datakey_length: str
    datakey_dgst: str


@kms(needs=Needs.CACHE, errors=(*CIPHER_ERRORS, e.CiphertextInvalid, e.CiphertextLengthWrong), asks="kms:Decrypt")
def decrypt_datakey(ctx: Context, request: DecryptDatakeyRequest) -> DecryptDatakeyResponse:
    """Decrypt a data key; its digest comes with it."""
    opened = unseal(ctx, request.cipher_text, request.key_id, request.additional_authenticated_data)
    if opened.kind is not Kind.DATA_KEY:
        raise e.CiphertextInvalid("cipher_text", "not a data key")
    require_length(opened.plaintext, request.datakey_cipher_length)
    digest = _digest(opened.key, opened.plaintext)
    return DecryptDatakeyResponse(opened.plaintext.hex(), str(len(opened.plaintext)), digest.hex())


def require_length(data_key: bytes, length: int) -> None:
    if len(data_key) != length:
        raise e.CiphertextLengthWrong("datakey_cipher_length")


def _create(ctx: Context, request: CreateDatakeyRequest) -> CreateDatakeyResponse:
    bits = request.datakey_length or _BYTES[request.key_spec] * 8
    if bits % 8:
        raise e.MultipleOfEight("datakey_length")
    key = encrypting_key(ctx, request.key_id)
    data_key = ctx.random(bits // 8)
    ciphertext = seal(ctx, key, Kind.DATA_KEY, data_key, request.additional_authenticated_data)
    return CreateDatakeyResponse(key.key_id, data_key.hex(), ciphertext)


def _checked_data_key(key: Key, text: str, length: int) -> bytes:
    """The data key of a hexadecimal text that has its digest behind it; a space between them does no harm."""
    try:
        given = binascii.unhexlify(text.replace(" ", ""))
    except ValueError:
        raise e.DataKeyMalformed("plain_text") from None
    data_key, digest = given[:-_DIGEST_BYTES], given[-_DIGEST_BYTES:]
    if len(data_key) != length:
        raise e.DataKeyLengthWrong("datakey_plain_length")
    if not hmac.compare_digest(digest, _digest(key, data_key)):
        raise e.DataKeyDigestWrong("plain_text")
    return data_key


def _digest(key: Key, data_key: bytes) -> bytes:
    hashed = hashes.Hash(hashes.SM3() if key.spec is KeySpec.SM4 else hashes.SHA256())
    hashed.update(data_key)
    return hashed.finalize()


OPERATIONS = (create_datakey, create_datakey_without_plaintext, encrypt_datakey, decrypt_datakey)

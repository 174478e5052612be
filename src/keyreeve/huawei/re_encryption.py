"""ReEncrypt (KMS API reference, re-encrypt, 2025-10-16): to another key, version or associated data."""

import base64
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind
from keyreeve.errors import ParameterInvalid, ParameterMissing
from keyreeve.huawei.ciphertexts import Ciphertext, Opened, encrypting_key, seal, unseal
from keyreeve.huawei.data import ERRORS, Algorithm, require_none
from keyreeve.huawei.data_keys import DataKeyBytes, require_length
from keyreeve.huawei.errors import CiphertextInvalid, CiphertextLengthWrong, NotForAsymmetric, PlaintextTooLong
from keyreeve.huawei.names import CipherAlgorithm
from keyreeve.huawei.parameters import NO_ASSOCIATED_DATA, Aad, KeyIdOrAlias, TheKeyOrAlias
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.huawei.public_keys import decrypt_public, encrypt_public
from keyreeve.keys.model import Key
from keyreeve.operations import Needs

# There is no kms:ReEncrypt (KMS documentation, "Use RAM to control access").
_FROM, _TO = "kms:ReEncryptFrom", "kms:ReEncryptTo"


class ReEncryptRequest(ProjectRequest, frozen=True, kw_only=True):
    cipher_text: Ciphertext
    destination_key_id: TheKeyOrAlias
    source_key_id: Annotated[
        KeyIdOrAlias | None, Meta(description="The key that decrypts; a symmetric ciphertext names its own.")
    ] = None
    source_additional_authenticated_data: Aad = NO_ASSOCIATED_DATA
    source_encryption_algorithm: Algorithm = CipherAlgorithm.SYMMETRIC_DEFAULT
    destination_additional_authenticated_data: Aad = NO_ASSOCIATED_DATA
    destination_encryption_algorithm: Algorithm = CipherAlgorithm.SYMMETRIC_DEFAULT
    datakey_cipher_length: Annotated[
        DataKeyBytes | None, Meta(description="How many bytes the data key has, if the ciphertext is one.")
    ] = None


class ReEncryptResponse(Struct, frozen=True):
    """`key_id` is the destination."""

    key_id: str
    source_key_id: str
    source_encryption_algorithm: str
    destination_encryption_algorithm: str
    cipher_text: str


@kms(needs=Needs.CACHE, errors=(*ERRORS, CiphertextInvalid, CiphertextLengthWrong, NotForAsymmetric), asks=_TO)
def re_encrypt(ctx: Context, request: ReEncryptRequest) -> ReEncryptResponse:
    """Decrypt and encrypt again, inside: a data key stays a data key, and data stays data."""
    opened = _open(ctx, request)
    if request.datakey_cipher_length is not None:
        if opened.kind is not Kind.DATA_KEY:
            raise ParameterInvalid("datakey_cipher_length", "the ciphertext is not a data key")
        require_length(opened.plaintext, request.datakey_cipher_length)
    key, ciphertext = _encrypted(ctx, request, opened)
    ctx.touch(f"key/{opened.key.key_id}>{key.key_id}")
    return ReEncryptResponse(
        key.key_id,
        opened.key.key_id,
        request.source_encryption_algorithm,
        request.destination_encryption_algorithm,
        ciphertext,
    )


def _open(ctx: Context, request: ReEncryptRequest) -> Opened:
    algorithm, associated = request.source_encryption_algorithm, request.source_additional_authenticated_data
    if algorithm is CipherAlgorithm.SYMMETRIC_DEFAULT:
        return unseal(ctx, request.cipher_text, request.source_key_id, associated, _FROM)
    require_none(associated, "source_additional_authenticated_data")
    if request.source_key_id is None:
        raise ParameterMissing("source_key_id")
    return decrypt_public(ctx, request.source_key_id, algorithm, request.cipher_text, _FROM)


def _encrypted(ctx: Context, request: ReEncryptRequest, opened: Opened) -> tuple[Key, str]:
    algorithm, associated = request.destination_encryption_algorithm, request.destination_additional_authenticated_data
    if algorithm is CipherAlgorithm.SYMMETRIC_DEFAULT:
        key = encrypting_key(ctx, request.destination_key_id, _TO)
        return key, seal(ctx, key, opened.kind, opened.plaintext, associated)
    require_none(associated, "destination_additional_authenticated_data")
    if opened.kind is Kind.DATA_KEY:
        raise NotForAsymmetric("a data key stays under a symmetric key")
    try:
        key, ciphertext = encrypt_public(ctx, request.destination_key_id, algorithm, opened.plaintext, _TO)
    except PlaintextTooLong:
        raise PlaintextTooLong("cipher_text") from None
    return key, base64.b64encode(ciphertext).decode("ascii")


OPERATIONS = (re_encrypt,)

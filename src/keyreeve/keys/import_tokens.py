"""The import token: a sealed value that holds its own wrapping key (docs/formats/import-token.md)."""

import base64
import binascii
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from keyreeve.crypto.key_wrapping import WrappingAlgorithm
from keyreeve.crypto.private_key_wrapping import PrivateKeyWrapping
from keyreeve.crypto.sealing import SealBroken
from keyreeve.crypto.secret import Secret
from keyreeve.errors import ImportTokenExpired, ImportTokenInvalid, ImportTokenMismatch
from keyreeve.storage.root_key.sealer import Sealer

VALID_MILLISECONDS = 24 * 3600 * 1000
_KEY_ID_BYTES = 16
_EXPIRY_BYTES = 8
_NUMBERS: dict[WrappingAlgorithm | PrivateKeyWrapping, int] = {
    WrappingAlgorithm.RSAES_PKCS1_V1_5: 1,
    WrappingAlgorithm.RSAES_OAEP_SHA_1: 2,
    WrappingAlgorithm.RSAES_OAEP_SHA_256: 3,
    WrappingAlgorithm.SM2PKE: 4,
    WrappingAlgorithm.RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD: 5,
    WrappingAlgorithm.SM2PKE_SM4_ECB: 6,
    PrivateKeyWrapping.RSAES_OAEP_SHA_256_AES_KWP: 7,
    PrivateKeyWrapping.SM2PKE_AES_KWP: 8,
}
_ALGORITHMS = {number: algorithm for algorithm, number in _NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class ImportToken:
    """`wrapping_key` is the private half of the pair whose public half the caller got; times in milliseconds."""

    algorithm: WrappingAlgorithm | PrivateKeyWrapping
    expire_at: int
    wrapping_key: Secret


def seal_token(connection: Connection, sealer: Sealer, key_id: str, token: ImportToken) -> str:
    """The token as the text that the caller keeps, good for that key only."""
    number = bytes((_NUMBERS[token.algorithm],))
    value = number + token.expire_at.to_bytes(_EXPIRY_BYTES, "big") + token.wrapping_key.reveal()
    sealed = sealer.seal(connection, _place(key_id), value)
    return base64.b64encode(UUID(key_id).bytes + sealed).decode("ascii")


def open_token(sealer: Sealer, key_id: str, text: str, now: int) -> ImportToken:
    """Raises ImportTokenInvalid, ImportTokenMismatch for a good one of another key, or ImportTokenExpired."""
    try:
        token = _decoded(text)
        token_key_id = str(UUID(bytes=token[:_KEY_ID_BYTES]))
        value = sealer.unseal(_place(token_key_id), token[_KEY_ID_BYTES:]).reveal()
    except (ValueError, SealBroken):
        raise ImportTokenInvalid("ImportToken") from None
    if token_key_id != key_id:
        raise ImportTokenMismatch("ImportToken")
    expire_at = int.from_bytes(value[1 : 1 + _EXPIRY_BYTES], "big")
    if expire_at <= now:
        raise ImportTokenExpired("ImportToken")
    return ImportToken(_ALGORITHMS[value[0]], expire_at, Secret(value[1 + _EXPIRY_BYTES :]))


def _decoded(text: str) -> bytes:
    """Raises ValueError for all but the one text that the bytes have; strict mode takes needless padding."""
    token = binascii.a2b_base64(text, strict_mode=True)
    if base64.b64encode(token).decode("ascii") != text:
        raise ValueError("not how it was encoded")
    return token


def _place(key_id: str) -> str:
    return f"import token/{key_id}"

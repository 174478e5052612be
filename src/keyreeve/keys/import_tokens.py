"""The import token: a sealed value that holds its own wrapping key (docs/formats/import-token.md)."""

import base64
import binascii
from dataclasses import dataclass

from sqlalchemy import Connection

from keyreeve.crypto.key_wrapping import WrappingAlgorithm
from keyreeve.crypto.sealing import SealBroken
from keyreeve.crypto.secret import Secret
from keyreeve.errors import ImportTokenExpired, ImportTokenInvalid
from keyreeve.storage.root_key.sealer import Sealer

VALID_MILLISECONDS = 24 * 3600 * 1000
_EXPIRY_BYTES = 8
_NUMBERS = {
    WrappingAlgorithm.RSAES_PKCS1_V1_5: 1,
    WrappingAlgorithm.RSAES_OAEP_SHA_1: 2,
    WrappingAlgorithm.RSAES_OAEP_SHA_256: 3,
    WrappingAlgorithm.SM2PKE: 4,
    WrappingAlgorithm.RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD: 5,
    WrappingAlgorithm.SM2PKE_SM4_ECB: 6,
}
_ALGORITHMS = {number: algorithm for algorithm, number in _NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class ImportToken:
    """`wrapping_key` is the private half of the pair whose public half the caller got; times in milliseconds."""

    algorithm: WrappingAlgorithm
    expire_at: int
    wrapping_key: Secret


def seal_token(connection: Connection, sealer: Sealer, key_id: str, token: ImportToken) -> str:
    """The token as the text that the caller keeps, good for that key only."""
    number = bytes((_NUMBERS[token.algorithm],))
    value = number + token.expire_at.to_bytes(_EXPIRY_BYTES, "big") + token.wrapping_key.reveal()
    return base64.b64encode(sealer.seal(connection, _place(key_id), value)).decode("ascii")


def open_token(sealer: Sealer, key_id: str, text: str, now: int) -> ImportToken:
    """Raises ImportTokenInvalid or ImportTokenExpired."""
    try:
        value = sealer.unseal(_place(key_id), binascii.a2b_base64(text, strict_mode=True)).reveal()
    except (ValueError, SealBroken):
        raise ImportTokenInvalid("ImportToken") from None
    expire_at = int.from_bytes(value[1 : 1 + _EXPIRY_BYTES], "big")
    if expire_at <= now:
        raise ImportTokenExpired("ImportToken")
    return ImportToken(_ALGORITHMS[value[0]], expire_at, Secret(value[1 + _EXPIRY_BYTES :]))


def _place(key_id: str) -> str:
    return f"import token/{key_id}"

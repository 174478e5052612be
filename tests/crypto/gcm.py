"""GCM from the text of NIST SP 800-38D over the bare block cipher, for 96-bit IVs."""

import hmac

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

_R = 0xE1 << 120


def _multiply(x: int, y: int) -> int:
    """Section 6.3."""
    z = 0
    for bit in range(127, -1, -1):
        z ^= y * (x >> bit & 1)
        y = y >> 1 ^ _R * (y & 1)
    return z


def _blocks(data: bytes) -> list[bytes]:
    return [data[start : start + 16] for start in range(0, len(data), 16)]


def _ghash(subkey: int, associated: bytes, ciphertext: bytes) -> int:
    lengths = (8 * len(associated)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    state = 0
    for block in [*_blocks(associated), *_blocks(ciphertext), lengths]:
        state = _multiply(state ^ int.from_bytes(block.ljust(16, b"\0"), "big"), subkey)
    return state


def open_sealed(key: bytes, iv: bytes, sealed: bytes, associated: bytes) -> bytes | None:
    """The plaintext, None if the tag is another."""
    encryptor = Cipher(AES(key), ECB()).encryptor()  # noqa: S305  # GCM is built from it
    ciphertext, tag = sealed[:-16], sealed[-16:]
    subkey = int.from_bytes(encryptor.update(bytes(16)), "big")
    mask = int.from_bytes(encryptor.update(iv + (1).to_bytes(4, "big")), "big")
    expected = (_ghash(subkey, associated, ciphertext) ^ mask).to_bytes(16, "big")
    if not hmac.compare_digest(expected, tag):
        return None
    plaintext = b""
    for number, block in enumerate(_blocks(ciphertext), 2):
        stream = encryptor.update(iv + number.to_bytes(4, "big"))
        plaintext += bytes(one ^ other for one, other in zip(block, stream, strict=False))
    return plaintext

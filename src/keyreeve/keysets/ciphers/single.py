"""One value at a time; a body is what stands behind a ciphertext's prefix (docs/formats/keysets.md, The ciphertext)."""

import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from keyreeve.keysets.errors import CiphertextNotOpened, ValueTooLarge
from keyreeve.keysets.keyset import KeyType

NONCE_BYTES = 12
TAG_BYTES = 16
# What cryptography takes in one call.
MOST_BYTES = 2**31 - 1


class BodyCipher(Protocol):
    """May be shared by threads, and not pickled."""

    def encrypt(self, plaintext: bytes, additional: bytes) -> bytes:
        """A body. Raises ValueTooLarge."""
        ...

    def decrypt(self, body: bytes, additional: bytes) -> bytes:
        """Raises CiphertextNotOpened."""
        ...


class GcmCipher:
    """AES-256-GCM: nonce, ciphertext, tag."""

    def __init__(self, raw_key: bytes) -> None:
        self._cipher = AESGCM(raw_key)

    def encrypt(self, plaintext: bytes, additional: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        try:
            return nonce + self._cipher.encrypt(nonce, plaintext, additional)
        except OverflowError:
            raise too_large() from None

    def decrypt(self, body: bytes, additional: bytes) -> bytes:
        if len(body) < NONCE_BYTES + TAG_BYTES:
            raise CiphertextNotOpened
        try:
            return self._cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], additional)
        except InvalidTag:
            raise CiphertextNotOpened from None


class SivCipher:
    """AES-SIV: synthetic IV, ciphertext. The additional data is one component, also if empty, as in Tink."""

    def __init__(self, raw_key: bytes) -> None:
        self._cipher = AESSIV(raw_key)

    def encrypt(self, plaintext: bytes, additional: bytes) -> bytes:
        try:
            return self._cipher.encrypt(plaintext, [additional])
        except OverflowError:
            raise too_large() from None

    def decrypt(self, body: bytes, additional: bytes) -> bytes:
        if len(body) < TAG_BYTES:
            raise CiphertextNotOpened
        try:
            return self._cipher.decrypt(body, [additional])
        except InvalidTag:
            raise CiphertextNotOpened from None


def overhead_of(key_type: KeyType) -> int:
    """How many bytes a body is longer than its plaintext."""
    return TAG_BYTES if key_type.deterministic else NONCE_BYTES + TAG_BYTES


def body_cipher(key_type: KeyType, raw_key: bytes) -> BodyCipher:
    return SivCipher(raw_key) if key_type.deterministic else GcmCipher(raw_key)


def too_large() -> ValueTooLarge:
    return ValueTooLarge(f"a value may have at most {MOST_BYTES:,} bytes")

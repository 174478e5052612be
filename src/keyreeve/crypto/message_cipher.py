"""The ciphers behind a ciphertext blob: the suites of docs/formats/ciphertext.md, with its step numbers."""

import hmac
from collections.abc import Callable
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyreeve.crypto.message_key import expand
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec

SALT_BYTES = 32
TAG_BYTES = 16
COMMITMENT_BYTES = 32

_MESSAGE_KEY_BYTES = 32
_INFO = b"keyreeve message key v1"
# One message key encrypts one message, so its nonce may be constant (ciphertext.md, "Why").
_NONCE = bytes(12)

# The number of a suite, by the spec of the key: with material here, and with material in a token.
SUITES = {KeySpec.AES_128: 1, KeySpec.AES_192: 2, KeySpec.AES_256: 3, KeySpec.SM4: 4}
TOKEN_SUITES = {KeySpec.AES_128: 5, KeySpec.AES_192: 6, KeySpec.AES_256: 7}
SUITE_NAMES = {
    1: "AES-128-GCM",
    2: "AES-192-GCM",
    3: "AES-256-GCM",
    4: "SM4-GCM",
    5: "AES-128-GCM in a token",
    6: "AES-192-GCM in a token",
    7: "AES-256-GCM in a token",
}


class BlobRejected(ValueError):
    """A blob that does not open: changed, or under another context or key."""


class MessageCipher(Protocol):
    """Encrypts messages under one key version; `header` is unique to each."""

    @property
    def suite(self) -> int: ...

    def seal(self, header: bytes, plaintext: bytes, context: bytes) -> bytes:
        """What follows the header in a blob."""
        ...

    def open(self, header: bytes, sealed: bytes, context: bytes) -> bytes:
        """The plaintext. Raises BlobRejected, for whatever reason, without saying which."""
        ...


class DerivedKeyCipher:
    """Suites 1 to 4: every message has a key of its own, derived from the material and the header."""

    def __init__(self, spec: KeySpec, material: Secret) -> None:
        self.suite = SUITES[spec]
        self._secret = material.reveal()
        self._key_bytes = len(self._secret)
        self._encrypt, self._decrypt = (_sm4_encrypt, _sm4_decrypt) if spec is KeySpec.SM4 else _AES

    def seal(self, header: bytes, plaintext: bytes, context: bytes) -> bytes:
        # 2. and 3. message key and commitment
        derived = expand(self._secret, _INFO + header, _MESSAGE_KEY_BYTES + COMMITMENT_BYTES)
        commitment = derived[_MESSAGE_KEY_BYTES:]
        # 4. the cipher
        return commitment + self._encrypt(derived[: self._key_bytes], plaintext, header + commitment + context)

    def open(self, header: bytes, sealed: bytes, context: bytes) -> bytes:
        derived = expand(self._secret, _INFO + header, _MESSAGE_KEY_BYTES + COMMITMENT_BYTES)
        commitment, ciphertext = sealed[:COMMITMENT_BYTES], sealed[COMMITMENT_BYTES:]
        if not hmac.compare_digest(derived[_MESSAGE_KEY_BYTES:], commitment):
            raise BlobRejected
        try:
            return self._decrypt(derived[: self._key_bytes], ciphertext, header + commitment + context)
        except InvalidTag:
            raise BlobRejected from None


_Transform = Callable[[bytes, bytes, bytes], bytes]


def _aes_encrypt(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    return AESGCM(key).encrypt(_NONCE, plaintext, associated)


def _aes_decrypt(key: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    return AESGCM(key).decrypt(_NONCE, ciphertext, associated)


_AES: tuple[_Transform, _Transform] = (_aes_encrypt, _aes_decrypt)


def _sm4_encrypt(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(_NONCE)).encryptor()
    encryptor.authenticate_additional_data(associated)
    return encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def _sm4_decrypt(key: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    """Raises InvalidTag; a ciphertext without room for a tag does not come here (parse_blob)."""
    tag = ciphertext[-TAG_BYTES:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(_NONCE, tag)).decryptor()
    decryptor.authenticate_additional_data(associated)
    return decryptor.update(ciphertext[:-TAG_BYTES]) + decryptor.finalize()

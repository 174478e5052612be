"""Values sealed for the database, byte for byte as docs/formats/sealed-values.md lays them out."""

from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyreeve.crypto.message_key import expand
from keyreeve.crypto.secret import Secret

VERSION = 1
ROOT_KEY_BYTES = 32
ROOT_KEY_ID_BYTES = 8
SALT_BYTES = 32

_HEADER_BYTES = 1 + ROOT_KEY_ID_BYTES + SALT_BYTES
_TAG_BYTES = 16
_INFO = b"keyreeve sealed value v1"
# One sealing key seals one value, so its nonce may be constant (ciphertext.md, "Why").
_NONCE = bytes(12)


class SealBroken(ValueError):
    """A sealed value that does not open here: damaged, moved from its place, or under another root key."""


class RootKey(Protocol):
    def derive(self, info: bytes) -> bytes:
        """HKDF-Expand of 32 bytes with SHA-256 (RFC 5869 section 2.3)."""
        ...


class PlainRootKey:
    """A root key whose 32 bytes are at hand."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def derive(self, info: bytes) -> bytes:
        return expand(self._secret.reveal(), info, ROOT_KEY_BYTES)


def seal(root_key: RootKey, root_key_id: bytes, salt: bytes, place: str, value: bytes) -> bytes:
    """Seal `value` for its `place` under a root key and a fresh 32-byte salt."""
    header = bytes((VERSION,)) + root_key_id + salt
    return header + _cipher(root_key, header).encrypt(_NONCE, value, place.encode())


def root_key_id_of(sealed: bytes) -> bytes:
    """The id of the root key that `sealed` needs. Raises SealBroken."""
    if len(sealed) < _HEADER_BYTES + _TAG_BYTES or sealed[0] != VERSION:
        raise SealBroken
    return sealed[1 : 1 + ROOT_KEY_ID_BYTES]


def unseal(root_key: RootKey, place: str, sealed: bytes) -> Secret:
    """Open a sealed value in its `place`. Raises SealBroken."""
    root_key_id_of(sealed)
    header, ciphertext = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES:]
    try:
        return Secret(_cipher(root_key, header).decrypt(_NONCE, ciphertext, place.encode()))
    except InvalidTag:
        raise SealBroken from None


def _cipher(root_key: RootKey, header: bytes) -> AESGCM:
    return AESGCM(root_key.derive(_INFO + header))

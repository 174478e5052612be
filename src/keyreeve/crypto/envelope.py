"""A value under a data key of its own, byte for byte as docs/formats/secret-values.md lays it out."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyreeve.crypto.secret import Secret

VERSION = 1
# One data key encrypts one value, so its nonce may be constant (ciphertext.md, "Why").
_NONCE = bytes(12)


class EnvelopeBroken(ValueError):
    """A value that does not open: damaged, moved from its place, or under another data key."""


def seal_value(data_key: Secret, place: str, value: bytes) -> bytes:
    """Seal `value` for its `place` under a data key of 32 bytes that is used for nothing else."""
    return bytes((VERSION,)) + AESGCM(data_key.reveal()).encrypt(_NONCE, value, place.encode())


def open_value(data_key: Secret, place: str, sealed: bytes) -> bytes:
    """Raises EnvelopeBroken."""
    if not sealed or sealed[0] != VERSION:
        raise EnvelopeBroken
    try:
        return AESGCM(data_key.reveal()).decrypt(_NONCE, sealed[1:], place.encode())
    except InvalidTag:
        raise EnvelopeBroken from None

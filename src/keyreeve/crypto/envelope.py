"""A value under a data key of its own, byte for byte as docs/formats/secret-values.md lays it out."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyreeve.crypto.secret import Secret

VERSION = 1
# One data key encrypts one value, so its nonce may be constant (ciphertext.md, "Why").
_NONCE = bytes(12)


class EnvelopeBroken(ValueError):
    """A value that does not open: damaged, moved from its place, or under another data key."""


class Envelope:
    """For the one value of a `place`, under a data key of 32 bytes that is used for nothing else."""

    def __init__(self, data_key: Secret, place: str) -> None:
        self._cipher = AESGCM(data_key.reveal())
        self._place = place.encode()

    def seal(self, value: bytes) -> bytes:
        return bytes((VERSION,)) + self._cipher.encrypt(_NONCE, value, self._place)

    def open(self, sealed: bytes) -> bytes:
        """Raises EnvelopeBroken."""
        if not sealed or sealed[0] != VERSION:
            raise EnvelopeBroken
        try:
            return self._cipher.decrypt(_NONCE, sealed[1:], self._place)
        except InvalidTag:
            raise EnvelopeBroken from None

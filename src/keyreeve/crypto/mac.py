"""Message authentication codes: HMAC (RFC 2104) over the SHA-2 family and over SM3."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac

from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import MacAlgorithm

_HASHES: dict[MacAlgorithm, hashes.HashAlgorithm] = {
    MacAlgorithm.HMAC_SHA_224: hashes.SHA224(),
    MacAlgorithm.HMAC_SHA_256: hashes.SHA256(),
    MacAlgorithm.HMAC_SHA_384: hashes.SHA384(),
    MacAlgorithm.HMAC_SHA_512: hashes.SHA512(),
    MacAlgorithm.HMAC_SM3: hashes.SM3(),
}


class MacKey:
    """A secret that authenticates messages by one algorithm, whose codes are never shortened."""

    def __init__(self, algorithm: MacAlgorithm, material: Secret) -> None:
        # With the key hashed into it already; what follows begins with a copy.
        self._keyed = hmac.HMAC(material.reveal(), _HASHES[algorithm])

    def generate(self, message: bytes) -> bytes:
        return self._of(message).finalize()

    def verify(self, message: bytes, mac: bytes) -> bool:
        """Whether the code is the message's, compared in constant time; one of another length is not."""
        try:
            self._of(message).verify(mac)
        except InvalidSignature:
            return False
        return True

    def _of(self, message: bytes) -> hmac.HMAC:
        keyed = self._keyed.copy()
        keyed.update(message)
        return keyed

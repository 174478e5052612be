"""What an asymmetric key can do, whatever it is made of and wherever its private half lives."""

from typing import NamedTuple, Protocol

from keyreeve.crypto.specs import EncryptionAlgorithm, SigningAlgorithm


class DecryptionFailed(ValueError):
    """A ciphertext that does not open, for whatever reason."""


class PlaintextTooLong(ValueError):
    """More than the algorithm takes under this key."""


class KeyMalformed(ValueError):
    """Bytes that are not a key of the kind that was asked for."""


class GeneratedPair(NamedTuple):
    """`material` is the private half in the form that its spec stores; `spki` is the DER SubjectPublicKeyInfo."""

    material: bytes
    spki: bytes


class Signer(Protocol):
    def sign(self, algorithm: SigningAlgorithm, digest: bytes) -> bytes:
        """The signature of a digest as long as `digest_bytes` says; ECDSA and SM2 signatures are DER."""
        ...


class Verifier(Protocol):
    def verify(self, algorithm: SigningAlgorithm, digest: bytes, signature: bytes) -> bool: ...


class Decrypter(Protocol):
    def decrypt(self, algorithm: EncryptionAlgorithm, ciphertext: bytes) -> bytes:
        """Raises DecryptionFailed."""
        ...


class Encrypter(Protocol):
    def encrypt(self, algorithm: EncryptionAlgorithm, plaintext: bytes) -> bytes:
        """Raises PlaintextTooLong."""
        ...

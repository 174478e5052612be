"""SM2 keys on the recommended curve sm2p256v1 (GB/T 32918.5): signing by GmSSL, the rest by OpenSSL."""

from cryptography.hazmat import asn1
from gmssl_pyx import sm2_key_generate, sm2_sign_sm3_digest, sm2_verify_sm3_digest

from keyreeve.crypto import sm2_encryption
from keyreeve.crypto.keypair import GeneratedPair, KeyMalformed
from keyreeve.crypto.libcrypto import EvpKey
from keyreeve.crypto.message_digest import digest_bytes
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.sm2_encryption import UNCOMPRESSED
from keyreeve.crypto.specs import EncryptionAlgorithm, SigningAlgorithm
from keyreeve.errors import UnsupportedAction

SCALAR_BYTES = 32

# The order of the curve (GB/T 32918.5).
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
# All of a SubjectPublicKeyInfo before the point: id-ecPublicKey, 1.2.156.10197.1.301, 66 bytes of bit string.
_SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
# All of a PKCS #8 key before the scalar, the public half left out (RFC 5208, RFC 5915).
_PKCS8_PREFIX = bytes.fromhex("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420")


@asn1.sequence
class _Signature:
    r: int
    s: int


def generate() -> GeneratedPair:
    """A new pair; the material is the scalar d, 32 bytes big-endian."""
    coordinates, scalar = sm2_key_generate()
    return GeneratedPair(scalar, _SPKI_PREFIX + UNCOMPRESSED + coordinates)


def public_of(scalar: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a private scalar. Raises KeyMalformed, UnsupportedAction without OpenSSL's SM2."""
    _require_scalar(scalar)
    return _SPKI_PREFIX + EvpKey.from_pkcs8(_PKCS8_PREFIX + scalar).point()


class Sm2PrivateKey:
    def __init__(self, scalar: Secret) -> None:
        """Raises KeyMalformed."""
        _require_scalar(scalar.reveal())
        self._scalar = scalar
        self._evp: EvpKey | None = None

    def sign(self, algorithm: SigningAlgorithm, digest: bytes) -> bytes:
        """The signature in DER of e, 32 bytes: the hash of Z(A) and the message. Raises ValueError."""
        _require_signing(algorithm, digest)
        return sm2_sign_sm3_digest(self._scalar.reveal(), digest)

    def decrypt(self, algorithm: EncryptionAlgorithm, ciphertext: bytes) -> bytes:
        """Takes raw C1 || C3 || C2 and DER. Raises DecryptionFailed, UnsupportedAction without OpenSSL's SM2."""
        _require_encryption(algorithm)
        # Two threads may both get here first: the key of one is then freed after its use.
        evp = self._evp
        if evp is None:
            evp = self._evp = EvpKey.from_pkcs8(_PKCS8_PREFIX + self._scalar.reveal())
        return sm2_encryption.decrypt(evp, ciphertext)


class Sm2PublicKey:
    def __init__(self, spki: bytes) -> None:
        """Takes the DER that `generate` makes, with an uncompressed point only. Raises KeyMalformed."""
        point = spki[len(_SPKI_PREFIX) :]
        if not spki.startswith(_SPKI_PREFIX) or not sm2_encryption.on_curve(point):
            raise KeyMalformed
        self._spki = spki
        self._coordinates = point[len(UNCOMPRESSED) :]
        self._evp: EvpKey | None = None

    def verify(self, algorithm: SigningAlgorithm, digest: bytes, signature: bytes) -> bool:
        """Whether a signature in DER is of e, 32 bytes; any other bytes are none. Raises ValueError."""
        _require_signing(algorithm, digest)
        # Both libraries accept other encodings than the canonical one.
        return _is_well_formed(signature) and self._verified(digest, signature)

    def encrypt(self, algorithm: EncryptionAlgorithm, plaintext: bytes) -> bytes:
        """Raw C1 || C3 || C2. Raises PlaintextTooLong, ValueError if empty, UnsupportedAction without OpenSSL's SM2."""
        _require_encryption(algorithm)
        return sm2_encryption.encrypt(self._openssl(), plaintext)

    def _verified(self, digest: bytes, signature: bytes) -> bool:
        try:
            return self._openssl().verify(digest, signature)
        except UnsupportedAction:
            # The second choice: it takes twice as long, and writes to stderr about every false signature.
            return sm2_verify_sm3_digest(self._coordinates, digest, signature)

    def _openssl(self) -> EvpKey:
        """Raises UnsupportedAction."""
        evp = self._evp
        if evp is None:
            evp = self._evp = EvpKey.from_spki(self._spki)
        return evp


def _is_well_formed(signature: bytes) -> bool:
    try:
        parsed = asn1.decode_der(_Signature, signature)
    except ValueError:
        return False
    return 0 < parsed.r < _N and 0 < parsed.s < _N


def _require_scalar(scalar: bytes) -> None:
    """1 to n-2, for signing divides by 1 + d (GB/T 32918.1 section 6.1)."""
    if len(scalar) != SCALAR_BYTES or not 1 <= int.from_bytes(scalar, "big") <= _N - 2:
        raise KeyMalformed


def _require_signing(algorithm: SigningAlgorithm, digest: bytes) -> None:
    if algorithm is not SigningAlgorithm.SM2DSA or len(digest) != digest_bytes(algorithm):
        raise ValueError("SM2 signs a digest of 32 bytes with SM2DSA")


def _require_encryption(algorithm: EncryptionAlgorithm) -> None:
    if algorithm is not EncryptionAlgorithm.SM2PKE:
        raise ValueError("SM2 encrypts with SM2PKE")

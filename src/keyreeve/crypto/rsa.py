"""RSA keys: PKCS #1 signatures over SHA-2 digests and OAEP (RFC 8017 sections 7.1, 8.1 and 8.2)."""

import hmac
import math
from functools import cached_property
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from keyreeve.crypto.keypair import DecryptionFailed, GeneratedPair, KeyMalformed, PlaintextTooLong
from keyreeve.crypto.message_digest import HASHES, digest_bytes
from keyreeve.crypto.rsa_lanes import LaneKey, lane_key
from keyreeve.crypto.rsa_padding import PSS
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import EncryptionAlgorithm, SigningAlgorithm

_PUBLIC_EXPONENT = 65537
# OpenSSL uses no longer one with a modulus over 3,072 bits.
_MOST_EXPONENT_BITS = 64
# Where every PKCS #8 key of this size has its algorithm in DER, and rsaEncryption there (RFC 8017 appendix A.1).
_ALGORITHM_AT = slice(9, 20)
_RSA_ENCRYPTION = bytes.fromhex("06092a864886f70d010101")
_PKCS1 = (SigningAlgorithm.RSA_PKCS1_SHA_256, SigningAlgorithm.RSA_PKCS1_SHA_384, SigningAlgorithm.RSA_PKCS1_SHA_512)
# A salt is as long as the digest.
_SIGNING: dict[SigningAlgorithm, tuple[AsymmetricPadding, Prehashed]] = {
    **{one: (padding.PSS(padding.MGF1(HASHES[one]), digest_bytes(one)), Prehashed(HASHES[one])) for one in PSS},
    **{one: (padding.PKCS1v15(), Prehashed(HASHES[one])) for one in _PKCS1},
}
_OAEP_HASH = {
    EncryptionAlgorithm.RSAES_OAEP_SHA_256: hashes.SHA256(),
    EncryptionAlgorithm.RSAES_OAEP_SHA_1: hashes.SHA1(),  # noqa: S303  # OAEP does not need collision resistance
}
_OAEP = {name: padding.OAEP(padding.MGF1(digest), digest, None) for name, digest in _OAEP_HASH.items()}


def generate(bits: int) -> GeneratedPair:
    """A new pair; the material is PKCS #8 in DER. Takes a fraction of a second."""
    key = rsa.generate_private_key(_PUBLIC_EXPONENT, bits)
    return GeneratedPair(private_der(key), public_der(key.public_key()))


def checked_private(pkcs8: bytes, bits: int) -> rsa.RSAPrivateKey:
    """A key from outside, its numbers checked against each other. Raises KeyMalformed.

    A key that is restricted to PSS (id-RSASSA-PSS) is refused: loaded, it would forget its restriction.
    """
    if pkcs8[_ALGORITHM_AT] != _RSA_ENCRYPTION:
        raise KeyMalformed
    try:
        # The proof of the numbers comes last: for a key of thousands of digits it would take minutes.
        key = serialization.load_der_private_key(pkcs8, None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, rsa.RSAPrivateKey)
        numbers = key.private_numbers()
        return numbers.private_key() if _is_sized(numbers, bits) else _refused()
    except Exception:  # noqa: BLE001  # the loader has many exceptions, and one meaning
        raise KeyMalformed from None


def _refused() -> NoReturn:
    raise KeyMalformed


def _is_sized(numbers: rsa.RSAPrivateNumbers, bits: int) -> bool:
    public = numbers.public_numbers
    sized = public.n.bit_length() == bits and public.e.bit_length() <= _MOST_EXPONENT_BITS
    return sized and min(numbers.p, numbers.q) > 1 and numbers.p * numbers.q == public.n


def private_der(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_der(key: rsa.RSAPublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class RsaPrivateKey:
    """A pair that was generated or checked here: loading it does not prove its numbers again, which takes 30 ms."""

    def __init__(self, material: Secret) -> None:
        key = serialization.load_der_private_key(material.reveal(), None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, rsa.RSAPrivateKey)
        self._key = key

    @cached_property
    def lane_key(self) -> LaneKey | None:
        """What rsa_lanes.py takes, None if it does not take this key."""
        return lane_key(self._key)

    def sign(self, algorithm: SigningAlgorithm, digest: bytes) -> bytes:
        return self._key.sign(digest, *_SIGNING[algorithm])

    def decrypt(self, algorithm: EncryptionAlgorithm, ciphertext: bytes) -> bytes:
        try:
            return self._key.decrypt(ciphertext, _OAEP[algorithm])
        except ValueError:
            raise DecryptionFailed from None


class RsaPublicKey:
    def __init__(self, spki: bytes, bits: int) -> None:
        """Raises KeyMalformed."""
        try:
            key = serialization.load_der_public_key(spki)
        except Exception:  # noqa: BLE001  # the loader has many exceptions, and one meaning
            raise KeyMalformed from None
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size != bits or not key.public_numbers().n % 2:
            raise KeyMalformed
        self._key = key

    def verify(self, algorithm: SigningAlgorithm, digest: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, digest, *_SIGNING[algorithm])
        except InvalidSignature:
            return False
        return True

    def encrypt(self, algorithm: EncryptionAlgorithm, plaintext: bytes) -> bytes:
        if len(plaintext) > self.most_plaintext_bytes(algorithm):
            raise PlaintextTooLong
        return self._key.encrypt(plaintext, _OAEP[algorithm])

    def most_plaintext_bytes(self, algorithm: EncryptionAlgorithm) -> int:
        """RFC 8017 section 7.1.1: k - 2 hLen - 2."""
        return self._key.key_size // 8 - 2 * _OAEP_HASH[algorithm].digest_size - 2

    def encrypt_pkcs1(self, plaintext: bytes) -> bytes:
        """RSAES-PKCS1-v1_5 (RFC 8017 section 7.2.1), which only importing still knows. Raises PlaintextTooLong."""
        try:
            return self._key.encrypt(plaintext, padding.PKCS1v15())
        except ValueError:
            raise PlaintextTooLong from None


class Pkcs1Decrypter:
    """RSAES-PKCS1-v1_5 that tells a bad ciphertext from a good one, to its caller and to nobody else.

    OpenSSL answers a bad ciphertext with bytes that depend on it and on the private exponent d (implicit rejection),
    so that it cannot be told from a good one. Here it must be told: such bytes of the right length would be bound to
    a key for ever. Two exponents of one key, d and d + lambda(n), agree on a good ciphertext and differ on a bad one;
    the decryption itself goes by the primes and takes the same time either way.
    """

    def __init__(self, material: Secret) -> None:
        key = serialization.load_der_private_key(material.reveal(), None, unsafe_skip_rsa_key_validation=True)
        assert isinstance(key, rsa.RSAPrivateKey)
        one = key.private_numbers()
        other = rsa.RSAPrivateNumbers(
            p=one.p,
            q=one.q,
            d=one.d + math.lcm(one.p - 1, one.q - 1),
            dmp1=one.dmp1,
            dmq1=one.dmq1,
            iqmp=one.iqmp,
            public_numbers=one.public_numbers,
        )
        self._keys = key, other.private_key(unsafe_skip_rsa_key_validation=True)

    def decrypt(self, ciphertext: bytes) -> tuple[bytes, bool]:
        """Some bytes, and whether they are the plaintext: a caller can do the same work with either."""
        try:
            first, second = (key.decrypt(ciphertext, padding.PKCS1v15()) for key in self._keys)
        except ValueError:  # not as long as the modulus, or not below it
            return b"", False
        return first, hmac.compare_digest(first, second)

"""Key material on its way in: wrapped by its owner, unwrapped here (API reference 8.2, 8.3; BYOK page, step 3).

What is wrapped directly is the material of a symmetric or HMAC key. A private key is encrypted under an ephemeral
symmetric key (ESK), and only that under the wrapping key: Cipher(ESK) || Cipher(private key).
"""

from enum import StrEnum

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from keyreeve.crypto import rsa, sm2
from keyreeve.crypto.keypair import Decrypter, DecryptionFailed, GeneratedPair
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import ASYMMETRIC, EncryptionAlgorithm, KeySpec

AES_ESK_BYTES = 32
SM4_ESK_BYTES = 16

_RSA_BITS = 2048
_BLOCK_BYTES = 16


class WrappingAlgorithm(StrEnum):
    RSAES_PKCS1_V1_5 = "RSAES_PKCS1_V1_5"
    RSAES_OAEP_SHA_1 = "RSAES_OAEP_SHA_1"
    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"
    SM2PKE = "SM2PKE"
    RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD = "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD"
    SM2PKE_SM4_ECB = "SM2PKE_SM4_ECB"


class WrappingKeySpec(StrEnum):
    RSA_2048 = "RSA_2048"
    EC_SM2 = "EC_SM2"


_OAEP = {
    WrappingAlgorithm.RSAES_OAEP_SHA_1: EncryptionAlgorithm.RSAES_OAEP_SHA_1,
    WrappingAlgorithm.RSAES_OAEP_SHA_256: EncryptionAlgorithm.RSAES_OAEP_SHA_256,
}


class UnwrapFailed(ValueError):
    """Wrapped material that does not open; the reason is not for the caller."""


def wrapping_key_spec(algorithm: WrappingAlgorithm) -> WrappingKeySpec:
    """The wrapping key that an algorithm needs."""
    return WrappingKeySpec.EC_SM2 if algorithm.name.startswith("SM2PKE") else WrappingKeySpec.RSA_2048


def algorithms_for(spec: KeySpec) -> tuple[WrappingAlgorithm, ...]:
    """How material for a key of that spec may be wrapped."""
    if spec is KeySpec.EC_SM2:
        return (WrappingAlgorithm.SM2PKE_SM4_ECB,)
    if spec in ASYMMETRIC:
        return (WrappingAlgorithm.RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD,)
    return (WrappingAlgorithm.RSAES_PKCS1_V1_5, *_OAEP, WrappingAlgorithm.SM2PKE)


def generate_wrapping_pair(spec: WrappingKeySpec) -> GeneratedPair:
    return sm2.generate() if spec is WrappingKeySpec.EC_SM2 else rsa.generate(_RSA_BITS)


def wrap(algorithm: WrappingAlgorithm, spki: bytes, material: bytes, esk: bytes) -> bytes:
    """The owner's side: `material` under the wrapping key, for a private key by way of a fresh random `esk`.

    The esk is 32 bytes for AES and 16 for SM4, and unused elsewhere. Raises KeyMalformed or PlaintextTooLong.
    """
    if wrapping_key_spec(algorithm) is WrappingKeySpec.EC_SM2:
        sm2_key = sm2.Sm2PublicKey(spki)
        if algorithm is WrappingAlgorithm.SM2PKE:
            return sm2_key.encrypt(EncryptionAlgorithm.SM2PKE, material)
        return sm2_key.encrypt(EncryptionAlgorithm.SM2PKE, esk) + _sm4_ecb(esk, material)
    key = rsa.RsaPublicKey(spki, _RSA_BITS)
    if algorithm is WrappingAlgorithm.RSAES_PKCS1_V1_5:
        return key.encrypt_pkcs1(material)
    if algorithm in _OAEP:
        return key.encrypt(_OAEP[algorithm], material)
    padder = PKCS7(_BLOCK_BYTES * 8).padder()
    padded = padder.update(material) + padder.finalize()
    encryptor = Cipher(algorithms.AES(esk), modes.ECB()).encryptor()  # noqa: S305  # the documented format
    return key.encrypt(EncryptionAlgorithm.RSAES_OAEP_SHA_256, esk) + encryptor.update(padded)


def unwrap(
    algorithm: WrappingAlgorithm, wrapping_key: Secret, wrapped: bytes, material_bytes: int | None, decoy: bytes
) -> bytes:
    """What was wrapped: a secret of `material_bytes`, or a private key. Raises UnwrapFailed, whatever is wrong.

    `decoy` is 32 random bytes: they take the place of an ESK that did not open, so that all the work is done before
    the refusal and its time tells nothing about the padding.
    """
    if algorithm is WrappingAlgorithm.SM2PKE_SM4_ECB:
        return _unwrap_sm2_scalar(wrapping_key, wrapped, decoy)
    if algorithm is WrappingAlgorithm.RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD:
        return _unwrap_pkcs8(wrapping_key, wrapped, decoy)
    material, opened = open_wrapped(algorithm, wrapping_key, wrapped)
    if not opened or len(material) != material_bytes:
        raise UnwrapFailed
    return material


def open_wrapped(algorithm: WrappingAlgorithm, wrapping_key: Secret, wrapped: bytes) -> tuple[bytes, bool]:
    """Some bytes, and whether they are what was wrapped: for the algorithms that wrap a secret directly."""
    if algorithm is WrappingAlgorithm.RSAES_PKCS1_V1_5:
        return rsa.Pkcs1Decrypter(wrapping_key).decrypt(wrapped)
    if algorithm is WrappingAlgorithm.SM2PKE:
        return _opened(sm2.Sm2PrivateKey(wrapping_key), EncryptionAlgorithm.SM2PKE, wrapped)
    return _opened(rsa.RsaPrivateKey(wrapping_key), _OAEP[algorithm], wrapped)


def _unwrap_pkcs8(wrapping_key: Secret, wrapped: bytes, decoy: bytes) -> bytes:
    esk_bytes = _RSA_BITS // 8
    oaep = EncryptionAlgorithm.RSAES_OAEP_SHA_256
    esk, opened = _opened(rsa.RsaPrivateKey(wrapping_key), oaep, wrapped[:esk_bytes])
    opened = opened and len(esk) == AES_ESK_BYTES
    encrypted = wrapped[esk_bytes:]
    if not encrypted or len(encrypted) % _BLOCK_BYTES:
        raise UnwrapFailed
    decryptor = Cipher(algorithms.AES(esk if opened else decoy), modes.ECB()).decryptor()  # noqa: S305  # see wrap
    unpadder = PKCS7(_BLOCK_BYTES * 8).unpadder()
    try:
        material = unpadder.update(decryptor.update(encrypted)) + unpadder.finalize()
    except ValueError:
        raise UnwrapFailed from None
    if not opened:
        raise UnwrapFailed
    return material


def _unwrap_sm2_scalar(wrapping_key: Secret, wrapped: bytes, decoy: bytes) -> bytes:
    scalar_at = max(len(wrapped) - sm2.SCALAR_BYTES, 0)
    esk, opened = _opened(sm2.Sm2PrivateKey(wrapping_key), EncryptionAlgorithm.SM2PKE, wrapped[:scalar_at])
    # The page's Java program makes an ESK of 32 bytes where SM4 takes 16; the first 16 are the key then.
    opened = opened and len(esk) in (SM4_ESK_BYTES, AES_ESK_BYTES)
    key = (esk if opened else decoy)[:SM4_ESK_BYTES]
    if len(wrapped) < sm2.SCALAR_BYTES:
        raise UnwrapFailed
    decryptor = Cipher(algorithms.SM4(key), modes.ECB()).decryptor()  # noqa: S305  # the documented format
    scalar = decryptor.update(wrapped[scalar_at:])
    if not opened:
        raise UnwrapFailed
    return scalar


def _opened(key: Decrypter, algorithm: EncryptionAlgorithm, encrypted: bytes) -> tuple[bytes, bool]:
    try:
        return key.decrypt(algorithm, encrypted), True
    except DecryptionFailed:
        return b"", False


def _sm4_ecb(esk: bytes, scalar: bytes) -> bytes:
    encryptor = Cipher(algorithms.SM4(esk), modes.ECB()).encryptor()  # noqa: S305  # the documented format
    return encryptor.update(scalar)

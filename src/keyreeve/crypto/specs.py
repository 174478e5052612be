"""The kinds of keys and what each can do; every door has its own names for some of them, or for all."""

from dataclasses import dataclass
from enum import StrEnum


class KeySpec(StrEnum):
    AES_256 = "Aliyun_AES_256"
    AES_192 = "Aliyun_AES_192"
    AES_128 = "Aliyun_AES_128"
    SM4 = "Aliyun_SM4"
    RSA_2048 = "RSA_2048"
    RSA_3072 = "RSA_3072"
    RSA_4096 = "RSA_4096"
    EC_P256 = "EC_P256"
    EC_P256K = "EC_P256K"
    EC_P384 = "EC_P384"
    EC_SM2 = "EC_SM2"
    HMAC_224 = "HMAC_224"
    HMAC_256 = "HMAC_256"
    HMAC_384 = "HMAC_384"
    HMAC_512 = "HMAC_512"
    HMAC_SM3 = "HMAC_SM3"


class KeyUsage(StrEnum):
    ENCRYPT_DECRYPT = "ENCRYPT/DECRYPT"
    SIGN_VERIFY = "SIGN/VERIFY"
    GENERATE_VERIFY_MAC = "GENERATE/VERIFY_MAC"


class SigningAlgorithm(StrEnum):
    RSA_PSS_SHA_256 = "RSA_PSS_SHA_256"
    RSA_PSS_SHA_384 = "RSA_PSS_SHA_384"
    RSA_PSS_SHA_512 = "RSA_PSS_SHA_512"
    RSA_PKCS1_SHA_256 = "RSA_PKCS1_SHA_256"
    RSA_PKCS1_SHA_384 = "RSA_PKCS1_SHA_384"
    RSA_PKCS1_SHA_512 = "RSA_PKCS1_SHA_512"
    ECDSA_SHA_256 = "ECDSA_SHA_256"
    ECDSA_SHA_384 = "ECDSA_SHA_384"
    SM2DSA = "SM2DSA"


class EncryptionAlgorithm(StrEnum):
    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"
    RSAES_OAEP_SHA_1 = "RSAES_OAEP_SHA_1"
    SM2PKE = "SM2PKE"


class MacAlgorithm(StrEnum):
    HMAC_SHA_224 = "HMAC_SHA_224"
    HMAC_SHA_256 = "HMAC_SHA_256"
    HMAC_SHA_384 = "HMAC_SHA_384"
    HMAC_SHA_512 = "HMAC_SHA_512"
    HMAC_SM3 = "HMAC_SM3"


@dataclass(frozen=True, slots=True)
class Symmetric:
    """Keys of a block cipher, used with GCM."""

    material_bytes: int


@dataclass(frozen=True, slots=True)
class Authenticating:
    """Secret keys of one algorithm for message authentication codes, as long as its codes (RFC 2104 section 3)."""

    material_bytes: int
    algorithm: MacAlgorithm


@dataclass(frozen=True, slots=True)
class Asymmetric:
    """Key pairs; `bits` is the length of an RSA modulus or of a curve's order."""

    bits: int
    signing: tuple[SigningAlgorithm, ...]
    encryption: tuple[EncryptionAlgorithm, ...] = ()


_RSA_SIGNING = (
    SigningAlgorithm.RSA_PSS_SHA_256,
    SigningAlgorithm.RSA_PKCS1_SHA_256,
    SigningAlgorithm.RSA_PSS_SHA_384,
    SigningAlgorithm.RSA_PKCS1_SHA_384,
    SigningAlgorithm.RSA_PSS_SHA_512,
    SigningAlgorithm.RSA_PKCS1_SHA_512,
)
_OAEP = (EncryptionAlgorithm.RSAES_OAEP_SHA_256, EncryptionAlgorithm.RSAES_OAEP_SHA_1)
_ECDSA = (SigningAlgorithm.ECDSA_SHA_256,)

SYMMETRIC: dict[KeySpec, Symmetric] = {
    KeySpec.AES_256: Symmetric(32),
    KeySpec.AES_192: Symmetric(24),
    KeySpec.AES_128: Symmetric(16),
    KeySpec.SM4: Symmetric(16),
}

AUTHENTICATING: dict[KeySpec, Authenticating] = {
    KeySpec.HMAC_224: Authenticating(28, MacAlgorithm.HMAC_SHA_224),
    KeySpec.HMAC_256: Authenticating(32, MacAlgorithm.HMAC_SHA_256),
    KeySpec.HMAC_384: Authenticating(48, MacAlgorithm.HMAC_SHA_384),
    KeySpec.HMAC_512: Authenticating(64, MacAlgorithm.HMAC_SHA_512),
    KeySpec.HMAC_SM3: Authenticating(32, MacAlgorithm.HMAC_SM3),
}

ASYMMETRIC: dict[KeySpec, Asymmetric] = {
    KeySpec.RSA_2048: Asymmetric(2048, _RSA_SIGNING, _OAEP),
    KeySpec.RSA_3072: Asymmetric(3072, _RSA_SIGNING, _OAEP),
    KeySpec.RSA_4096: Asymmetric(4096, _RSA_SIGNING, _OAEP),
    KeySpec.EC_P256: Asymmetric(256, _ECDSA),
    KeySpec.EC_P256K: Asymmetric(256, _ECDSA),
    # A curve goes with the hash of its length.
    KeySpec.EC_P384: Asymmetric(384, (SigningAlgorithm.ECDSA_SHA_384,)),
    KeySpec.EC_SM2: Asymmetric(256, (SigningAlgorithm.SM2DSA,), (EncryptionAlgorithm.SM2PKE,)),
}


def usages_of(spec: KeySpec) -> tuple[KeyUsage, ...]:
    """What keys of a spec may be for; the first is what CreateKey takes where KeyUsage is absent."""
    if spec in AUTHENTICATING:
        return (KeyUsage.GENERATE_VERIFY_MAC,)
    pair = ASYMMETRIC.get(spec)
    if pair is None:
        return (KeyUsage.ENCRYPT_DECRYPT,)
    return (KeyUsage.SIGN_VERIFY, KeyUsage.ENCRYPT_DECRYPT) if pair.encryption else (KeyUsage.SIGN_VERIFY,)


def secret_bytes(spec: KeySpec) -> int | None:
    """How long the material of a spec is, where any bytes of that length will do; None for pairs."""
    secret = SYMMETRIC.get(spec) or AUTHENTICATING.get(spec)
    return None if secret is None else secret.material_bytes

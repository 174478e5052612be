"""The key specs of CreateKey and what each can do (API reference 8.1)."""

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
    EC_SM2 = "EC_SM2"


class KeyUsage(StrEnum):
    ENCRYPT_DECRYPT = "ENCRYPT/DECRYPT"
    SIGN_VERIFY = "SIGN/VERIFY"


@dataclass(frozen=True, slots=True)
class Symmetric:
    material_bytes: int


# The specs that this version can make; the others are known by name and refused with a hint.
AVAILABLE: dict[KeySpec, Symmetric] = {
    KeySpec.AES_256: Symmetric(32),
    KeySpec.AES_192: Symmetric(24),
    KeySpec.AES_128: Symmetric(16),
}

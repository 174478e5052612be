"""The Huawei cloud's names for what the keys are, beside ours (KMS API reference, CreateKey, DescribeKey, Sign)."""

from enum import StrEnum

from keyreeve.crypto.specs import EncryptionAlgorithm, KeySpec, KeyUsage, SigningAlgorithm
from keyreeve.keys.model import KeyState, Origin

SPECS: dict[KeySpec, str] = {
    KeySpec.AES_256: "AES_256",
    KeySpec.AES_192: "AES_192",
    KeySpec.AES_128: "AES_128",
    KeySpec.SM4: "SM4",
    KeySpec.RSA_2048: "RSA_2048",
    KeySpec.RSA_3072: "RSA_3072",
    KeySpec.RSA_4096: "RSA_4096",
    KeySpec.EC_P256: "EC_P256",
    KeySpec.EC_P384: "EC_P384",
    KeySpec.EC_P256K: "SECP256K1",
    KeySpec.EC_SM2: "SM2",
    KeySpec.HMAC_224: "HMAC_224",
    KeySpec.HMAC_256: "HMAC_256",
    KeySpec.HMAC_384: "HMAC_384",
    KeySpec.HMAC_512: "HMAC_512",
    KeySpec.HMAC_SM3: "HMAC_SM3",
}


class NewKeySpec(StrEnum):
    """The specs that create-key takes."""

    AES_256 = "AES_256"
    SM4 = "SM4"
    RSA_2048 = "RSA_2048"
    RSA_3072 = "RSA_3072"
    RSA_4096 = "RSA_4096"
    EC_P256 = "EC_P256"
    EC_P384 = "EC_P384"
    SECP256K1 = "SECP256K1"
    SM2 = "SM2"
    HMAC_256 = "HMAC_256"
    HMAC_384 = "HMAC_384"
    HMAC_512 = "HMAC_512"
    HMAC_SM3 = "HMAC_SM3"


_SPECS_BY_NAME = {name: spec for spec, name in SPECS.items()}
NEW_SPECS: dict[NewKeySpec, KeySpec] = {new: _SPECS_BY_NAME[new] for new in NewKeySpec}

USAGES: dict[KeyUsage, str] = {
    KeyUsage.ENCRYPT_DECRYPT: "ENCRYPT_DECRYPT",
    KeyUsage.SIGN_VERIFY: "SIGN_VERIFY",
    KeyUsage.GENERATE_VERIFY_MAC: "GENERATE_VERIFY_MAC",
}

STATES: dict[KeyState, str] = {
    KeyState.ENABLED: "2",
    KeyState.DISABLED: "3",
    KeyState.PENDING_DELETION: "4",
    KeyState.PENDING_IMPORT: "5",
}

ORIGINS: dict[Origin, str] = {Origin.ALIYUN_KMS: "kms", Origin.EXTERNAL: "external"}


class CipherAlgorithm(StrEnum):
    """How EncryptData and ReEncrypt encrypt: with a symmetric key's own cipher, or with a public key."""

    SYMMETRIC_DEFAULT = "SYMMETRIC_DEFAULT"
    RSAES_OAEP_SHA_256 = "RSAES_OAEP_SHA_256"
    RSAES_OAEP_SHA_1 = "RSAES_OAEP_SHA_1"
    SM2_ENCRYPT = "SM2_ENCRYPT"


PUBLIC_KEY_ALGORITHMS: dict[CipherAlgorithm, EncryptionAlgorithm] = {
    CipherAlgorithm.RSAES_OAEP_SHA_256: EncryptionAlgorithm.RSAES_OAEP_SHA_256,
    CipherAlgorithm.RSAES_OAEP_SHA_1: EncryptionAlgorithm.RSAES_OAEP_SHA_1,
    CipherAlgorithm.SM2_ENCRYPT: EncryptionAlgorithm.SM2PKE,
}


class NewMacAlgorithm(StrEnum):
    """The algorithms of generate-mac."""

    HMAC_SHA_256 = "HMAC_SHA_256"
    HMAC_SHA_384 = "HMAC_SHA_384"
    HMAC_SHA_512 = "HMAC_SHA_512"
    HMAC_SM3 = "HMAC_SM3"


class NewSigningAlgorithm(StrEnum):
    """The algorithms of sign; that cloud's for ED25519 are not here."""

    RSASSA_PSS_SHA_256 = "RSASSA_PSS_SHA_256"
    RSASSA_PSS_SHA_384 = "RSASSA_PSS_SHA_384"
    RSASSA_PSS_SHA_512 = "RSASSA_PSS_SHA_512"
    RSASSA_PKCS1_V1_5_SHA_256 = "RSASSA_PKCS1_V1_5_SHA_256"
    RSASSA_PKCS1_V1_5_SHA_384 = "RSASSA_PKCS1_V1_5_SHA_384"
    RSASSA_PKCS1_V1_5_SHA_512 = "RSASSA_PKCS1_V1_5_SHA_512"
    ECDSA_SHA_256 = "ECDSA_SHA_256"
    ECDSA_SHA_384 = "ECDSA_SHA_384"
    SM2DSA_SM3 = "SM2DSA_SM3"


SIGNING_ALGORITHMS: dict[NewSigningAlgorithm, SigningAlgorithm] = {
    NewSigningAlgorithm.RSASSA_PSS_SHA_256: SigningAlgorithm.RSA_PSS_SHA_256,
    NewSigningAlgorithm.RSASSA_PSS_SHA_384: SigningAlgorithm.RSA_PSS_SHA_384,
    NewSigningAlgorithm.RSASSA_PSS_SHA_512: SigningAlgorithm.RSA_PSS_SHA_512,
    NewSigningAlgorithm.RSASSA_PKCS1_V1_5_SHA_256: SigningAlgorithm.RSA_PKCS1_SHA_256,
    NewSigningAlgorithm.RSASSA_PKCS1_V1_5_SHA_384: SigningAlgorithm.RSA_PKCS1_SHA_384,
    NewSigningAlgorithm.RSASSA_PKCS1_V1_5_SHA_512: SigningAlgorithm.RSA_PKCS1_SHA_512,
    NewSigningAlgorithm.ECDSA_SHA_256: SigningAlgorithm.ECDSA_SHA_256,
    NewSigningAlgorithm.ECDSA_SHA_384: SigningAlgorithm.ECDSA_SHA_384,
    NewSigningAlgorithm.SM2DSA_SM3: SigningAlgorithm.SM2DSA,
}

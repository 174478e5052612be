"""The owner's side of an import, by pyca/cryptography and GmSSL (API reference 8.2; BYOK page, step 3)."""

import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.importing.materials import SYMMETRIC_BYTES
from tests.interop.outside import encrypted

SYMMETRIC_WRAPPINGS = ("RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE")
RSA_AES = "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD"
SM2_SM4 = "SM2PKE_SM4_ECB"
WRAPPINGS = (*SYMMETRIC_WRAPPINGS, RSA_AES, SM2_SM4)


def wrappings_of(spec: str) -> tuple[str, ...]:
    if spec in SYMMETRIC_BYTES:
        return SYMMETRIC_WRAPPINGS
    return (SM2_SM4,) if spec == "EC_SM2" else (RSA_AES,)


def wrapping_key_spec(algorithm: str) -> str:
    return "EC_SM2" if algorithm.startswith("SM2PKE") else "RSA_2048"


def wrapped(algorithm: str, spki: bytes, material: bytes) -> bytes:
    if algorithm == RSA_AES:
        esk = os.urandom(32)
        return encrypted(spki, "RSAES_OAEP_SHA_256", esk) + aes_ecb(esk, pkcs7(material))
    if algorithm == SM2_SM4:
        esk = os.urandom(16)
        return encrypted(spki, "SM2PKE", esk) + sm4_ecb(esk, material)
    return encrypted(spki, algorithm, material)


def pkcs7(data: bytes) -> bytes:
    padder = PKCS7(128).padder()
    return padder.update(data) + padder.finalize()


def aes_ecb(key: bytes, blocks: bytes) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(blocks)  # noqa: S305  # the page's format


def sm4_ecb(key: bytes, blocks: bytes) -> bytes:
    return Cipher(algorithms.SM4(key), modes.ECB()).encryptor().update(blocks)  # noqa: S305  # the page's format

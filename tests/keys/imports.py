"""The owner's side of bring your own key: material made and wrapped by other programs than the server."""

import base64
import os
from functools import cache
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)
from gmssl_pyx import sm2_encrypt, sm2_key_generate

_SECRETS = {
    "Aliyun_AES_256": 32,
    "Aliyun_AES_192": 24,
    "Aliyun_AES_128": 16,
    "Aliyun_SM4": 16,
    "HMAC_224": 28,
    "HMAC_256": 32,
    "HMAC_384": 48,
    "HMAC_512": 64,
    "HMAC_SM3": 32,
}
_CURVES = {"EC_P256": ec.SECP256R1(), "EC_P256K": ec.SECP256K1(), "EC_P384": ec.SECP384R1()}
_SM2_SPKI_BEGINS = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")


class Caller(Protocol):
    def call(self, action: str, /, **parameters: str) -> Any: ...


@cache
def rsa_key(bits: int = 2048, number: int = 0) -> rsa.RSAPrivateKey:
    """RSA keys take long to make, so a process has one of each number."""
    return rsa.generate_private_key(65537, bits)


def rsa_spki() -> str:
    return base64.b64encode(
        rsa_key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).decode()


def sm2_pair() -> tuple[str, bytes]:
    """A public key in Base64 DER, and its scalar."""
    public, scalar = sm2_key_generate()
    return base64.b64encode(_SM2_SPKI_BEGINS + public).decode(), scalar


def new_material(spec: str, number: int = 0) -> bytes:
    """Material as an owner has it; for RSA always the same under one number."""
    if spec in _SECRETS:
        return os.urandom(_SECRETS[spec])
    if spec == "EC_SM2":
        return sm2_key_generate()[1]
    key = ec.generate_private_key(_CURVES[spec]) if spec in _CURVES else rsa_key(int(spec[4:]), number)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def wrapping(spec: str) -> dict[str, str]:
    """The parameters of GetParametersForImport for a key of that spec."""
    if spec in _SECRETS:
        return {"WrappingAlgorithm": "SM2PKE", "WrappingKeySpec": "EC_SM2"}
    if spec == "EC_SM2":
        return {"WrappingAlgorithm": "SM2PKE_SM4_ECB", "WrappingKeySpec": "EC_SM2"}
    return {"WrappingAlgorithm": "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD", "WrappingKeySpec": "RSA_2048"}


def wrap(spec: str, spki: bytes, material: bytes) -> str:
    if spec in _SECRETS:
        wrapped = sm2_encrypt(spki[-64:], material)
    elif spec == "EC_SM2":
        esk = os.urandom(16)
        wrapped = sm2_encrypt(spki[-64:], esk) + _ecb(algorithms.SM4(esk), material)
    else:
        esk = os.urandom(32)
        public = load_der_public_key(spki)
        assert isinstance(public, rsa.RSAPublicKey)
        padder = padding.PKCS7(128).padder()
        padded = padder.update(material) + padder.finalize()
        sealed_esk = public.encrypt(esk, OAEP(MGF1(hashes.SHA256()), hashes.SHA256(), None))
        wrapped = sealed_esk + _ecb(algorithms.AES(esk), padded)
    return base64.b64encode(wrapped).decode()


def parameters_for(caller: Caller, key_id: str, spec: str, material: bytes) -> dict[str, str]:
    """The parameters of ImportKeyMaterial, under a new token."""
    given = caller.call("GetParametersForImport", KeyId=key_id, **wrapping(spec))
    wrapped = wrap(spec, base64.b64decode(given["PublicKey"]), material)
    return {"KeyId": key_id, "ImportToken": given["ImportToken"], "EncryptedKeyMaterial": wrapped}


def import_material(caller: Caller, key_id: str, spec: str, material: bytes, **more: str) -> None:
    caller.call("ImportKeyMaterial", **parameters_for(caller, key_id, spec, material), **more)


def _ecb(algorithm: algorithms.AES | algorithms.SM4, data: bytes) -> bytes:
    encryptor = Cipher(algorithm, modes.ECB()).encryptor()  # noqa: S305  # the documented format
    return encryptor.update(data) + encryptor.finalize()

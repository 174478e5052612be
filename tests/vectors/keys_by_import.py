"""Keys of the running server whose material is a vector's. The wrapping is made here, with pyca/cryptography alone."""

import base64
import os
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.support.client import Answer, Client

SYMMETRIC = "RSAES_OAEP_SHA_256"
PAIR = "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD"


@dataclass(frozen=True)
class Imported:
    client: Client
    key_id: str
    version_id: str

    def answer(self, action: str, **parameters: str | bytes) -> Answer:
        """Of an operation with the key pair; what is in bytes goes as Base64."""
        texts = {name: value if isinstance(value, str) else text_of(value) for name, value in parameters.items()}
        return self.client.answer(action, KeyId=self.key_id, KeyVersionId=self.version_id, **texts)

    def call(self, action: str, **parameters: str | bytes) -> Any:
        answer = self.answer(action, **parameters)
        assert answer.status == 200, answer.body
        return answer.json


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def import_pair(client: Client, spec: str, usage: str, pkcs8: bytes) -> Imported:
    """An RSA or EC key."""
    key_id = client.create_key(KeySpec=spec, KeyUsage=usage, Origin="EXTERNAL")
    return _fill(client, key_id, PAIR, pkcs8)


def import_symmetric(client: Client, spec: str, material: bytes) -> Imported:
    key_id = client.create_key(KeySpec=spec, Origin="EXTERNAL")
    return _fill(client, key_id, SYMMETRIC, material)


def _fill(client: Client, key_id: str, algorithm: str, material: bytes) -> Imported:
    given = client.call("GetParametersForImport", KeyId=key_id, WrappingAlgorithm=algorithm, WrappingKeySpec="RSA_2048")
    public = serialization.load_der_public_key(base64.b64decode(given["PublicKey"]))
    assert isinstance(public, rsa.RSAPublicKey)
    wrapped = _oaep(public, material) if algorithm == SYMMETRIC else _by_an_ephemeral_key(public, material)
    token = given["ImportToken"]
    client.call("ImportKeyMaterial", KeyId=key_id, EncryptedKeyMaterial=text_of(wrapped), ImportToken=token)
    (version,) = client.call("ListKeyVersions", KeyId=key_id)["KeyVersions"]["KeyVersion"]
    return Imported(client, key_id, version["KeyVersionId"])


def _by_an_ephemeral_key(public: rsa.RSAPublicKey, material: bytes) -> bytes:
    ephemeral, padder = os.urandom(32), PKCS7(128).padder()
    padded = padder.update(material) + padder.finalize()
    encryptor = Cipher(algorithms.AES(ephemeral), modes.ECB()).encryptor()  # noqa: S305  # the API's format
    return _oaep(public, ephemeral) + encryptor.update(padded)


def _oaep(public: rsa.RSAPublicKey, data: bytes) -> bytes:
    return public.encrypt(data, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None))

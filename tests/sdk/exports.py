"""Data keys that a client has encrypted with somebody else's public key."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from gmssl_pyx import sm2_decrypt

from tests.importing.materials import some_pair
from tests.interop.der import der_sm2
from tests.interop.outside import b64, decrypted
from tests.sdk.sdk import Recorded

EXPORTS = {"RSA_2048": ("RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"), "EC_SM2": ("SM2PKE",)}
CONTEXT = {"for": "somebody else 中文"}


@dataclass(frozen=True)
class TheirKey:
    """`parameters` name the key and the algorithm to the server."""

    parameters: dict[str, str]
    decrypt: Callable[[bytes], bytes]


def their_key(spec: str, algorithm: str) -> TheirKey:
    own = some_pair(spec)
    wrapping = {"PublicKeyBlob": b64(own.spki), "WrappingKeySpec": spec, "WrappingAlgorithm": algorithm}
    if spec == "EC_SM2":
        return TheirKey(wrapping, lambda exported: sm2_decrypt(own.material, der_sm2(exported)))
    key = serialization.load_der_private_key(own.pkcs8, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return TheirKey(wrapping, lambda exported: decrypted(key, algorithm, exported))


def data_keys_are_exported(life: Recorded, spec: str) -> None:
    if not life.sdk.offers("ExportDataKey"):
        return
    key_id = life.call("CreateKey")["KeyMetadata"]["KeyId"]
    for algorithm in EXPORTS[spec]:
        theirs = their_key(spec, algorithm)
        one_exported(life, key_id, theirs)
        one_generated_and_exported(life, key_id, theirs)


def one_exported(life: Recorded, key_id: str, theirs: TheirKey) -> None:
    made = life.call("GenerateDataKey", KeyId=key_id, KeySpec="AES_128", EncryptionContext=CONTEXT)
    sealed = {"CiphertextBlob": made["CiphertextBlob"], **theirs.parameters}
    exported = life.call("ExportDataKey", EncryptionContext=CONTEXT, **sealed)
    assert (exported["KeyId"], exported["KeyVersionId"]) == (key_id, made["KeyVersionId"])
    data_key = theirs.decrypt(base64.b64decode(exported["ExportedDataKey"], validate=True))
    assert (b64(data_key), len(data_key)) == (made["Plaintext"], 16)
    assert life.refused("ExportDataKey", **sealed) == "InvalidParameter"


def one_generated_and_exported(life: Recorded, key_id: str, theirs: TheirKey) -> None:
    wanted = {"KeyId": key_id, "NumberOfBytes": 100, "EncryptionContext": CONTEXT}
    made = life.call("GenerateAndExportDataKey", **wanted, **theirs.parameters)
    data_key = theirs.decrypt(base64.b64decode(made["ExportedDataKey"], validate=True))
    opened = life.call("Decrypt", CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert (opened["Plaintext"], len(data_key)) == (b64(data_key), 100)
    assert {name: made[name] for name in ("KeyId", "KeyVersionId")}.items() <= opened.items()

"""Asymmetric keys with what was made with them, and the requests that use them."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

from tests.keys.imports import import_material, new_material
from tests.keys.states import bring
from tests.support.client import Client

DIGEST = base64.b64encode(bytes(range(32))).decode()
PLAINTEXT = "aGVsbG8="
SIGNS, ENCRYPTS = "SIGN/VERIFY", "ENCRYPT/DECRYPT"


@dataclass(frozen=True)
class Pair:
    """A version of an EC_SM2 key, which costs little to make; `made` is its signature of DIGEST or its ciphertext."""

    key_id: str
    version_id: str
    made: str = ""


Request = Callable[[Pair], dict[str, str]]


def _version(pair: Pair) -> dict[str, str]:
    return {"KeyId": pair.key_id, "KeyVersionId": pair.version_id}


_OF_SIGNING: dict[str, Request] = {
    "AsymmetricSign": lambda pair: {**_version(pair), "Algorithm": "SM2DSA", "Digest": DIGEST},
    "AsymmetricVerify": lambda pair: {**_version(pair), "Algorithm": "SM2DSA", "Digest": DIGEST, "Value": pair.made},
    "GetPublicKey": _version,
}
_OF_ENCRYPTING: dict[str, Request] = {
    "AsymmetricEncrypt": lambda pair: {**_version(pair), "Algorithm": "SM2PKE", "Plaintext": PLAINTEXT},
    "AsymmetricDecrypt": lambda pair: {**_version(pair), "Algorithm": "SM2PKE", "CiphertextBlob": pair.made},
    "GetPublicKey": _version,
}
REQUESTS = {SIGNS: _OF_SIGNING, ENCRYPTS: _OF_ENCRYPTING}


def pair_in(client: Client, state: str, usage: str) -> Pair:
    """A pair in that state; one in PendingImport had material."""
    external = {"Origin": "EXTERNAL"} if state == "PendingImport" else {}
    key_id = client.create_key(KeySpec="EC_SM2", KeyUsage=usage, **external)
    if external:
        import_material(client, key_id, "EC_SM2", new_material("EC_SM2"))
    pair = used(client, newest(client, key_id), usage)
    bring(client, key_id, state)
    return pair


def newest(client: Client, key_id: str) -> Pair:
    versions = client.call("ListKeyVersions", KeyId=key_id)["KeyVersions"]["KeyVersion"]
    return Pair(key_id, versions[0]["KeyVersionId"])


def used(client: Client, pair: Pair, usage: str) -> Pair:
    operation, member = ("AsymmetricSign", "Value") if usage == SIGNS else ("AsymmetricEncrypt", "CiphertextBlob")
    made = client.call(operation, **REQUESTS[usage][operation](pair))
    return Pair(pair.key_id, pair.version_id, made[member])


def re_encryption(pair: Pair, destination: str) -> dict[str, str]:
    source = {"SourceKeyId": pair.key_id, "SourceKeyVersionId": pair.version_id, "SourceEncryptionAlgorithm": "SM2PKE"}
    return {"CiphertextBlob": pair.made, **source, "DestinationKeyId": destination}

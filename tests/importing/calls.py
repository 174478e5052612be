"""The calls of an import, as one who owns key material makes them."""

import base64
from dataclasses import dataclass
from typing import Any

from tests.importing.wrapping import wrapped, wrapping_key_spec
from tests.interop.outside import b64, verifies
from tests.interop.pairs import SIGNING, only_pair, public_key
from tests.support.client import Answer, Client


@dataclass(frozen=True)
class Download:
    """What GetParametersForImport gave."""

    key_id: str
    algorithm: str
    token: str
    spki: bytes

    def wrap(self, material: bytes) -> bytes:
        return wrapped(self.algorithm, self.spki, material)


def external_key(client: Client, spec: str, **more: str) -> str:
    return client.create_key(KeySpec=spec, Origin="EXTERNAL", **more)


def download(client: Client, key_id: str, algorithm: str) -> Download:
    wrapping = {"WrappingAlgorithm": algorithm, "WrappingKeySpec": wrapping_key_spec(algorithm)}
    given = client.call("GetParametersForImport", KeyId=key_id, **wrapping)
    assert given["KeyId"] == key_id
    return Download(key_id, algorithm, given["ImportToken"], base64.b64decode(given["PublicKey"], validate=True))


def send(client: Client, got: Download, material: bytes, **more: str) -> Answer:
    """ImportKeyMaterial of material that is wrapped already."""
    parameters = {"KeyId": got.key_id, "ImportToken": got.token, "EncryptedKeyMaterial": b64(material), **more}
    return client.answer("ImportKeyMaterial", **parameters)


def bring(client: Client, key_id: str, algorithm: str, material: bytes) -> None:
    """A whole import, which must succeed."""
    got = download(client, key_id, algorithm)
    answer = send(client, got, got.wrap(material))
    assert answer.code == "OK", answer.body
    assert metadata(client, key_id)["KeyState"] == "Enabled"


def metadata(client: Client, key_id: str) -> dict[str, Any]:
    return dict(client.call("DescribeKey", KeyId=key_id)["KeyMetadata"])


def is_used(client: Client, key_id: str) -> bool:
    """Whether the key does what it is for: text comes back, or what it signs is right for others."""
    spec = metadata(client, key_id)["KeySpec"]
    if spec.startswith("Aliyun_"):
        blob = client.call("Encrypt", KeyId=key_id, Plaintext="eA==")["CiphertextBlob"]
        return bool(client.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "eA==")
    pair, digest, algorithm = only_pair(client, key_id), bytes(range(32)), SIGNING[spec][0]
    signed = client.call("AsymmetricSign", Algorithm=algorithm, Digest=b64(digest), **pair.place)["Value"]
    return verifies(public_key(client, pair), algorithm, digest, base64.b64decode(signed))

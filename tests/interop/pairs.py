"""Key pairs of the server, and what each spec is for (API reference 8.24 to 8.27)."""

from dataclasses import dataclass

from tests.support.client import Client

_RSA_SIGNING = ("RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256")
_OAEP = ("RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1")
SIGNING = {
    "RSA_2048": _RSA_SIGNING,
    "RSA_3072": _RSA_SIGNING,
    "RSA_4096": _RSA_SIGNING,
    "EC_P256": ("ECDSA_SHA_256",),
    "EC_P256K": ("ECDSA_SHA_256",),
    "EC_SM2": ("SM2DSA",),
}
ENCRYPTION = {"RSA_2048": _OAEP, "RSA_3072": _OAEP, "RSA_4096": _OAEP, "EC_SM2": ("SM2PKE",)}


@dataclass(frozen=True)
class Pair:
    key_id: str
    version_id: str

    @property
    def place(self) -> dict[str, str]:
        return {"KeyId": self.key_id, "KeyVersionId": self.version_id}


def new_pair(client: Client, spec: str, usage: str) -> Pair:
    return only_pair(client, client.create_key(KeySpec=spec, KeyUsage=usage))


def only_pair(client: Client, key_id: str) -> Pair:
    """Of a key that has one version."""
    [version] = client.call("ListKeyVersions", KeyId=key_id)["KeyVersions"]["KeyVersion"]
    return Pair(key_id, version["KeyVersionId"])


def public_key(client: Client, pair: Pair) -> str:
    return str(client.call("GetPublicKey", **pair.place)["PublicKey"])

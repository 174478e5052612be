"""The first import binds: one wins, and ever after only the same material comes in."""

import base64
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from tests.importing.calls import Download, bring, download, external_key, is_used, metadata, send
from tests.importing.materials import OwnPair, ec_pkcs8, own_pair, some_material
from tests.importing.refusals import INVALID_MATERIAL, accepts, refusal, unchanged
from tests.importing.wrapping import RSA_AES, SYMMETRIC_WRAPPINGS, wrappings_of
from tests.interop.outside import b64, spki_of
from tests.interop.pairs import only_pair, public_key
from tests.support.client import Client

ROUNDS = 10
SPECS = ("Aliyun_AES_256", "Aliyun_SM4", "RSA_2048", "EC_P256", "EC_SM2")


def at_once(client: Client, sent: list[tuple[Download, bytes]]) -> list[str]:
    """The codes of imports that begin together."""
    start = threading.Barrier(len(sent))

    def one(each: tuple[Download, bytes]) -> str:
        start.wait()
        return send(client, *each).code

    with ThreadPoolExecutor(len(sent)) as pool:
        return list(pool.map(one, sent))


def other_material(spec: str) -> bytes:
    return os.urandom(len(some_material(spec))) if spec.startswith("Aliyun") else own_pair(spec).material


def test_of_two_pairs_at_once_exactly_one_wins(client: Client):
    for _ in range(ROUNDS):
        owns = [own_pair("EC_P256"), own_pair("EC_P256")]
        key_id = external_key(client, "EC_P256")
        downloads = [download(client, key_id, RSA_AES) for _ in owns]
        blobs = [got.wrap(own.material) for got, own in zip(downloads, owns, strict=True)]
        codes = at_once(client, list(zip(downloads, blobs, strict=True)))
        assert sorted(codes) == ["InvalidKeyMaterial", "OK"]
        belongs_to(client, key_id, owns[codes.index("OK")])


def belongs_to(client: Client, key_id: str, own: OwnPair) -> None:
    assert spki_of(public_key(client, only_pair(client, key_id))) == own.spki
    assert is_used(client, key_id)


def test_of_two_symmetric_keys_at_once_exactly_one_wins(client: Client):
    for _ in range(ROUNDS):
        materials = [os.urandom(32), os.urandom(32)]
        got = download(client, external_key(client, "Aliyun_AES_256"), "SM2PKE")
        codes = at_once(client, [(got, got.wrap(material)) for material in materials])
        assert sorted(codes) == ["InvalidKeyMaterial", "OK"]
        winner = codes.index("OK")
        accepts(client, got, materials[winner])
        assert refusal(send(client, got, got.wrap(materials[1 - winner]))) == INVALID_MATERIAL
        assert only_pair(client, got.key_id).version_id == metadata(client, got.key_id)["PrimaryKeyVersion"]


def test_the_same_material_at_once_is_one_version(client: Client):
    for _ in range(ROUNDS):
        got, material = download(client, external_key(client, "Aliyun_SM4"), "SM2PKE"), os.urandom(16)
        assert at_once(client, [(got, got.wrap(material)) for _ in range(4)]) == ["OK"] * 4
        assert only_pair(client, got.key_id)
        assert is_used(client, got.key_id)


@pytest.mark.parametrize("spec", SPECS)
def test_other_material_does_not_come_in_afterwards(client: Client, spec: str):
    key_id, material = external_key(client, spec), some_material(spec)
    bring(client, key_id, wrappings_of(spec)[0], material)
    version = only_pair(client, key_id)
    for prepare in (lambda: None, lambda: client.call("DeleteKeyMaterial", KeyId=key_id)):
        prepare()
        for algorithm in wrappings_of(spec):
            got = download(client, key_id, algorithm)
            with unchanged(client, key_id):
                assert refusal(send(client, got, got.wrap(other_material(spec)))) == INVALID_MATERIAL
    for algorithm in wrappings_of(spec):
        bring(client, key_id, algorithm, material)
    assert is_used(client, key_id)
    assert only_pair(client, key_id) == version


def test_what_was_encrypted_opens_again_with_the_same_material_wrapped_in_another_way(client: Client):
    key_id, material = external_key(client, "Aliyun_AES_256"), os.urandom(32)
    bring(client, key_id, "RSAES_PKCS1_V1_5", material)
    blob = client.call("Encrypt", KeyId=key_id, Plaintext="eA==")["CiphertextBlob"]
    for algorithm in SYMMETRIC_WRAPPINGS:
        client.call("DeleteKeyMaterial", KeyId=key_id)
        assert client.refused("Decrypt", CiphertextBlob=blob) == "Rejected.PendingImport"
        bring(client, key_id, algorithm, material)
        assert client.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "eA=="


def test_a_private_key_is_the_same_in_another_encoding(client: Client):
    """OpenSSL writes the public half beside it, Java does not."""
    own, key_id = own_pair("EC_P256"), external_key(client, "EC_P256")
    private_value = own.material[own.material.index(b"\4\x20") + 2 :][:32]
    without_point = ec_pkcs8("EC_P256", private_value)
    assert len(without_point) < len(own.material)
    bring(client, key_id, RSA_AES, own.material)
    bring(client, key_id, RSA_AES, without_point)
    belongs_to(client, key_id, own)


def test_two_keys_of_the_same_material_do_not_open_each_others_ciphertexts(client: Client):
    material, keys = os.urandom(32), [external_key(client, "Aliyun_AES_256") for _ in range(2)]
    for key_id in keys:
        bring(client, key_id, "SM2PKE", material)
    one, another = (only_pair(client, key_id) for key_id in keys)
    blob = client.call("Encrypt", KeyId=one.key_id, Plaintext="eA==")["CiphertextBlob"]
    # docs/formats/ciphertext.md: the key's UUID at 5, the version's at 21.
    ids = [UUID(text).bytes for text in (one.key_id, one.version_id, another.key_id, another.version_id)]
    raw = base64.b64decode(blob)
    assert (raw[5:21], raw[21:37]) == (ids[0], ids[1])
    moved = b64(raw[:5] + ids[2] + ids[3] + raw[37:])
    assert client.refused("Decrypt", CiphertextBlob=moved) == "InvalidParameter"
    client.call("DeleteKeyMaterial", KeyId=one.key_id)
    assert client.refused("Decrypt", CiphertextBlob=blob) == "Rejected.PendingImport"
    assert is_used(client, another.key_id)


def test_two_pairs_of_the_same_material_are_one_pair_to_everybody(client: Client):
    """Unlike blobs, public-key ciphertexts and signatures have nothing of ours around them."""
    own, usage = own_pair("EC_SM2"), {"KeyUsage": "ENCRYPT/DECRYPT"}
    keys = [external_key(client, "EC_SM2", **usage) for _ in range(2)]
    for key_id in keys:
        bring(client, key_id, "SM2PKE_SM4_ECB", own.material)
    one, another = (only_pair(client, key_id) for key_id in keys)
    made = client.call("AsymmetricEncrypt", **one.place, Algorithm="SM2PKE", Plaintext="eA==")["CiphertextBlob"]
    opened = client.call("AsymmetricDecrypt", **another.place, Algorithm="SM2PKE", CiphertextBlob=made)
    assert opened["Plaintext"] == "eA=="

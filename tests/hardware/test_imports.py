"""Imported material goes into the token, and out of it again."""

import base64
import hashlib
import os
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from tests.hardware import raw
from tests.hardware.box import AES, DECRYPT, SIGN, Box
from tests.hardware.eventually import wait_until
from tests.interop.outside import b64, encrypted, verifies
from tests.keys.imports import import_material, new_material, parameters_for
from tests.keys.moved import move

TEXT, DIGEST = "aGVsbG8=", hashlib.sha256(b"message").digest()
PAIRS = [("RSA_2048", SIGN), ("RSA_2048", DECRYPT), ("EC_P256", SIGN), ("EC_P256K", SIGN)]
KINDS = [(spec, "") for spec in AES] + PAIRS


@dataclass(frozen=True)
class Imported:
    key_id: str
    spec: str
    material: bytes


def waiting_key(box: Box, spec: str, usage: str = "") -> str:
    return box.new_key(spec, Origin="EXTERNAL", **({"KeyUsage": usage} if usage else {}))


def imported(box: Box, spec: str, usage: str = "") -> Imported:
    key_id, material = waiting_key(box, spec, usage), new_material(spec)
    import_material(box.client, key_id, spec, material)
    assert box.state(key_id) == "Enabled"
    return Imported(key_id, spec, material)


def is_used(box: Box, one: Imported) -> bool:
    """Whether the key does, in the token, what its owner's material does outside."""
    version_id = box.version(one.key_id)
    if one.spec in AES:
        blob = base64.b64decode(box.encrypt(one.key_id, TEXT))
        opened = AESGCM(one.material).decrypt(blob[37:49], blob[69:], blob[:69])
        return opened == TEXT.encode() and box.decrypt(b64(blob)) == TEXT
    key = load_der_private_key(one.material, None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert box.spki(one.key_id, version_id) == spki
    if box.client.call("DescribeKey", KeyId=one.key_id)["KeyMetadata"]["KeyUsage"] == SIGN:
        algorithm = "RSA_PSS_SHA_256" if one.spec == "RSA_2048" else "ECDSA_SHA_256"
        pem = box.pem(one.key_id, version_id)
        return verifies(pem, algorithm, DIGEST, box.sign(one.key_id, version_id, algorithm, DIGEST))
    place = {"KeyId": one.key_id, "KeyVersionId": version_id, "Algorithm": "RSAES_OAEP_SHA_1"}
    ciphertext = b64(encrypted(spki, "RSAES_OAEP_SHA_1", b"text"))
    return base64.b64decode(box.client.call("AsymmetricDecrypt", **place, CiphertextBlob=ciphertext)["Plaintext"]) == (
        b"text"
    )


@pytest.mark.parametrize(("spec", "usage"), KINDS)
def test_imported_material_is_used_in_the_token(box: Box, spec: str, usage: str) -> None:
    one = imported(box, spec, usage)
    assert is_used(box, one)
    [found] = box.objects_of(one.key_id)
    assert found.kind == ("SECRET_KEY" if spec in AES else "PRIVATE_KEY")
    assert one.material.hex() not in found.readings.values()


def test_what_was_sealed_outside_by_the_document_opens_inside(box: Box) -> None:
    one = imported(box, "Aliyun_AES_192")
    sealed_here = base64.b64decode(box.encrypt(one.key_id, TEXT))
    salt = os.urandom(32)
    header = sealed_here[:37] + salt
    blob = header + AESGCM(one.material).encrypt(salt[:12], b"from outside", header + b'{"a":"1"}')
    assert box.decrypt(b64(blob), '{ "a" : "1" }') == "from outside"


@pytest.mark.parametrize(("spec", "usage"), [("Aliyun_AES_256", ""), ("RSA_2048", SIGN), ("EC_P256", SIGN)])
def test_deleted_material_leaves_the_token_and_the_same_comes_back(box: Box, spec: str, usage: str) -> None:
    one = imported(box, spec, usage)
    version_id = box.version(one.key_id)
    assert raw.id_of(version_id) in raw.ids(box.hsm)
    box.client.call("DeleteKeyMaterial", KeyId=one.key_id)
    assert raw.id_of(version_id) not in raw.ids(box.hsm)
    assert box.state(one.key_id) == "PendingImport"
    other = parameters_for(box.client, one.key_id, spec, new_material(spec, number=1))
    assert box.client.refused("ImportKeyMaterial", **other) == "InvalidKeyMaterial"
    assert raw.id_of(version_id) not in raw.ids(box.hsm)
    import_material(box.client, one.key_id, spec, one.material)
    assert box.version(one.key_id) == version_id
    assert is_used(box, one)
    assert len(box.objects_of(one.key_id)) == 1


def test_the_same_material_twice_is_one_object_and_other_material_is_refused(box: Box) -> None:
    one = imported(box, "Aliyun_AES_256")
    import_material(box.client, one.key_id, one.spec, one.material)
    other = parameters_for(box.client, one.key_id, one.spec, new_material(one.spec))
    assert box.client.refused("ImportKeyMaterial", **other) == "InvalidKeyMaterial"
    assert len(box.objects_of(one.key_id)) == 1
    assert is_used(box, one)


def test_a_blob_from_before_the_deletion_opens_after_the_next_import(box: Box) -> None:
    one = imported(box, "Aliyun_AES_256")
    blob = box.encrypt(one.key_id, TEXT)
    box.client.call("DeleteKeyMaterial", KeyId=one.key_id)
    assert box.client.refused("Decrypt", CiphertextBlob=blob) == "Rejected.PendingImport"
    box.client.call("DeleteKeyMaterial", KeyId=one.key_id)
    import_material(box.client, one.key_id, one.spec, one.material)
    assert box.decrypt(blob) == TEXT


def test_material_whose_time_has_come_leaves_the_token(box: Box) -> None:
    one = imported(box, "Aliyun_AES_128")
    object_id = raw.id_of(box.version(one.key_id))
    move(box.server.data, [one.key_id], material_expire_at=1)
    assert box.state(one.key_id) == "PendingImport"
    wait_until(lambda: object_id not in raw.ids(box.hsm))


@pytest.mark.parametrize("spec", ["Aliyun_AES_256", "RSA_2048", "EC_P256"])
def test_material_of_another_kind_never_reaches_the_token(box: Box, spec: str) -> None:
    key_id = waiting_key(box, spec)
    wrong = {"Aliyun_AES_256": os.urandom(16), "RSA_2048": new_material("EC_P256"), "EC_P256": new_material("EC_P256K")}
    before = raw.ids(box.hsm)
    words = parameters_for(box.client, key_id, spec, wrong[spec])
    assert box.client.refused("ImportKeyMaterial", **words) == "InvalidKeyMaterial"
    assert raw.ids(box.hsm) == before
    assert box.state(key_id) == "PendingImport"

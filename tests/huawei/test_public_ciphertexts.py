"""What a key pair encrypted, here or elsewhere: bytes that are no text, and keys of several versions."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.huawei.ciphers import DATA, OAEP_1, OAEP_256, SM2, TEXT, Laboratory, Way
from tests.keys.moved import move

NO_TEXTS = [b"\xff", b"\x00\xff\xfe", bytes(range(256))[-190:], "caf\u00e9".encode("latin-1"), b"\xed\xa0\x80"]


def encrypted_outside(lab: Laboratory, key_id: str, data: bytes) -> str:
    """By pyca with the public half, as somebody would who has no AccessKey."""
    public = load_pem_public_key(lab.huawei.call("show_public_key", key_id=key_id).public_key.encode())
    assert isinstance(public, RSAPublicKey)
    return base64.b64encode(public.encrypt(data, OAEP(MGF1(SHA256()), SHA256(), None))).decode()


@pytest.mark.parametrize("data", NO_TEXTS, ids=repr)
def test_bytes_that_are_no_text_go_through_every_key(lab: Laboratory, data: bytes):
    rsa, aes, sm4, sm2 = (lab.keys[spec][0] for spec in ("RSA_2048", "AES_256", "SM4", "SM2"))
    way, ciphertext = Way("RSA_2048", OAEP_256), encrypted_outside(lab, lab.keys["RSA_2048"][0], data)
    named = {"source_key_id": rsa, "destination_key_id": aes}
    ciphertext = lab.re_encrypt(ciphertext, way, Way("AES_256", aad="x"), **named).cipher_text
    given = {"cipher_text": ciphertext, "additional_authenticated_data": "x"}
    assert base64.b64decode(lab.huawei.call("decrypt_data", **given).plain_text_base64) == data
    for source, destination, key_id in [
        (Way("AES_256", aad="x"), Way("SM4"), sm4),
        (Way("SM4"), Way("SM2", SM2), sm2),
        (Way("SM2", SM2), Way("RSA_2048", OAEP_256), rsa),
    ]:
        named = {"source_key_id": named["destination_key_id"], "destination_key_id": key_id}
        ciphertext = lab.re_encrypt(ciphertext, source, destination, **named).cipher_text
        opening = {"key_id": key_id, "cipher_text": ciphertext, "encryption_algorithm": destination.algorithm}
        opened = lab.huawei.call("decrypt_data", **opening)
        assert (base64.b64decode(opened.plain_text_base64), opened.plain_text) == (data, data.decode(errors="replace"))


@pytest.mark.parametrize("data", NO_TEXTS, ids=repr)
def test_the_other_door_gives_them_in_base64_and_passes_them_on(lab: Laboratory, data: bytes):
    rsa, (aes, other) = lab.keys["RSA_2048"][0], lab.keys["AES_256"]
    ciphertext = encrypted_outside(lab, rsa, data)
    named = {"source_key_id": rsa, "destination_key_id": aes}
    blob = lab.re_encrypt(ciphertext, Way("RSA_2048", OAEP_256), Way("AES_256"), **named).cipher_text
    assert base64.b64decode(lab.client.call("Decrypt", CiphertextBlob=blob)["Plaintext"]) == data
    passed = lab.client.call("ReEncrypt", CiphertextBlob=blob, DestinationKeyId=other)["CiphertextBlob"]
    assert base64.b64decode(lab.huawei.call("decrypt_data", cipher_text=passed).plain_text_base64) == data


def test_bytes_that_the_other_door_took_from_a_pair_are_a_data_key(lab: Laboratory):
    """Its ReEncrypt makes one of whatever a pair held (docs/divergences.md)."""
    rsa, aes, data = lab.keys["RSA_2048"][0], lab.keys["AES_256"][0], bytes(range(200, 232))
    [version] = lab.client.call("ListKeyVersions", KeyId=rsa)["KeyVersions"]["KeyVersion"]
    source = {"SourceKeyId": rsa, "SourceKeyVersionId": version["KeyVersionId"], "SourceEncryptionAlgorithm": OAEP_256}
    blob = encrypted_outside(lab, rsa, data)
    made = lab.client.call("ReEncrypt", CiphertextBlob=blob, DestinationKeyId=aes, **source)["CiphertextBlob"]
    given = {"key_id": aes, "cipher_text": made, "datakey_cipher_length": "32"}
    assert bytes.fromhex(lab.huawei.call("decrypt_datakey", **given).data_key) == data


@pytest.mark.parametrize(
    ("way", "name"),
    [(Way("RSA_2048", OAEP_256), OAEP_256), (Way("RSA_2048", OAEP_1), OAEP_1), (Way("SM2", SM2), "SM2PKE")],
    ids=str,
)
def test_the_newest_version_encrypts_and_whichever_fits_decrypts(lab: Laboratory, way: Way, name: str):
    key_id, other = lab.new_key(way.spec), lab.keys["AES_256"][0]
    _, first = lab.encrypt(DATA, key_id, way)
    move(lab.server.data, [key_id], last_rotated_at=0)
    newest = lab.client.call("CreateKeyVersion", KeyId=key_id)["KeyVersion"]["KeyVersionId"]
    _, second = lab.encrypt(DATA, key_id, way)
    of_newest = {"KeyId": key_id, "KeyVersionId": newest, "Algorithm": name}
    opened = lab.client.call("AsymmetricDecrypt", **of_newest, CiphertextBlob=second)["Plaintext"]
    assert base64.b64decode(opened).decode() == TEXT
    assert lab.client.refused("AsymmetricDecrypt", **of_newest, CiphertextBlob=first) == "InvalidParameter"
    for ciphertext in (first, second):
        assert lab.decrypt(DATA, key_id, way, ciphertext) == TEXT
        named = {"source_key_id": key_id, "destination_key_id": other}
        made = lab.re_encrypt(ciphertext, way, Way("AES_256"), **named).cipher_text
        assert lab.decrypt(DATA, other, Way("AES_256"), made) == TEXT

"""AES keys in a token, and their ciphertexts (docs/formats/ciphertext.md, suites 5 to 7)."""

import base64
from uuid import UUID

import pytest

from tests.hardware import raw
from tests.hardware.box import AES, Box

SUITES: dict[str, int] = dict(zip(AES, (5, 6, 7), strict=True))
CONTEXT, CANONICAL = '{"b": "2", "a": "\\u00e9"}', '{"a":"é","b":"2"}'.encode()
TEXT = "aGVsbG8="


@pytest.mark.parametrize("spec", AES)
def test_what_was_encrypted_comes_back_under_its_context_only(box: Box, spec: str) -> None:
    key_id = box.key(spec)
    blob = box.encrypt(key_id, TEXT, CONTEXT)
    assert box.decrypt(blob, CONTEXT) == TEXT
    for wrong in ('{"a":"é"}', '{"a":"é","b":"3"}'):
        answer = box.client.answer("Decrypt", CiphertextBlob=blob, EncryptionContext=wrong)
        assert (answer.status, answer.code) == (400, "InvalidParameter")
        assert "CiphertextBlob" in answer.json["Message"]
    assert box.client.refused("Decrypt", CiphertextBlob=blob) == "InvalidParameter"
    assert box.client.refused("Decrypt", CiphertextBlob=box.encrypt(key_id, TEXT), EncryptionContext=CONTEXT)


@pytest.mark.parametrize("text", ["x", "x" * 6144, "grüße 密"])
def test_texts_of_all_lengths_come_back(box: Box, text: str) -> None:
    assert box.decrypt(box.encrypt(box.key("Aliyun_AES_256"), text)) == text


@pytest.mark.parametrize("spec", AES)
def test_a_blob_has_the_documented_layout_and_the_token_opens_it(box: Box, spec: str) -> None:
    key_id = box.key(spec)
    version_id = box.version(key_id)
    blob = base64.b64decode(box.encrypt(key_id, TEXT, CONTEXT), validate=True)
    assert blob[:5] == bytes.fromhex("4b520101") + bytes([SUITES[spec]])
    assert blob[5:21] == UUID(key_id).bytes
    assert blob[21:37] == UUID(version_id).bytes
    assert len(blob) == 85 + len(TEXT)
    opened = raw.open_gcm(box.hsm, raw.id_of(version_id), blob[37:49], blob[:69] + CANONICAL, blob[69:])
    assert opened == TEXT.encode()


def test_a_nonce_is_not_used_twice(box: Box) -> None:
    key_id = box.key("Aliyun_AES_128")
    blobs = [base64.b64decode(box.encrypt(key_id, TEXT)) for _ in range(20)]
    assert len({blob[37:49] for blob in blobs}) == len({blob[69:] for blob in blobs}) == 20


# Magic, version, kind, suite, version id, nonce, the rest of the salt, ciphertext, tag.
@pytest.mark.parametrize("place", [0, 2, 3, 4, 21, 37, 49, 68, 69, -16, -1])
def test_a_blob_that_was_changed_anywhere_does_not_open(box: Box, place: int) -> None:
    blob = bytearray(base64.b64decode(box.encrypt(box.key("Aliyun_AES_256"), TEXT)))
    blob[place] ^= 1
    assert box.client.refused("Decrypt", CiphertextBlob=base64.b64encode(blob).decode()) == "InvalidParameter"


@pytest.mark.parametrize("length", [0, 68, 69, 84, 85, -1])
def test_a_blob_that_was_cut_does_not_open(box: Box, length: int) -> None:
    blob = base64.b64decode(box.encrypt(box.key("Aliyun_AES_256"), TEXT))[:length]
    expected = "InvalidParameter" if blob else "MissingParameter"
    assert box.client.refused("Decrypt", CiphertextBlob=base64.b64encode(blob).decode()) == expected


@pytest.mark.parametrize("suite", [1, 2, 3, 4, 5, 6, 8])
def test_a_blob_under_the_name_of_another_suite_does_not_open(box: Box, suite: int) -> None:
    blob = bytearray(base64.b64decode(box.encrypt(box.key("Aliyun_AES_256"), TEXT)))
    blob[4] = suite
    assert box.client.refused("Decrypt", CiphertextBlob=base64.b64encode(blob).decode()) == "InvalidParameter"


def test_a_software_blob_under_the_name_of_a_token_suite_does_not_open(box: Box) -> None:
    blob = bytearray(base64.b64decode(box.encrypt(box.client.create_key(), TEXT)))
    assert blob[4] == 3
    blob[4] = 7
    assert box.client.refused("Decrypt", CiphertextBlob=base64.b64encode(blob).decode()) == "InvalidParameter"


def test_the_state_of_a_key_decides_before_the_token(box: Box) -> None:
    key_id = box.new_key("Aliyun_AES_128")
    blob = box.encrypt(key_id, TEXT)
    box.client.call("DisableKey", KeyId=key_id)
    assert box.client.refused("Encrypt", KeyId=key_id, Plaintext=TEXT) == "Rejected.Disabled"
    assert box.client.refused("Decrypt", CiphertextBlob=blob) == "Rejected.Disabled"
    box.client.call("EnableKey", KeyId=key_id)
    assert box.decrypt(blob) == TEXT

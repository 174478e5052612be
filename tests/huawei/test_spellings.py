"""Ciphertext in Base64 or in hexadecimal, whoever made it: both doors take both (docs/formats/ciphertext.md)."""

import base64
from collections.abc import Callable

import pytest

from tests.huawei.ciphers import DATA, DATA_KEY, KEY_BYTES, Laboratory, Way

WAY = Way("AES_256")
Spelling = Callable[[bytes], str]
SPELLINGS: dict[str, Spelling] = {
    "Base64": lambda blob: base64.b64encode(blob).decode(),
    "hexadecimal": bytes.hex,
    "upper-case hexadecimal": lambda blob: blob.hex().upper(),
}
spellings = pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)


def blob_of(kind: str, ciphertext: str) -> bytes:
    return bytes.fromhex(ciphertext) if kind == DATA_KEY else base64.b64decode(ciphertext)


@spellings
@pytest.mark.parametrize("kind", [DATA, DATA_KEY])
def test_what_this_door_made_opens_at_both(lab: Laboratory, kind: str, spell: Spelling):
    key_id, other = lab.keys["AES_256"]
    plaintext, ciphertext = lab.encrypt(kind, key_id, WAY)
    text = spell(blob_of(kind, ciphertext))
    assert lab.decrypt(kind, key_id, WAY, text) == plaintext
    opened = lab.client.call("Decrypt", CiphertextBlob=text)["Plaintext"]
    assert (opened if kind == DATA else base64.b64decode(opened).hex()) == plaintext
    passed = lab.client.call("ReEncrypt", CiphertextBlob=text, DestinationKeyId=other)["CiphertextBlob"]
    assert lab.decrypt(kind, other, WAY, passed) == plaintext


@spellings
def test_what_the_other_door_made_opens_here(lab: Laboratory, spell: Spelling):
    key_id = lab.keys["AES_256"][0]
    made = lab.client.call("Encrypt", KeyId=key_id, Plaintext="caf\u00e9")["CiphertextBlob"]
    assert lab.decrypt(DATA, key_id, WAY, spell(base64.b64decode(made))) == "caf\u00e9"
    made = lab.client.call("GenerateDataKey", KeyId=key_id, NumberOfBytes=str(KEY_BYTES))
    data_key = lab.decrypt(DATA_KEY, key_id, WAY, spell(base64.b64decode(made["CiphertextBlob"])))
    assert bytes.fromhex(data_key) == base64.b64decode(made["Plaintext"])


@pytest.mark.parametrize("kind", [DATA, DATA_KEY])
def test_the_key_that_is_named_must_be_the_one_that_encrypted(lab: Laboratory, kind: str):
    key_id, other = lab.keys["SM4"]
    _, ciphertext = lab.encrypt(kind, key_id, Way("SM4"))
    assert lab.refused(kind, other, Way("SM4"), ciphertext) == "KMS.2201"


@pytest.mark.parametrize("kind", [DATA, DATA_KEY])
def test_half_a_spelling_is_none(lab: Laboratory, kind: str):
    key_id = lab.keys["AES_256"][0]
    _, ciphertext = lab.encrypt(kind, key_id, WAY)
    blob = blob_of(kind, ciphertext)
    mixed = blob.hex()[:8] + base64.b64encode(blob).decode()[8:]
    for text in (mixed, blob.hex()[:-1], blob.hex() + "g", f" {blob.hex()}", "0x" + blob.hex(), "=" + ciphertext):
        assert lab.refused(kind, key_id, WAY, text) == "KMS.2201", text[:12]

"""What is re-encrypted from: a key that is named or not, its associated data, its versions (reference 3.1, 3.2)."""

from itertools import product

import pytest

from tests.huawei.ciphers import (
    DATA,
    DATA_KEY,
    DEFAULT,
    OAEP_256,
    SM2,
    SYMMETRIC,
    Laboratory,
    Way,
)
from tests.keys.moved import move


@pytest.mark.parametrize(("kind", "spec"), list(product((DATA, DATA_KEY), SYMMETRIC)))
def test_a_symmetric_source_names_itself_and_is_not_taken_for_another(lab: Laboratory, kind: str, spec: str):
    source_id, other = lab.keys[spec]
    way = Way(spec, DEFAULT, "x")
    _, ciphertext = lab.encrypt(kind, source_id, way)
    for named in ({}, {"source_key_id": ""}, {"source_key_id": source_id}):
        made = lab.re_encrypt(ciphertext, way, Way(spec), destination_key_id=other, **named)
        assert made.source_key_id == source_id
    parameters = {"cipher_text": ciphertext, "destination_key_id": other, **way.named("source_")}
    assert lab.huawei.refused("re_encrypt", **parameters, source_key_id=other) == "KMS.2201"


@pytest.mark.parametrize("way", [Way("RSA_2048", OAEP_256), Way("SM2", SM2)], ids=str)
def test_an_asymmetric_source_must_be_named(lab: Laboratory, way: Way):
    source_id, other = lab.keys[way.spec]
    _, ciphertext = lab.encrypt(DATA, source_id, way)
    parameters = {"cipher_text": ciphertext, "destination_key_id": lab.keys["SM4"][1], **way.named("source_")}
    assert lab.huawei.refused("re_encrypt", **parameters) == "KMS.0204"
    assert lab.huawei.refused("re_encrypt", **parameters, source_key_id=other) == "KMS.2201"
    without_algorithm = {**parameters, "source_encryption_algorithm": ""}
    code = {"RSA_2048": "KMS.2106", "SM2": "KMS.1114"}[way.spec]
    assert lab.huawei.refused("re_encrypt", **without_algorithm, source_key_id=source_id) == code


@pytest.mark.parametrize(("kind", "aad"), list(product((DATA, DATA_KEY), (None, "", "x"))))
def test_the_sources_associated_data_must_be_as_it_was(lab: Laboratory, kind: str, aad: str | None):
    """Also none where none was: that cloud says that decryption fails then."""
    source_id, key_id = lab.keys["AES_256"]
    _, ciphertext = lab.encrypt(kind, source_id, Way("AES_256", DEFAULT, aad))
    for given in (None, "", "x", "y"):
        said = Way("AES_256", DEFAULT, given).named("source_")
        code = lab.huawei.refused("re_encrypt", cipher_text=ciphertext, destination_key_id=key_id, **said)
        assert code == ("OK" if (given or "") == (aad or "") else "KMS.2201")


@pytest.mark.parametrize("kind", [DATA, DATA_KEY])
def test_from_a_key_to_itself_comes_to_its_newest_version(lab: Laboratory, kind: str):
    key_id, way = lab.new_key("AES_256"), Way("AES_256")
    plaintext, ciphertext = lab.encrypt(kind, key_id, way)
    before = lab.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["PrimaryKeyVersion"]
    rotate(lab, key_id)
    after = lab.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["PrimaryKeyVersion"]
    assert after != before
    made = lab.re_encrypt(ciphertext, way, way, destination_key_id=key_id).cipher_text
    for blob, version in ((ciphertext, before), (made, after)):
        assert lab.client.call("Decrypt", CiphertextBlob=blob)["KeyVersionId"] == version
        assert lab.decrypt(kind, key_id, way, blob) == plaintext


def rotate(lab: Laboratory, key_id: str) -> None:
    """A rotation that fell due while the key was disabled happens when it is enabled."""
    lab.client.call("UpdateRotationPolicy", KeyId=key_id, EnableAutomaticRotation="true", RotationInterval="7d")
    lab.client.call("DisableKey", KeyId=key_id)
    move(lab.server.data, [key_id], last_rotated_at=0)
    lab.client.call("EnableKey", KeyId=key_id)


def test_both_keys_may_be_named_by_an_alias(lab: Laboratory):
    source_id, key_id = lab.new_key("AES_256"), lab.new_key("SM4")
    lab.client.call("CreateAlias", KeyId=source_id, AliasName="alias/from")
    lab.client.call("CreateAlias", KeyId=key_id, AliasName="alias/to")
    _, ciphertext = lab.encrypt(DATA, source_id, Way("AES_256"))
    named = {"source_key_id": "alias/from", "destination_key_id": "alias/to"}
    made = lab.re_encrypt(ciphertext, Way("AES_256"), Way("SM4"), **named)
    assert (made.source_key_id, made.key_id) == (source_id, key_id)

"""What is no data key, and what has none (reference 2.2, 4.1)."""

import pytest

from tests.huawei.sdk import Huawei, create
from tests.huawei.test_data_keys import HASHES, digest
from tests.support.server import Server


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The database has no part in this."""
    return sqlite_server


@pytest.mark.parametrize("spec", HASHES)
def test_what_is_wrong_with_a_data_key_from_elsewhere_is_told(huawei: Huawei, spec: str):
    key_id, data_key = create(huawei, "k", key_spec=spec), bytes(range(32))
    right = data_key.hex() + digest(spec, data_key)
    of_the_other_hash = data_key.hex() + digest({"AES_256": "SM4", "SM4": "AES_256"}[spec], data_key)
    for plaintext, length, code in [
        (of_the_other_hash, "32", "KMS.2103"),
        ("01" + right[2:], "32", "KMS.2103"),
        (right[:-2] + "zz", "32", "KMS.2101"),
        (right[:-1], "32", "KMS.2101"),
        ("\u0661" * 128, "32", "KMS.2101"),
        (right, "31", "KMS.2104"),
        (right, "33", "KMS.2104"),
        (data_key.hex(), "32", "KMS.2104"),
        ("00", "1", "KMS.2104"),
        (right, "0", "KMS.0308"),
        (right, "1025", "KMS.0308"),
    ]:
        given = {"key_id": key_id, "plain_text": plaintext, "datakey_plain_length": length}
        assert huawei.refused("encrypt_datakey", **given) == code, (plaintext, length)


def test_what_is_wrong_when_a_data_key_is_decrypted_is_told(huawei: Huawei):
    key_id, other = create(huawei, "k"), create(huawei, "l")
    blob = huawei.call("create_datakey", key_id=key_id, additional_authenticated_data="a").cipher_text
    data = huawei.call("encrypt_data", key_id=key_id, plain_text="x").cipher_text
    right = {"key_id": key_id, "cipher_text": blob, "datakey_cipher_length": "32", "additional_authenticated_data": "a"}
    assert huawei.call("decrypt_datakey", **right).datakey_length == "32"
    for changed, code in [
        ({"datakey_cipher_length": "31"}, "KMS.2204"),
        ({"datakey_cipher_length": str(len(blob) // 2)}, "KMS.2204"),
        ({"datakey_cipher_length": "0"}, "KMS.0308"),
        ({"additional_authenticated_data": ""}, "KMS.2201"),
        ({"additional_authenticated_data": "b"}, "KMS.2201"),
        ({"key_id": other}, "KMS.2201"),
        ({"cipher_text": data, "additional_authenticated_data": ""}, "KMS.2201"),
        ({"cipher_text": blob[:-2]}, "KMS.2201"),
        ({"cipher_text": blob + "00"}, "KMS.2201"),
    ]:
        assert huawei.refused("decrypt_datakey", **{**right, **changed}) == code, changed
    assert huawei.refused("decrypt_data", cipher_text=blob, additional_authenticated_data="a") == "KMS.2201"


@pytest.mark.parametrize(
    ("spec", "code"), [("RSA_2048", "KMS.0335"), ("SM2", "KMS.0335"), ("EC_P256", "KMS.1114"), ("HMAC_256", "KMS.0341")]
)
def test_only_symmetric_keys_have_data_keys(huawei: Huawei, spec: str, code: str):
    key_id = create(huawei, "k", key_spec=spec)
    assert huawei.refused("create_datakey", key_id=key_id) == code
    given = {"key_id": key_id, "plain_text": "00" * 33, "datakey_plain_length": "1"}
    assert huawei.refused("encrypt_datakey", **given) == code
    assert huawei.refused("decrypt_datakey", key_id=key_id, cipher_text="00", datakey_cipher_length="1") == code

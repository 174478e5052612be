"""Data keys by that cloud's own SDK: made, encrypted, decrypted (reference 2.1, 2.2)."""

import hashlib
from typing import Any

import pytest

from tests.huawei.sdk import Huawei, create
from tests.support.server import Server

# Bytes by key_spec.
SPECS = {"AES_256": 32, "AES_128": 16, "SM4": 16, "HMAC_256": 32, "HMAC_384": 48, "HMAC_512": 64, "HMAC_SM3": 32}
HASHES = {"AES_256": "sha256", "SM4": "sm3"}
both = pytest.mark.parametrize("spec", HASHES)


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The database has no part in this."""
    return sqlite_server


def digest(spec: str, data: bytes) -> str:
    return hashlib.new(HASHES[spec], data).hexdigest()


def decrypted(huawei: Huawei, key_id: str, ciphertext: str, size: int, **more: str) -> Any:
    given = {"key_id": key_id, "cipher_text": ciphertext, "datakey_cipher_length": str(size)}
    return huawei.call("decrypt_datakey", **given, **more)


@both
@pytest.mark.parametrize("bits", ["8", "64", "128", 512, "8192"])
def test_a_data_key_has_the_bits_that_were_asked_for(huawei: Huawei, spec: str, bits: int | str):
    key_id, size = create(huawei, "k", key_spec=spec), int(bits) // 8
    made = huawei.call("create_datakey", key_id=key_id, datakey_length=bits)
    assert (made.key_id, len(bytes.fromhex(made.plain_text))) == (key_id, size)
    opened = decrypted(huawei, key_id, made.cipher_text, size)
    plaintext = bytes.fromhex(made.plain_text)
    assert (opened.data_key, opened.datakey_length) == (made.plain_text, str(size))
    assert opened.datakey_dgst == digest(spec, plaintext)


@pytest.mark.parametrize(("key_spec", "size"), SPECS.items())
def test_a_data_key_without_a_length_has_that_of_its_spec(huawei: Huawei, key_spec: str, size: int):
    key_id = create(huawei, "k")
    made = huawei.call("create_datakey", key_id=key_id, key_spec=key_spec)
    assert len(made.plain_text) == 2 * size
    # Where both are given the length counts.
    assert len(huawei.call("create_datakey", key_id=key_id, key_spec=key_spec, datakey_length="40").plain_text) == 10
    hidden = huawei.call("create_datakey_without_plaintext", key_id=key_id, key_spec=key_spec)
    assert decrypted(huawei, key_id, hidden.cipher_text, size).datakey_length == str(size)


def test_a_data_key_with_neither_has_256_bits(huawei: Huawei):
    key_id = create(huawei, "k")
    assert len(huawei.call("create_datakey", key_id=key_id).plain_text) == 64
    hidden = huawei.call("create_datakey_without_plaintext", key_id=key_id)
    assert hidden.to_json_object().keys() == {"key_id", "cipher_text"}
    assert len(decrypted(huawei, key_id, hidden.cipher_text, 32).data_key) == 64


@pytest.mark.parametrize(
    ("length", "code"),
    [("0", "KMS.1901"), ("7", "KMS.1901"), ("8193", "KMS.1901"), ("8200", "KMS.1901"), ("9", "KMS.1903"),
     ("8191", "KMS.1903"), ("", "OK"), ("x", "KMS.1901")],
)  # fmt: skip
@pytest.mark.parametrize("method", ["create_datakey", "create_datakey_without_plaintext"])
def test_bits_come_by_eights(huawei: Huawei, method: str, length: str, code: str):
    assert huawei.refused(method, key_id=create(huawei, "k"), datakey_length=length) == code


def test_no_two_data_keys_are_alike(huawei: Huawei):
    key_id = create(huawei, "k")
    made = [huawei.call("create_datakey", key_id=key_id) for _ in range(8)]
    assert len({one.plain_text for one in made}) == len({one.cipher_text for one in made}) == 8


@both
@pytest.mark.parametrize("size", [1, 16, 32, 33, 64, 1024])
@pytest.mark.parametrize("form", [str.lower, str.upper])
def test_a_data_key_from_elsewhere_comes_with_its_digest(huawei: Huawei, spec: str, size: int, form: Any):
    key_id, data_key = create(huawei, "k", key_spec=spec), bytes(index % 256 for index in range(size))
    plaintext = form(data_key.hex()) + " " * (size % 2) + form(digest(spec, data_key))
    given = {"key_id": key_id, "plain_text": plaintext, "datakey_plain_length": str(size)}
    made = huawei.call("encrypt_datakey", **given)
    assert (made.key_id, made.datakey_length) == (key_id, str(size))
    for ciphertext in (made.cipher_text, made.cipher_text.upper()):
        opened = decrypted(huawei, key_id, ciphertext, size)
        assert (opened.data_key, opened.datakey_dgst) == (data_key.hex(), digest(spec, data_key))


def test_the_documented_digests_are_right(huawei: Huawei):
    """Of 64 zero bytes the published sample begins F5A5FD42 (reference 2.2)."""
    plaintext = "00" * 64 + "F5A5FD42D16A20302798EF6ED309979B43003D2320D9F0E8EA9831A92759FB4B"
    given = {"key_id": create(huawei, "k"), "plain_text": plaintext, "datakey_plain_length": "64"}
    assert huawei.call("encrypt_datakey", **given).datakey_length == "64"


@both
def test_a_made_data_key_can_be_encrypted_again_from_outside(huawei: Huawei, spec: str):
    key_id, other = create(huawei, "k", key_spec=spec), create(huawei, "l", key_spec=spec)
    plaintext = huawei.call("create_datakey", key_id=key_id, datakey_length="512").plain_text
    carried = plaintext + digest(spec, bytes.fromhex(plaintext))
    made = huawei.call("encrypt_datakey", key_id=other, plain_text=carried, datakey_plain_length="64")
    assert decrypted(huawei, other, made.cipher_text, 64).data_key == plaintext

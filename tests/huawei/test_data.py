"""encrypt-data and decrypt-data, with every kind of key and algorithm (reference 2.1, 2.3, 4.1)."""

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.huawei.sdk import Huawei, create
from tests.support.server import Server

DEFAULT, OAEP_1, OAEP_256, SM2 = "SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2_ENCRYPT"
SYMMETRIC = ["AES_256", "SM4"]
# The longest plaintexts (RFC 8017 section 7.1.1: modulus - 2 hashes - 2).
PAIRS = [("RSA_2048", OAEP_1, 214), ("RSA_2048", OAEP_256, 190), ("RSA_3072", OAEP_256, 318), ("SM2", SM2, 4096)]
TEXTS = ["x", "caf\u00e9 \u4e2d\u6587 \U0001f511", "\0\x01", "x" * 4096, "\u4e2d" * 1365, '{"a": "b"}', "eA=="]


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The database has no part in this."""
    return sqlite_server


@pytest.mark.parametrize("spec", SYMMETRIC)
@pytest.mark.parametrize("text", TEXTS, ids=lambda text: repr(text[:9]))
def test_a_text_comes_back_as_it_was(huawei: Huawei, spec: str, text: str):
    key_id = create(huawei, "k", key_spec=spec)
    made = huawei.call("encrypt_data", key_id=key_id, plain_text=text)
    assert made.key_id == key_id
    assert 128 <= len(made.cipher_text) <= 5648, "what that cloud's clients take"
    assert base64.b64decode(made.cipher_text, validate=True)
    named: list[dict[str, str]] = [{}, {"key_id": key_id}, {"key_id": key_id, "encryption_algorithm": DEFAULT}]
    for more in named:
        opened = huawei.call("decrypt_data", cipher_text=made.cipher_text, **more)
        assert (opened.key_id, opened.plain_text) == (key_id, text)
        assert base64.b64decode(opened.plain_text_base64) == text.encode()


def test_no_ciphertext_is_like_another_or_like_its_plaintext(huawei: Huawei):
    """The old layout of that cloud showed a hash of the plaintext (reference 2.4)."""
    key_id = create(huawei, "k")
    made = [huawei.call("encrypt_data", key_id=key_id, plain_text="ABC").cipher_text for _ in range(8)]
    blobs = [base64.b64decode(one) for one in made]
    # What may be equal is the header: which key and which version of it.
    assert len({blob[37:69] for blob in blobs}) == len({blob[69:] for blob in blobs}) == 8
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"ABC")
    shown = digest.finalize()
    assert not any(shown in blob for blob in blobs)


@pytest.mark.parametrize("text", ["", "x" * 4097, "\u4e2d" * 1366])
def test_a_text_has_1_to_4096_bytes(huawei: Huawei, text: str):
    key_id = create(huawei, "k")
    assert huawei.refused("encrypt_data", key_id=key_id, plain_text=text) == ("KMS.0308" if text else "KMS.0204")


@pytest.mark.parametrize(("spec", "algorithm", "most"), PAIRS)
def test_a_key_pair_encrypts_up_to_what_it_takes(huawei: Huawei, spec: str, algorithm: str, most: int):
    key_id = create(huawei, "k", key_spec=spec, key_usage="ENCRYPT_DECRYPT")
    given = {"key_id": key_id, "encryption_algorithm": algorithm}
    for size in (1, most):
        made = huawei.call("encrypt_data", plain_text="x" * size, **given)
        assert huawei.call("decrypt_data", cipher_text=made.cipher_text, **given).plain_text == "x" * size
    if most < 4096:
        assert huawei.refused("encrypt_data", plain_text="x" * (most + 1), **given) == "KMS.2108"


@pytest.mark.parametrize("algorithm", [OAEP_1, OAEP_256])
@pytest.mark.parametrize("data", [b"", b"x", b"\x00\xff\xfe", bytes(range(256))[-190:]], ids=repr)
def test_bytes_that_somebody_encrypted_with_the_public_key_come_in_base64(huawei: Huawei, algorithm: str, data: bytes):
    key_id = create(huawei, "k", key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT")
    public = load_pem_public_key(huawei.call("show_public_key", key_id=key_id).public_key.encode())
    assert isinstance(public, RSAPublicKey)
    digest = hashes.SHA1() if algorithm == OAEP_1 else hashes.SHA256()  # noqa: S303  # what the algorithm is made of
    ciphertext = base64.b64encode(public.encrypt(data, OAEP(MGF1(digest), digest, None))).decode()
    opened = huawei.call("decrypt_data", key_id=key_id, encryption_algorithm=algorithm, cipher_text=ciphertext)
    assert base64.b64decode(opened.plain_text_base64) == data
    assert opened.plain_text == data.decode(errors="replace")


# By spec and usage: the refusal of the own cipher, of RSA's and of SM2's (reference 3.3).
UNFIT: dict[tuple[str, str], dict[str, str]] = {
    ("AES_256", "ENCRYPT_DECRYPT"): {OAEP_1: "KMS.2105", OAEP_256: "KMS.2105", SM2: "KMS.2105"},
    ("SM4", "ENCRYPT_DECRYPT"): {OAEP_256: "KMS.2105", SM2: "KMS.2105"},
    ("RSA_2048", "ENCRYPT_DECRYPT"): {DEFAULT: "KMS.2106", SM2: "KMS.2106"},
    ("RSA_2048", "SIGN_VERIFY"): dict.fromkeys((DEFAULT, OAEP_256, SM2), "KMS.0335"),
    ("SM2", "ENCRYPT_DECRYPT"): {DEFAULT: "KMS.1114", OAEP_1: "KMS.1114"},
    ("SM2", "SIGN_VERIFY"): dict.fromkeys((DEFAULT, OAEP_256, SM2), "KMS.0335"),
    ("EC_P256", "SIGN_VERIFY"): dict.fromkeys((DEFAULT, OAEP_256, SM2), "KMS.1114"),
    ("SECP256K1", "SIGN_VERIFY"): dict.fromkeys((DEFAULT, OAEP_256, SM2), "KMS.1114"),
    ("HMAC_256", "GENERATE_VERIFY_MAC"): dict.fromkeys((DEFAULT, OAEP_256, SM2), "KMS.0341"),
}


@pytest.mark.parametrize(("spec", "usage"), UNFIT)
def test_an_algorithm_that_is_not_the_keys_is_told_by_its_kind(huawei: Huawei, spec: str, usage: str):
    key_id, other = create(huawei, "k", key_spec=spec, key_usage=usage), create(huawei, "other")
    blob = huawei.call("encrypt_data", key_id=other, plain_text="x").cipher_text
    for algorithm, code in UNFIT[spec, usage].items():
        chosen = {"encryption_algorithm": algorithm}
        assert huawei.refused("encrypt_data", key_id=key_id, plain_text="x", **chosen) == code
        assert huawei.refused("decrypt_data", key_id=key_id, cipher_text=blob, **chosen) == code
        to_it = {"destination_key_id": key_id, "destination_encryption_algorithm": algorithm}
        assert huawei.refused("re_encrypt", cipher_text=blob, **to_it) == code
        from_it = {"source_key_id": key_id, "source_encryption_algorithm": algorithm, "destination_key_id": other}
        assert huawei.refused("re_encrypt", cipher_text=blob, **from_it) == code


def test_associated_data_is_given_again_exactly(huawei: Huawei):
    key_id = create(huawei, "k")
    for text in ("a", "A", "a ", "\u00e9" * 64, "x" * 128, "\0", '{"a":1}'):
        made = huawei.call("encrypt_data", key_id=key_id, plain_text="x", additional_authenticated_data=text)
        opening: dict[str, Any] = {"cipher_text": made.cipher_text}
        assert huawei.call("decrypt_data", **opening, additional_authenticated_data=text).plain_text == "x"
        for other in ("", "b", text[:-1], text[:-1] + "?"):
            assert huawei.refused("decrypt_data", **opening, additional_authenticated_data=other) == "KMS.2201"
        assert huawei.refused("decrypt_data", **opening) == "KMS.2201"
    plain = huawei.call("encrypt_data", key_id=key_id, plain_text="x", additional_authenticated_data="").cipher_text
    assert huawei.call("decrypt_data", cipher_text=plain).plain_text == "x"
    assert huawei.refused("decrypt_data", cipher_text=plain, additional_authenticated_data="a") == "KMS.2201"


@pytest.mark.parametrize("text", ["x" * 129, "\u00e9" * 65])
def test_associated_data_has_128_bytes_at_most(huawei: Huawei, text: str):
    given = {"key_id": create(huawei, "k"), "plain_text": "x", "additional_authenticated_data": text}
    assert huawei.refused("encrypt_data", **given) == "KMS.0308"


def test_a_public_key_takes_no_associated_data(huawei: Huawei):
    key_id = create(huawei, "k", key_spec="SM2", key_usage="ENCRYPT_DECRYPT")
    given = {"key_id": key_id, "encryption_algorithm": SM2, "additional_authenticated_data": "a"}
    assert huawei.refused("encrypt_data", plain_text="x", **given) == "KMS.0308"
    assert huawei.refused("decrypt_data", cipher_text="eA==", **given) == "KMS.0308"


def test_what_a_key_pair_encrypted_needs_the_key_and_the_algorithm_again(huawei: Huawei):
    key_id = create(huawei, "k", key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT")
    other = create(huawei, "l", key_spec="RSA_2048", key_usage="ENCRYPT_DECRYPT")
    blob = huawei.call("encrypt_data", key_id=key_id, plain_text="x", encryption_algorithm=OAEP_256).cipher_text
    assert huawei.refused("decrypt_data", cipher_text=blob, encryption_algorithm=OAEP_256) == "KMS.0204"
    assert huawei.refused("decrypt_data", cipher_text=blob) == "KMS.2201"
    for key, algorithm in [(key_id, OAEP_1), (other, OAEP_256)]:
        assert (
            huawei.refused("decrypt_data", cipher_text=blob, key_id=key, encryption_algorithm=algorithm) == "KMS.2201"
        )

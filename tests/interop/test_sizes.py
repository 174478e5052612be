"""The longest plaintext of each algorithm and spec, and one byte more (API reference 8.26)."""

import base64
import os

import pytest

from tests.interop.outside import b64
from tests.interop.pairs import Pair, new_pair
from tests.support.client import Answer, Client

MOST = [
    ("RSA_2048", "RSAES_OAEP_SHA_256", 190, 256),
    ("RSA_2048", "RSAES_OAEP_SHA_1", 214, 256),
    ("RSA_3072", "RSAES_OAEP_SHA_256", 318, 384),
    ("RSA_3072", "RSAES_OAEP_SHA_1", 342, 384),
    ("RSA_4096", "RSAES_OAEP_SHA_256", 446, 512),
    ("RSA_4096", "RSAES_OAEP_SHA_1", 470, 512),
    ("EC_SM2", "SM2PKE", 6047, 6144),
]


def encrypt(client: Client, pair: Pair, algorithm: str, plaintext: str) -> Answer:
    return client.answer("AsymmetricEncrypt", **pair.place, Algorithm=algorithm, Plaintext=plaintext)


def names(answer: Answer, code: str, parameter: str) -> bool:
    return (answer.status, answer.code) == (400, code) and f'"{parameter}"' in answer.json["Message"]


def comes_back(client: Client, pair: Pair, algorithm: str, plaintext: bytes, ciphertext_bytes: int) -> bool:
    blob = encrypt(client, pair, algorithm, b64(plaintext)).json["CiphertextBlob"]
    assert len(base64.b64decode(blob, validate=True)) == ciphertext_bytes
    opened = client.call("AsymmetricDecrypt", **pair.place, Algorithm=algorithm, CiphertextBlob=blob)
    return bool(opened["Plaintext"] == b64(plaintext))


@pytest.mark.parametrize(("spec", "algorithm", "most", "ciphertext_bytes"), MOST)
def test_the_longest_plaintext_comes_back_and_one_byte_more_is_refused(
    client: Client, spec: str, algorithm: str, most: int, ciphertext_bytes: int
):
    pair = new_pair(client, spec, "ENCRYPT/DECRYPT")
    assert comes_back(client, pair, algorithm, os.urandom(most), ciphertext_bytes)
    assert names(encrypt(client, pair, algorithm, b64(bytes(most + 1))), "InvalidParameter", "Plaintext")
    assert names(encrypt(client, pair, algorithm, b64(bytes(10_000))), "InvalidParameter", "Plaintext")


@pytest.mark.parametrize(("spec", "algorithm"), [("RSA_2048", "RSAES_OAEP_SHA_1"), ("EC_SM2", "SM2PKE")])
def test_an_empty_plaintext_is_a_missing_one_and_what_is_not_base64_a_wrong_one(
    client: Client, spec: str, algorithm: str
):
    pair = new_pair(client, spec, "ENCRYPT/DECRYPT")
    assert names(encrypt(client, pair, algorithm, ""), "MissingParameter", "Plaintext")
    for text in ("=", "====", "\n", " ", "A===", "eA", "eA==\n", "e A==", "eA==eA==", "-_==", "中"):
        assert names(encrypt(client, pair, algorithm, text), "InvalidParameter", "Plaintext")


@pytest.mark.parametrize(("spec", "algorithm"), [("RSA_2048", "RSAES_OAEP_SHA_256"), ("EC_SM2", "SM2PKE")])
def test_a_single_byte_comes_back_whatever_it_is(client: Client, spec: str, algorithm: str):
    pair, size = new_pair(client, spec, "ENCRYPT/DECRYPT"), {"RSA_2048": 256, "EC_SM2": 98}[spec]
    assert all(comes_back(client, pair, algorithm, bytes((value,)), size) for value in range(0, 256, 15))


def test_the_longest_sm2_plaintext_may_move_to_a_symmetric_key(client: Client):
    pair, plaintext = new_pair(client, "EC_SM2", "ENCRYPT/DECRYPT"), os.urandom(6047)
    source = {"SourceKeyId": pair.key_id, "SourceKeyVersionId": pair.version_id, "SourceEncryptionAlgorithm": "SM2PKE"}
    blob = encrypt(client, pair, "SM2PKE", b64(plaintext)).json["CiphertextBlob"]
    moved = client.call("ReEncrypt", CiphertextBlob=blob, DestinationKeyId=client.create_key(), **source)
    assert moved["KeyId"] == pair.key_id
    assert moved["KeyVersionId"] == pair.version_id
    assert client.call("Decrypt", CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == b64(plaintext)


@pytest.mark.parametrize(
    ("spec", "algorithm", "most"), [("RSA_2048", "RSAES_OAEP_SHA_256", 190), ("EC_SM2", "SM2PKE", 6047)]
)
def test_a_dry_run_tells_a_plaintext_that_is_too_long(client: Client, spec: str, algorithm: str, most: int):
    pair = new_pair(client, spec, "ENCRYPT/DECRYPT")
    given = {**pair.place, "Algorithm": algorithm, "DryRun": "true"}
    assert client.refused("AsymmetricEncrypt", Plaintext=b64(bytes(most)), **given) == "DryRunOperationError"
    assert client.refused("AsymmetricEncrypt", Plaintext=b64(bytes(most + 1)), **given) == "ValidationError"

"""The import token: whose it is, what it goes with, and how often it is good."""

import base64
import os
from collections.abc import Callable

import pytest

from tests.importing.calls import Download, bring, download, external_key, is_used, send
from tests.importing.materials import some_material
from tests.importing.refusals import INVALID_MATERIAL, INVALID_TOKEN, accepts, refusal, unchanged
from tests.importing.wrapping import RSA_AES, SYMMETRIC_WRAPPINGS
from tests.interop.outside import b64
from tests.support.client import Client
from tests.support.server import Account, Server

NewAccount = Callable[[], Account]


def send_with(client: Client, got: Download, token: str) -> tuple[int, str, str]:
    """The right material with another token."""
    given = {"KeyId": got.key_id, "EncryptedKeyMaterial": b64(got.wrap(bytes(32)))}
    return refusal(client.answer("ImportKeyMaterial", ImportToken=token, **given))


def two(client: Client, other: Client, algorithm: str = "SM2PKE") -> tuple[Download, Download]:
    """Downloads for a key of each."""
    one, another = (download(whose, external_key(whose, "Aliyun_AES_256"), algorithm) for whose in (client, other))
    return one, another


@pytest.mark.parametrize("algorithm", SYMMETRIC_WRAPPINGS)
def test_the_token_of_another_key_is_invalid(client: Client, algorithm: str):
    one, another = two(client, client, algorithm)
    with unchanged(client, one.key_id, another.key_id):
        assert send_with(client, one, another.token) == INVALID_TOKEN
        assert send_with(client, another, one.token) == INVALID_TOKEN
    accepts(client, one, os.urandom(32))
    accepts(client, another, os.urandom(32))


def test_the_token_of_another_accounts_key_is_invalid(client: Client, new_account: NewAccount):
    stranger = Client(client.address, new_account())
    ours, theirs = two(client, stranger)
    with unchanged(client, ours.key_id), unchanged(stranger, theirs.key_id):
        assert send_with(client, ours, theirs.token) == INVALID_TOKEN
        assert send_with(stranger, theirs, ours.token) == INVALID_TOKEN
        assert send_with(stranger, ours, ours.token)[:2] == (404, "Forbidden.KeyNotFound")
        assert stranger.refused("DeleteKeyMaterial", KeyId=ours.key_id) == "Forbidden.KeyNotFound"
        wrapping = {"WrappingAlgorithm": "SM2PKE", "WrappingKeySpec": "EC_SM2"}
        assert stranger.refused("GetParametersForImport", KeyId=ours.key_id, **wrapping) == "Forbidden.KeyNotFound"
    accepts(client, ours, os.urandom(32))
    accepts(stranger, theirs, os.urandom(32))


@pytest.mark.parametrize("algorithm", ["SM2PKE", "RSAES_OAEP_SHA_256"])
def test_no_changed_byte_leaves_a_token_valid(sqlite_server: Server, algorithm: str):
    client = Client(sqlite_server.address, sqlite_server.account)
    got = download(client, external_key(client, "Aliyun_AES_256"), algorithm)
    token = base64.b64decode(got.token, validate=True)
    # A bit of every byte, each bit in turn.
    changed = [token[:at] + bytes((byte ^ 1 << at % 8,)) + token[at + 1 :] for at, byte in enumerate(token)]
    with unchanged(client, got.key_id):
        assert {send_with(client, got, b64(bad)) for bad in changed} == {INVALID_TOKEN}
    accepts(client, got, os.urandom(32))


def test_other_texts_are_no_token(client: Client):
    got = download(client, external_key(client, "Aliyun_AES_256"), "SM2PKE")
    token = base64.b64decode(got.token, validate=True)
    shorter = [token[:length] for length in (1, 4, 8, 12, 16, 28, 60, len(token) // 2, len(token) - 1)]
    others = [token + b"\0", token * 2, bytes(len(token)), os.urandom(len(token)), got.spki]
    texts = ["x", "=", "\n", "中", "null", f"{got.token}\n", f" {got.token}", got.token[:-1], got.token + "===="]
    with unchanged(client, got.key_id):
        assert {send_with(client, got, text) for text in (*texts, *map(b64, (*shorter, *others)))} == {INVALID_TOKEN}
        assert send_with(client, got, "")[1] == "MissingParameter"
        assert send_with(client, got, "A" * 8196)[1] == "InvalidParameter"
    accepts(client, got, os.urandom(32))


@pytest.mark.parametrize("algorithm", [*SYMMETRIC_WRAPPINGS, RSA_AES])
def test_a_public_key_and_a_token_of_two_downloads_do_not_mix(client: Client, algorithm: str):
    spec = "EC_P256" if algorithm == RSA_AES else "Aliyun_AES_256"
    material, key_id = some_material(spec), external_key(client, spec)
    one, another = (download(client, key_id, algorithm) for _ in range(2))
    assert (one.token, one.spki) != (another.token, another.spki)
    with unchanged(client, key_id):
        assert refusal(send(client, one, another.wrap(material))) == INVALID_MATERIAL
        assert refusal(send(client, another, one.wrap(material))) == INVALID_MATERIAL
    accepts(client, one, material)


def test_a_token_is_good_again_and_so_is_one_of_an_earlier_download(client: Client):
    key_id, material = external_key(client, "Aliyun_AES_256"), os.urandom(32)
    first, second = download(client, key_id, "SM2PKE"), download(client, key_id, "RSAES_OAEP_SHA_256")
    for got in (second, first, first, second):
        accepts(client, got, material)
    client.call("DeleteKeyMaterial", KeyId=key_id)
    accepts(client, first, material)


def test_a_token_says_the_algorithm_whatever_the_material_was_wrapped_for(client: Client):
    """Of two downloads with one kind of wrapping key."""
    key_id, material = external_key(client, "Aliyun_AES_256"), os.urandom(32)
    sha_1, sha_256 = (download(client, key_id, f"RSAES_OAEP_SHA_{size}") for size in ("1", "256"))
    mistaken = Download(key_id, "RSAES_OAEP_SHA_1", sha_256.token, sha_256.spki)
    with unchanged(client, key_id):
        assert refusal(send(client, mistaken, mistaken.wrap(material))) == INVALID_MATERIAL
    accepts(client, sha_1, material)


def test_a_token_outlives_what_happens_to_its_key(client: Client):
    key_id, material = external_key(client, "Aliyun_AES_256"), os.urandom(32)
    early = download(client, key_id, "SM2PKE")
    bring(client, key_id, "RSAES_OAEP_SHA_1", material)
    client.call("DisableKey", KeyId=key_id)
    assert refusal(send(client, early, early.wrap(material))) == (200, "OK", "")
    assert client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["KeyState"] == "Disabled"
    client.call("EnableKey", KeyId=key_id)
    assert is_used(client, key_id)

"""Imports that are refused for the key, the algorithm or a parameter, before any material is looked at."""

import os
import time

import pytest

from tests.importing.calls import bring, download, external_key, metadata, send
from tests.importing.materials import PAIRS
from tests.importing.refusals import INVALID_TOKEN, accepts, refusal, unchanged
from tests.importing.wrapping import WRAPPINGS, wrapping_key_spec, wrappings_of
from tests.support.client import Answer, Client

SPECS = ("Aliyun_AES_256", "Aliyun_SM4", *PAIRS)


def asked(client: Client, key_id: str, algorithm: str, wrapping_spec: str = "") -> Answer:
    wrapping = {"WrappingAlgorithm": algorithm, "WrappingKeySpec": wrapping_spec or wrapping_key_spec(algorithm)}
    return client.answer("GetParametersForImport", KeyId=key_id, **wrapping)


def names(answer: Answer, parameter: str, code: str = "InvalidParameter") -> bool:
    return (answer.status, answer.code) == (400, code) and f'"{parameter}"' in answer.json["Message"]


@pytest.mark.parametrize("spec", SPECS)
def test_only_the_algorithms_of_the_spec_are_offered(client: Client, spec: str):
    key_id = external_key(client, spec)
    with unchanged(client, key_id):
        codes = {algorithm: asked(client, key_id, algorithm).code for algorithm in WRAPPINGS}
        assert {algorithm for algorithm, code in codes.items() if code == "OK"} == set(wrappings_of(spec))
        for algorithm in set(WRAPPINGS) - set(wrappings_of(spec)):
            assert names(asked(client, key_id, algorithm), "WrappingAlgorithm")


@pytest.mark.parametrize("spec", SPECS)
def test_the_wrapping_key_must_be_one_for_the_algorithm(client: Client, spec: str):
    key_id = external_key(client, spec)
    for algorithm in wrappings_of(spec):
        [other] = {"RSA_2048", "EC_SM2"} - {wrapping_key_spec(algorithm)}
        assert names(asked(client, key_id, algorithm, other), "WrappingKeySpec")
        for unknown in ("RSA_4096", "EC_P256", "rsa_2048", "x"):
            assert names(asked(client, key_id, algorithm, unknown), "WrappingKeySpec")


def test_unknown_and_missing_parameters_are_named(client: Client):
    key_id = external_key(client, "Aliyun_AES_256")
    assert names(asked(client, key_id, "RSAES_OAEP_SHA_512", "RSA_2048"), "WrappingAlgorithm")
    given = {"KeyId": key_id, "WrappingAlgorithm": "SM2PKE", "WrappingKeySpec": "EC_SM2"}
    sent = {"KeyId": key_id, "EncryptedKeyMaterial": "eA==", "ImportToken": "eA=="}
    for action, parameters in (("GetParametersForImport", given), ("ImportKeyMaterial", sent)):
        for name in parameters:
            answer = client.answer(action, **{**parameters, name: ""})
            assert names(answer, name, "MissingParameter")
    for text in ("=", "eA", "eA==\n", "%", "中"):
        assert names(
            client.answer("ImportKeyMaterial", **{**sent, "EncryptedKeyMaterial": text}), "EncryptedKeyMaterial"
        )


@pytest.mark.parametrize("spec", SPECS)
def test_a_key_whose_material_was_made_here_takes_none(client: Client, spec: str):
    key_id = client.create_key(KeySpec=spec)
    algorithm = wrappings_of(spec)[0]
    got = download(client, external_key(client, spec), algorithm)
    sent = {"EncryptedKeyMaterial": "eA==", "ImportToken": got.token}
    with unchanged(client, key_id):
        assert asked(client, key_id, algorithm).code == "Unsupported.Origin"
        assert client.refused("ImportKeyMaterial", KeyId=key_id, **sent) == "Unsupported.Origin"
        assert client.refused("DeleteKeyMaterial", KeyId=key_id) == "Unsupported.Origin"


def test_an_alias_is_not_taken_and_an_arn_is(client: Client):
    key_id, alias = external_key(client, "Aliyun_AES_256"), f"alias/{os.urandom(8).hex()}"
    client.call("CreateAlias", KeyId=key_id, AliasName=alias)
    arn = metadata(client, key_id)["Arn"]
    sent = {"EncryptedKeyMaterial": "eA==", "ImportToken": "eA=="}
    for named in (alias, arn.replace(f"key/{key_id}", alias)):
        assert asked(client, named, "SM2PKE").code == "Unsupported.Alias"
        assert client.refused("ImportKeyMaterial", KeyId=named, **sent) == "Unsupported.Alias"
        assert client.refused("DeleteKeyMaterial", KeyId=named) == "Unsupported.Alias"
    assert asked(client, arn, "SM2PKE").json["KeyId"] == key_id
    assert refusal(client.answer("ImportKeyMaterial", KeyId=arn, **sent)) == INVALID_TOKEN


@pytest.mark.parametrize("expiry", ["1", "1700000000", "-1", "1.5", "soon", "253402300800", "99999999999999999999"])
def test_an_expiry_that_is_past_or_no_time_is_refused(client: Client, expiry: str):
    got = download(client, external_key(client, "Aliyun_AES_256"), "SM2PKE")
    with unchanged(client, got.key_id):
        assert names(send(client, got, got.wrap(bytes(32)), KeyMaterialExpireUnix=expiry), "KeyMaterialExpireUnix")
    accepts(client, got, os.urandom(32))


def test_an_expiry_is_set_and_lifted_by_importing_again(client: Client):
    got, tomorrow = download(client, external_key(client, "EC_SM2"), "SM2PKE_SM4_ECB"), int(time.time()) + 86_400
    blob = got.wrap(bytes(31) + b"\1")
    assert send(client, got, blob, KeyMaterialExpireUnix=str(tomorrow)).code == "OK"
    told = metadata(client, got.key_id)["MaterialExpireTime"]
    assert told == time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(tomorrow))
    assert send(client, got, blob, KeyMaterialExpireUnix="0").code == "OK"
    assert metadata(client, got.key_id)["MaterialExpireTime"] == ""


def test_a_key_whose_deletion_is_pending_takes_no_material(client: Client):
    key_id, material = external_key(client, "Aliyun_AES_256"), os.urandom(32)
    bring(client, key_id, "SM2PKE", material)
    got = download(client, key_id, "SM2PKE")
    client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    with unchanged(client, key_id):
        assert send(client, got, got.wrap(material)).code == "Rejected.StateModifiedFailed"
    client.call("CancelKeyDeletion", KeyId=key_id)
    accepts(client, got, material)

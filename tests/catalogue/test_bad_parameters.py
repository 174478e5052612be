"""Every operation with every parameter missing, empty, too long, of another type or of bytes that nobody expects."""

import json
from collections.abc import Callable
from itertools import product

import pytest

from keyreeve.catalogue import CATALOGUE
from tests.catalogue.refusals import names, problem
from tests.catalogue.sdk_models import parameter_types
from tests.catalogue.world import good_requests, make_world
from tests.support.client import Answer, Client, send, v3_headers
from tests.support.server import Server

operations = pytest.mark.parametrize("name", [one for one in CATALOGUE if CATALOGUE[one].parameters])

# One of these three must be there, and no single one of them.
ONE_OF = {
    "TagResource": "KeyId",
    "UntagResource": "KeyId",
    "UntagResources": "TagKey",
    "SetDeletionProtection": "ProtectedResourceArn",
    "UpdateSecretVersionStage": "MoveToVersion",
}
# Needed beside what else the good requests say.
NEEDED_BESIDE = {"RotationInterval", "ExtendedConfig"}
MAY_BE_EMPTY = {("UpdateKeyDescription", "Description")}
# Accepted and ignored, whatever it holds.
IGNORED = {("CreateKey", "KeyStorageMechanism")}
# Parameters of things that this server does not have, refused as such.
ABSENT = {"DKMSInstanceId", "KeyStoreId", "KmsInstanceId", "Recipient"}
# What cannot be a signature or wrapped material is told as the operation tells any that is wrong.
ANY_LENGTH = {
    ("AsymmetricVerify", "Value"): "OK",
    ("CertificatePublicKeyVerify", "SignatureValue"): "OK",
    ("VerifyMac", "Mac"): "OK",
    ("ImportKeyMaterial", "EncryptedKeyMaterial"): "InvalidKeyMaterial",
    # The value of a secret may be longer than these.
    ("PutSecretValue", "SecretData"): "OK",
}

# A version that is not there yet begins a rotation, of a database that is nowhere.
OUT_OF_REACH = {("RotateSecret", "VersionId"): "ServiceUnavailableTemporary"}

NO_NUMBERS = ["x", "1.5", "-1", "\u0661", "0x10", "1_0", "9" * 30, "9" * 5000, "1;", "true", "[1]", "NaN", "inf"]
NO_BOOLEANS = ["x", "yes", "2", "[]", "truee", "tru", "\u0661"]
DEEP = ["[" * 10_000, '{"a":' * 10_000, "[" * 4000 + "]" * 4000]
NO_OBJECTS = ["[]", "{", "5", '"a"', "null", "x", '{"a":"\\ud800"}', *DEEP]
NO_TEXT_MAPS = ['{"a":5}', '{"a":["b"]}', '{"a":"1","a":"2"}']
NO_TAGS = ["{", "5", "null", "x", '{"TagKey":"a"}', '[{"TagKey":"a"}]', '[["a"]]', '[{"TagKey":"a","TagValue":5}]',
           '[{"TagKey":"a","TagValue":"\\ud800"}]', '[{"TagKey":"\\u0000","TagValue":"b"}]', *DEEP]  # fmt: skip
NO_TAG_KEYS = ["{", "[5]", '["a"', '["\\u0000"]', '["\\ud800"]', '[["a"]]', '["acs:x"]', '["aliyunx"]', *DEEP]
NO_FILTERS = ["{", "5", "null", "[5]", '["a"]', '[{"Key":"KeyState","Values":"Enabled"}]', '[{"Values":[]}]',
              '[{"Key":"Colour","Values":["red"]}]', '[{"Key":"KeyState","Values":["\\ud800"]}]', *DEEP]  # fmt: skip
NO_SECRETS = ["{", "5", "null", "x", "[]", "[5]", '["a"]', "[{}]", '[{"SecretName":5}]', '[{"SecretName":"a b"}]',
              '[{"SecretName":"\\ud800"}]', '[{"SecretName":"a","VersionId":5}]', *DEEP]  # fmt: skip
OF_JSON = {"Tags": NO_TAGS, "TagKeys": NO_TAG_KEYS, "Filters": NO_FILTERS, "SecretsList": NO_SECRETS}
# The client sends these as texts.
NUMBERS = {"PasswordLength", "RecoveryWindowInDays"}
BOOLEANS = {
    *("FetchTags", "IncludeDeprecated", "ForceDeleteWithoutRecovery", "RequireEachIncludedType"),
    *("ExcludeLowercase", "ExcludeUppercase", "ExcludeNumbers", "ExcludePunctuation"),
}
# Its members may be of any kind.
ANY_MEMBERS = {"ExtendedConfig.CustomData"}
ODD_TEXTS = ["\0", "a\0b", "\x01\x1b\x7f", "\ud7ff\ue000\uffff", "\U0010ffff", "\u202e", " ", "null", "' OR '1'='1",
             "%s%n{}$", "../../x", "alias/x", "alias/", "alias/\0", "acs:kms:::", "acs:kms:x:1:key/\0"]  # fmt: skip

Ask = Callable[..., Answer]


@pytest.fixture
def ask(server: Server, client: Client, name: str) -> Ask:
    """Calls the operation under test with a good request in which some parameters are changed, or left out by None."""
    world = make_world(client)

    def call(**changed: str | None) -> Answer:
        request = {**good_requests(world)[name], **changed}
        answer = client.answer(name, **{key: value for key, value in request.items() if value is not None})
        if name == "DeleteAlias" and answer.status == 200:
            client.answer("CreateAlias", KeyId=world.key_id, AliasName=world.alias)
        return answer

    return call


def required(name: str) -> list[str]:
    declared = [parameter.name for parameter in CATALOGUE[name].parameters if parameter.required]
    return declared + ([ONE_OF[name]] if name in ONE_OF else [])


@operations
def test_a_required_parameter_that_is_missing_or_empty_is_named(ask: Ask, name: str):
    for parameter in required(name):
        assert names(ask(**{parameter: None}), "MissingParameter", parameter)
        if (name, parameter) not in MAY_BE_EMPTY:
            assert names(ask(**{parameter: ""}), "MissingParameter", parameter)


@operations
def test_an_optional_parameter_may_be_empty(ask: Ask, name: str):
    for parameter in CATALOGUE[name].parameters:
        if parameter.name not in required(name) and parameter.name not in NEEDED_BESIDE:
            answer = ask(**{parameter.name: ""})
            assert not problem(answer)
            assert answer.code not in ("MissingParameter", "InvalidParameter"), parameter.name


@operations
@pytest.mark.parametrize("length", [9_000, 20_000])
def test_a_parameter_that_is_too_long_is_named(ask: Ask, name: str, length: int):
    for parameter in CATALOGUE[name].parameters:
        answer = ask(**{parameter.name: "x" * length})
        if parameter.name in ABSENT:
            assert 400 <= answer.status < 500
            assert not problem(answer)
        elif parameter.name == "DryRun":
            assert answer.status == 400
        elif (name, parameter.name) in ANY_LENGTH:
            assert answer.code == ANY_LENGTH[name, parameter.name]
        elif (name, parameter.name) not in IGNORED and (parameter.name, length) != ("CiphertextBlob", 9_000):
            assert names(answer, "InvalidParameter", parameter.name), parameter.name


@operations
def test_a_parameter_of_another_type_is_named(ask: Ask, name: str):
    types = parameter_types(name)
    for parameter, kind in types.items():
        for value in no_values_of(parameter, kind):
            assert names(ask(**{parameter: value}), "InvalidParameter", parameter), (parameter, value[:40])


def no_values_of(parameter: str, kind: str) -> list[str]:
    if kind == "int" or parameter in NUMBERS:
        return NO_NUMBERS
    if kind == "bool" or parameter in BOOLEANS:
        return NO_BOOLEANS
    if kind.startswith("Dict"):
        return NO_OBJECTS if parameter in ANY_MEMBERS else [*NO_OBJECTS, *NO_TEXT_MAPS]
    return OF_JSON.get(parameter, [])


@operations
def test_no_text_makes_more_than_a_documented_refusal(ask: Ask, name: str):
    problems = [
        f"{parameter.name}={value!r}: {found}"
        for parameter in CATALOGUE[name].parameters
        for value in ODD_TEXTS
        if (found := problem(ask(**{parameter.name: value}), OUT_OF_REACH.get((name, parameter.name), "")))
    ]
    assert problems == []


@operations
def test_a_value_that_is_not_utf_8_cannot_be_parsed(server: Server, name: str):
    for piece in ("%ff", "%C3", "%ED%A0%80", "%C0%80", "%F5%80%80%80", "a%E4%B8"):
        query = f"{CATALOGUE[name].parameters[0].name}={piece}"
        headers = v3_headers(server.account, name, query, server.address)
        answer = send(server.address, "POST", f"/?{query}", headers)
        assert (answer.status, answer.code) == (400, "ParseRequestParameterException")


@operations
def test_a_json_body_of_any_values_makes_no_more_than_a_documented_refusal(server: Server, name: str):
    values: list[object] = [5, True, [], {}, [[{}]], {"a": {"b": "c"}}, "\ud800", 1e308, -1, 10**40, "\0"]
    for parameter, value in product(CATALOGUE[name].parameters, values):
        body = json.dumps({parameter.name: value}).encode()
        headers = v3_headers(server.account, name, "", server.address, body, content_type="application/json")
        assert not problem(send(server.address, "POST", "/", headers, body)), (parameter.name, value)


def test_the_server_still_answers(client: Client):
    assert client.call("DescribeRegions")["Regions"] == {"Region": [{"RegionId": client.account.region_id}]}

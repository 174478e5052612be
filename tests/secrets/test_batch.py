"""BatchGetSecretValue: what can be read, and beside it what cannot (reference 3.11)."""

import json
from typing import Any

import pytest

from tests.keys.still import StillServer
from tests.secrets.things import CURRENT, PREVIOUS, create, described, names_parameter, new_name, put

RDS = '{"Accounts":[{"AccountName":"a","AccountPassword":"p"}]}'
CONFIG = '{"SecretSubType":"SingleUser","DBInstanceId":"rm-1","CustomData":{}}'


def batch(still: StillServer, *wanted: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    answer = still.call("BatchGetSecretValue", SecretsList=json.dumps(wanted))
    return answer["SecretValues"], answer["Errors"]


def test_each_is_read_as_by_itself_and_each_refusal_is_the_one_of_the_single_call(still: StillServer):
    key_id = still.create_key()
    good, planned, closed = create(still, "good"), create(still), create(still, EncryptionKeyId=key_id)
    put(still, good, "v2", "better")
    still.call("DeleteSecret", SecretName=planned)
    still.call("DisableKey", KeyId=key_id)
    wanted = [
        {"SecretName": good},
        {"SecretName": new_name()},
        {"SecretName": good, "VersionStage": PREVIOUS},
        {"SecretName": planned},
        {"SecretName": closed},
        {"SecretName": good, "VersionId": "v2", "VersionStage": PREVIOUS},
        {"SecretName": good, "VersionId": "v1"},
    ]
    found, errors = batch(still, *wanted)
    assert [(one["SecretName"], one["SecretData"]) for one in found] == [
        (good, "better"),
        (good, "good"),
        (good, "good"),
    ]
    for one, error in zip([wanted[1], wanted[3], wanted[4], wanted[5]], errors, strict=True):
        alone = still.answer("GetSecretValue", **one)
        told = {"SecretName": one["SecretName"], "Code": alone.code, "HttpStatus": str(alone.status)}
        assert error == {**told, "Message": alone.json["Message"]}
    assert [one["Code"] for one in errors] == [
        "Forbidden.ResourceNotFound",
        "Rejected.ResourceInDeleteWindow",
        "Rejected.Disabled",
        "Forbidden.ResourceNotFound",
    ]


def test_a_secret_is_named_by_its_arn_too_and_may_be_asked_for_twice(still: StillServer):
    name = create(still)
    found, errors = batch(still, {"SecretName": described(still, name)["Arn"]}, {"SecretName": name})
    assert ([one["SecretName"] for one in found], errors) == ([name, name], [])


def test_the_configuration_comes_where_it_is_wanted(still: StillServer):
    name = create(still, RDS, SecretType="Rds", ExtendedConfig=CONFIG)
    found, _ = batch(still, {"SecretName": name, "FetchExtendedConfig": True}, {"SecretName": name})
    assert json.loads(found[0]["ExtendedConfig"]) == json.loads(CONFIG)
    assert "ExtendedConfig" not in found[1]
    assert found[1]["VersionStages"] == {"VersionStage": [CURRENT]}


def test_twenty_are_read_and_no_more(still: StillServer):
    name = create(still)
    found, errors = batch(still, *[{"SecretName": name}] * 20)
    assert (len(found), len(errors)) == (20, 0)
    answer = still.answer("BatchGetSecretValue", SecretsList=json.dumps([{"SecretName": name}] * 21))
    assert names_parameter(answer, "SecretsList")


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        [{}],
        [{"SecretName": ""}],
        [{"SecretName": "a b"}],
        [{"SecretName": None}],
        [{"SecretName": "a"}, {"SecretName": "\0"}],
        [{"SecretName": "a", "VersionStage": "s" * 65}],
        [{"SecretName": "a", "VersionId": "v" * 65}],
        [{"SecretName": "a", "VersionId": "\0"}],
        [{"SecretName": "a", "FetchExtendedConfig": "x"}],
        {"SecretName": "a"},
    ],
)
def test_a_list_that_is_not_of_the_documented_form_is_refused_whole(still: StillServer, wanted: Any):
    assert names_parameter(still.answer("BatchGetSecretValue", SecretsList=json.dumps(wanted)), "SecretsList")


def test_strings_and_booleans_may_be_written_as_other_clients_write_them(still: StillServer):
    name = create(still)
    found, errors = batch(still, {"SecretName": name, "FetchExtendedConfig": False, "VersionId": None, "Other": 1})
    assert (len(found), errors) == (1, [])

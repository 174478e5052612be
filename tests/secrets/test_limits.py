"""How long and how many (reference 3.10, 3.11); what is refused names its parameter and stores nothing."""

import json
from dataclasses import replace

import pytest

from keyreeve.limits import Limits, Quota
from tests.keys.still import StillServer
from tests.permissions.state import stored
from tests.secrets.things import EXCEEDED, create, described, names_parameter, new_name, put, read, stages, versions

MOST_BYTES = 30_720
RDS = '{"Accounts":[{"AccountName":"a","AccountPassword":"p"}]}'


def managed(asked: StillServer, **custom: object) -> str:
    config = json.dumps({"SecretSubType": "SingleUser", "DBInstanceId": "rm-1", "CustomData": custom})
    return create(asked, RDS, SecretType="Rds", ExtendedConfig=config)


@pytest.mark.parametrize("text", ["x" * MOST_BYTES, "é" * (MOST_BYTES // 2), "中" * 10_240, "😀" * 7680, "\0a\0", " "])
def test_a_value_of_up_to_30720_bytes_is_kept_as_it_is(still: StillServer, text: str):
    name = create(still, text)
    assert read(still, name) == text
    assert put(still, name, "v2", text).code == "OK"
    assert read(still, name, VersionStage="ACSCurrent") == text


@pytest.mark.parametrize("text", ["x" * (MOST_BYTES + 1), "é" * 15_361, "中" * 10_241, "😀" * 7681])
def test_a_longer_value_is_refused(still: StillServer, text: str):
    name = create(still)
    before = stored(still.data)
    made = {"SecretName": new_name(), "VersionId": "v1", "SecretData": text}
    assert names_parameter(still.answer("CreateSecret", **made), "SecretData")
    assert names_parameter(put(still, name, "v2", text), "SecretData")
    assert stored(still.data) == before


@pytest.mark.parametrize("name", ["a", "x" * 192, "_/+=.@-", "acs", "a/acs/b", "0", "-", ".."])
def test_a_name_of_up_to_192_documented_characters_is_taken(still: StillServer, name: str):
    still.call("CreateSecret", SecretName=name, VersionId="v1", SecretData="x")
    assert described(still, name)["SecretName"] == name
    still.call("DeleteSecret", SecretName=name, ForceDeleteWithoutRecovery="true")


@pytest.mark.parametrize(
    "name", ["x" * 193, "a b", "a:b", "é", "a\0", "a\n", "a%", "a*", "acs/x", "acs/", "$Auto", "a$"]
)
def test_another_name_is_refused(still: StillServer, name: str):
    before = stored(still.data)
    assert names_parameter(still.answer("CreateSecret", SecretName=name, VersionId="v1", SecretData="x"), "SecretName")
    assert stored(still.data) == before


@pytest.mark.parametrize("version", ["v" * 64, "版" * 64, " ", "a/b:c", "00aa68af-2c02-4f68-95fe-3435d330eeee"])
def test_a_version_of_up_to_64_characters_is_taken(still: StillServer, version: str):
    name = create(still, VersionId=version)
    assert put(still, name, f"{version[:-1]}x", "second").code == "OK"
    assert read(still, name, VersionId=version) == "first"


@pytest.mark.parametrize("version", ["v" * 65, "a\0b", "\0"])
def test_another_version_is_refused(still: StillServer, version: str):
    name = create(still)
    before = stored(still.data)
    assert names_parameter(put(still, name, version), "VersionId")
    assert names_parameter(still.answer("GetSecretValue", SecretName=name, VersionId=version), "VersionId")
    for parameter in ("MoveToVersion", "RemoveFromVersion"):
        given = {"SecretName": name, "VersionStage": "s", parameter: version}
        assert names_parameter(still.answer("UpdateSecretVersionStage", **given), parameter)
    assert stored(still.data) == before


@pytest.mark.parametrize("stage", ["s" * 65, "a\0b", "\0ab", "a\nb", "\x7f"])
def test_a_stage_of_more_than_64_characters_or_of_others_is_refused(still: StillServer, stage: str):
    name = create(still)
    before = stored(still.data)
    assert names_parameter(put(still, name, "v2", VersionStages=json.dumps([stage])), "VersionStages")
    given = {"SecretName": name, "VersionStage": stage}
    assert names_parameter(still.answer("UpdateSecretVersionStage", **given, MoveToVersion="v1"), "VersionStage")
    assert names_parameter(still.answer("GetSecretValue", **given), "VersionStage")
    assert stored(still.data) == before


@pytest.mark.parametrize(
    "text", ["[]", "[5]", '{"VersionStage":[]}', '{"Other":["a"]}', '["a"', '[""]', '{"VersionStage":"a"}']
)
def test_what_is_no_list_of_stages_is_refused(still: StillServer, text: str):
    assert names_parameter(put(still, create(still), "v2", VersionStages=text), "VersionStages")


def test_ten_versions_are_kept_and_the_oldest_without_a_stage_goes(still: StillServer):
    name = create(still)
    still.call("UpdateSecretVersionStage", SecretName=name, VersionStage="kept", MoveToVersion="v1")
    for number in range(2, 14):
        put(still, name, f"v{number}", f"value {number}")
    kept = ["v13", "v12", *(f"v{number}" for number in range(11, 4, -1)), "v1"]
    assert list(versions(still, name, deprecated=True)) == kept
    assert read(still, name, VersionId="v4") == "Forbidden.ResourceNotFound"
    assert read(still, name, VersionStage="kept") == "first"


def test_eight_stages_are_in_a_secret_and_no_more(still: StillServer):
    name = create(still)
    put(still, name, "v2", VersionStages=json.dumps([f"s{number}" for number in range(7)]))
    before = stages(still, name)
    assert len(before) == 8
    assert put(still, name, "v3").code == EXCEEDED
    more = {"SecretName": name, "VersionStage": "more", "MoveToVersion": "v1"}
    assert still.refused("UpdateSecretVersionStage", **more) == EXCEEDED
    assert (stages(still, name), list(versions(still, name, deprecated=True))) == (before, ["v2", "v1"])
    still.call("UpdateSecretVersionStage", SecretName=name, VersionStage="s0", RemoveFromVersion="v2")
    still.call("UpdateSecretVersionStage", **more)


@pytest.mark.parametrize("days", ["6", "31", "0", "-7", "7.0", "x"])
def test_a_window_is_of_7_to_30_days(still: StillServer, days: str):
    name = create(still)
    assert names_parameter(
        still.answer("DeleteSecret", SecretName=name, RecoveryWindowInDays=days), "RecoveryWindowInDays"
    )
    assert read(still, name) == "first"


def test_custom_data_has_ten_pairs_and_a_configuration_1024_characters(still: StillServer):
    name = managed(still, **{str(number): "x" for number in range(10)})
    custom = "ExtendedConfig.CustomData"
    for wrong in ({str(number): "x" for number in range(11)}, {"a": "x" * 1024}):
        answer = still.answer("UpdateSecret", SecretName=name, **{custom: json.dumps(wrong)})
        assert names_parameter(answer, custom), wrong
        config = json.dumps({"SecretSubType": "SingleUser", "DBInstanceId": "rm-1", "CustomData": wrong})
        made = {"SecretName": new_name(), "VersionId": "1", "SecretData": RDS, "SecretType": "Rds"}
        assert names_parameter(still.answer("CreateSecret", **made, ExtendedConfig=config), "ExtendedConfig")
    config = json.loads(described(still, name)["ExtendedConfig"])
    assert config["CustomData"] == {str(number): "x" for number in range(10)}


def test_a_managed_secrets_value_is_of_its_form_and_never_in_the_refusal(still: StillServer):
    config = {"ExtendedConfig": '{"SecretSubType":"DoubleUsers","DBInstanceId":"rm-1"}', "SecretType": "Rds"}
    for wrong in (RDS, "planted", '{"Accounts":[]}', RDS.replace("AccountPassword", "planted")):
        answer = still.answer("CreateSecret", SecretName=new_name(), VersionId="1", SecretData=wrong, **config)
        assert names_parameter(answer, "SecretData")
        assert b"planted" not in answer.body
    binary = {**config, "SecretDataType": "binary"}
    answer = still.answer("CreateSecret", SecretName=new_name(), VersionId="1", SecretData=RDS, **binary)
    assert names_parameter(answer, "SecretDataType")


@pytest.mark.parametrize("user", ["a b", "x" * 181, "é", "a:b"])
def test_a_ram_user_whose_name_no_secret_can_bear_is_refused(still: StillServer, user: str):
    before = stored(still.data)
    config = json.dumps({"SecretSubType": "RamUserAccessKey", "UserName": user})
    keys = '{"AccessKeys":[{"AccessKeyId":"a","AccessKeySecret":"s"}]}'
    made = {"SecretName": "$Auto", "VersionId": "v1", "SecretType": "RAMCredentials", "SecretData": keys}
    assert names_parameter(still.answer("CreateSecret", **made, ExtendedConfig=config), "ExtendedConfig")
    assert stored(still.data) == before


def test_an_account_has_as_many_secrets_as_its_operator_lets_it(sqlite_still: StillServer):
    limits = Limits(quotas={Quota.SECRETS: len(sqlite_still.call("ListSecrets")["SecretList"]["Secret"]) + 2})
    limited = replace(sqlite_still, parts=replace(sqlite_still.parts, limits=limits))
    first, _ = create(limited), create(limited)
    made = {"SecretName": new_name(), "VersionId": "v1", "SecretData": "x"}
    assert limited.refused("CreateSecret", **made) == EXCEEDED
    limited.call("DeleteSecret", SecretName=first)
    assert limited.refused("CreateSecret", **made) == EXCEEDED
    limited.call("DeleteSecret", SecretName=first, ForceDeleteWithoutRecovery="true")
    limited.call("CreateSecret", **made)

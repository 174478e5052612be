"""The life of secrets as a client drives it."""

import json
from typing import Any

from tests.sdk.classic import Classic
from tests.sdk.sdk import Recorded
from tests.sdk.tea import Tea

NAME = "app/db_pass+word=1.a@b-c"
VALUE = "värde +&=%'\"\\ 中\n"
DESCRIPTION = "secret desc 中文 a+b*c~d/e !'()&=%"
TAGS = '[{"TagKey":"team","TagValue":"v 1"}]'
CURRENT, PREVIOUS = "ACSCurrent", "ACSPrevious"


def secrets_are_kept(life: Recorded, key_id: str) -> None:
    secret_is_made(life, key_id)
    versions_follow(life)
    secret_is_found(life)
    secret_goes_and_comes_again(life)
    if life.sdk.offers("SetSecretPolicy"):
        secret_has_a_policy(life)
    if life.sdk.offers("BatchGetSecretValue"):
        several_are_read(life)
    if life.sdk.offers("RotateSecret"):
        managed_secret_is_kept(life)
    passwords_are_made(life)


def secret_is_made(life: Recorded, key_id: str) -> None:
    made = {"SecretName": NAME, "VersionId": "v1", "SecretData": VALUE, "SecretDataType": "text"}
    answer = life.call("CreateSecret", EncryptionKeyId=key_id, Description=DESCRIPTION, Tags=TAGS, **made)
    assert {name: answer[name] for name in ("SecretName", "VersionId")} == {"SecretName": NAME, "VersionId": "v1"}
    assert life.refused("CreateSecret", **made) == "Rejected.ResourceExist"
    described = life.call("DescribeSecret", SecretName=NAME, FetchTags=True)
    assert (described["Description"], described["EncryptionKeyId"]) == (DESCRIPTION, key_id)
    assert described["Tags"] == {"Tag": json.loads(TAGS)}


def versions_follow(life: Recorded) -> None:
    life.call("PutSecretValue", SecretName=NAME, VersionId="v2", SecretData="second")
    put = {"SecretName": NAME, "VersionId": "v3", "SecretData": "AAEC", "SecretDataType": "binary"}
    life.call("PutSecretValue", VersionStages='["blue", "green"]', **put)
    assert stages(life) == {"v1": {PREVIOUS}, "v2": {CURRENT}, "v3": {"blue", "green"}}
    life.call("UpdateSecretVersionStage", SecretName=NAME, VersionStage="blue", RemoveFromVersion="v3")
    moved = {"RemoveFromVersion": "v2", "MoveToVersion": "v3"}
    life.call("UpdateSecretVersionStage", SecretName=NAME, VersionStage=CURRENT, **moved)
    assert stages(life) == {"v2": {PREVIOUS}, "v3": {CURRENT, "green"}}
    read = life.call("GetSecretValue", SecretName=NAME)
    assert (read["VersionId"], read["SecretData"], read["SecretDataType"]) == ("v3", "AAEC", "binary")
    assert set(read["VersionStages"]["VersionStage"]) == {CURRENT, "green"}
    assert value(life, VersionStage=PREVIOUS) == "second"
    assert value(life, VersionId="v1") == VALUE
    assert life.refused("GetSecretValue", SecretName=NAME, VersionId="v4") == "Forbidden.ResourceNotFound"


def value(life: Recorded, **which: str) -> str:
    return str(life.call("GetSecretValue", SecretName=NAME, **which)["SecretData"])


def stages(life: Recorded) -> dict[str, set[str]]:
    """Of the versions that have some."""
    listed = life.call("ListSecretVersionIds", SecretName=NAME, IncludeDeprecated=False, PageNumber=1, PageSize=10)
    versions: list[dict[str, Any]] = listed["VersionIds"]["VersionId"]
    assert listed["TotalCount"] == len(versions)
    return {one["VersionId"]: set(one["VersionStages"]["VersionStage"]) for one in versions}


def secret_is_found(life: Recorded) -> None:
    life.call("CreateSecret", SecretName="another", VersionId="1", SecretData="x")
    life.call("UpdateSecret", SecretName="another", Description="the other one")
    listed = life.call("ListSecrets", PageNumber=1, PageSize=10)
    assert listed["TotalCount"] == 2
    assert {one["SecretName"] for one in listed["SecretList"]["Secret"]} == {NAME, "another"}
    if life.sdk.offers("ListSecrets", "Filters"):
        filters = json.dumps([{"Key": "TagKey", "Values": ["team"]}])
        [found] = life.call("ListSecrets", Filters=filters, FetchTags="true")["SecretList"]["Secret"]
        assert (found["SecretName"], found["Tags"]) == (NAME, {"Tag": json.loads(TAGS)})


def secret_goes_and_comes_again(life: Recorded) -> None:
    life.call("DeleteSecret", SecretName=NAME, RecoveryWindowInDays=7)
    assert life.refused("GetSecretValue", SecretName=NAME) == "Rejected.ResourceInDeleteWindow"
    life.call("RestoreSecret", SecretName=NAME)
    assert life.refused("RestoreSecret", SecretName=NAME) == "Rejected.ResourceInUse"
    life.call("DeleteSecret", SecretName="another", ForceDeleteWithoutRecovery=True, RecoveryWindowInDays="30")
    assert life.refused("DescribeSecret", SecretName="another") == "Forbidden.ResourceNotFound"
    assert value(life) == "AAEC"


def secret_has_a_policy(life: Recorded) -> None:
    named = {"SecretName": NAME, "PolicyName": "default"}
    default = life.call("GetSecretPolicy", **named)["Policy"]
    life.call("SetSecretPolicy", **named, Policy=default)
    assert json.loads(life.call("GetSecretPolicy", **named)["Policy"]) == json.loads(default)


def several_are_read(life: Recorded) -> None:
    wanted = [{"SecretName": NAME, "VersionStage": PREVIOUS}, {"SecretName": "nobody"}]
    # Only its own classes know that the service wants this list as JSON.
    answer = life.call("BatchGetSecretValue", SecretsList=wanted if isinstance(life.sdk, Tea) else json.dumps(wanted))
    [found], [error] = answer["SecretValues"], answer["Errors"]
    assert (found["SecretName"], found["SecretData"]) == (NAME, "second")
    assert (error["SecretName"], error["Code"]) == ("nobody", "Forbidden.ResourceNotFound")


def managed_secret_is_kept(life: Recorded) -> None:
    """Its database is nowhere, so it is not asked for a version that is not there yet."""
    name = {"SecretName": "managed"}
    config = {"SecretSubType": "SingleUser", "DBInstanceId": "rm-1", "CustomData": {"a": "中"}}
    data = json.dumps({"Accounts": [{"AccountName": "a", "AccountPassword": "p"}]})
    kind = {"SecretType": "Rds", "ExtendedConfig": config, "EnableAutomaticRotation": True, "RotationInterval": "7d"}
    made = life.call("CreateSecret", **name, VersionId="1", SecretData=data, **kind)
    assert (made["AutomaticRotation"], made["RotationInterval"]) == ("Enabled", "604800s")
    read = life.call("GetSecretValue", **name, FetchExtendedConfig=True)
    assert json.loads(read["ExtendedConfig"]) == config
    assert json.loads(read["SecretData"]) == {"AccountName": "a", "AccountPassword": "p"}
    life.call("UpdateSecret", **name, **custom_data(life, {"b": "c d"}))
    assert json.loads(life.call("DescribeSecret", **name)["ExtendedConfig"])["CustomData"] == {"b": "c d"}
    assert life.call("RotateSecret", **name, VersionId="1")["VersionId"] == "1"
    life.call("UpdateSecretRotationPolicy", **name, EnableAutomaticRotation=False)
    described = life.call("DescribeSecret", **name)
    assert (described["AutomaticRotation"], described.get("NextRotationDate")) == ("Disabled", None)


def custom_data(life: Recorded, data: dict[str, str]) -> dict[str, Any]:
    """As each client calls it; the Tea classes flatten it."""
    if isinstance(life.sdk, Tea):
        return {"ExtendedConfig": {"CustomData": data}}
    return {"ExtendedConfigCustomData" if isinstance(life.sdk, Classic) else "ExtendedConfig.CustomData": data}


def passwords_are_made(life: Recorded) -> None:
    left_out = {"ExcludePunctuation": True, "ExcludeCharacters": "0O1lI"}
    password = life.call("GetRandomPassword", PasswordLength=20, **left_out)["RandomPassword"]
    assert len(password) == 20
    assert password.isalnum()
    assert not set(password) & set("0O1lI")

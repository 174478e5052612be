"""The ways in which clients write one and the same thing."""

import json
from collections.abc import Callable

import pytest

from tests.keys.still import StillServer
from tests.permissions.state import stored
from tests.secrets.things import CURRENT, create, described, new_name, put, read, stages
from tests.support.client import Answer, Client, query_of, send, v1_parameters, v3_headers
from tests.support.server import Account, Server

Send = Callable[[Server, str, dict[str, str]], Answer]
VALUE = "värde +&=%'\"\\ 中\n"
RDS = '{"Accounts":[{"AccountName":"a","AccountPassword":"p"}]}'
KIND = {"SecretSubType": "SingleUser", "DBInstanceId": "rm-1"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The database plays no part in how a call is written."""
    return sqlite_server


def v1_get(server: Server, action: str, given: dict[str, str]) -> Answer:
    return send(server.address, "GET", "/?" + query_of(v1_parameters(server.account, action, given, "GET")))


def v1_form(server: Server, action: str, given: dict[str, str]) -> Answer:
    body = query_of(v1_parameters(server.account, action, given)).encode()
    return send(server.address, "POST", "/", {"content-type": FORM}, body)


def v3_form(server: Server, action: str, given: dict[str, str]) -> Answer:
    """The value in the body, all else in the query, as the Tea clients do."""
    inside = {name: value for name, value in given.items() if name == "SecretData"}
    query, body = query_of({name: value for name, value in given.items() if name not in inside}), query_of(inside)
    headers = v3_headers(server.account, action, query, server.address, body.encode(), content_type=FORM)
    return send(server.address, "POST", f"/?{query}", headers, body.encode())


def v3_json(server: Server, action: str, given: dict[str, str]) -> Answer:
    body = json.dumps(given).encode()
    headers = v3_headers(server.account, action, "", server.address, body, content_type="application/json")
    return send(server.address, "POST", "/", headers, body)


@pytest.mark.parametrize("ask", [v1_get, v1_form, v3_form, v3_json])
def test_a_value_comes_and_goes_by_every_road(server: Server, ask: Send):
    name = new_name()
    for action, version in (("CreateSecret", "v1"), ("PutSecretValue", "v2")):
        made = ask(server, action, {"SecretName": name, "VersionId": version, "SecretData": VALUE + version})
        assert made.code == "OK", made.body
        found = ask(server, "GetSecretValue", {"SecretName": name, "VersionStage": CURRENT})
        assert (found.json["SecretData"], found.json["VersionId"]) == (VALUE + version, version)


def test_the_answer_may_be_xml(server: Server):
    name = create(Client(server.address, server.account), "a<&>b")
    found = v1_get(server, "GetSecretValue", {"SecretName": name, "Format": "XML"})
    assert b"<SecretData>a&lt;&amp;&gt;b</SecretData>" in found.body
    assert b"<VersionStages><VersionStage>ACSCurrent</VersionStage></VersionStages>" in found.body


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "1"])
@pytest.mark.parametrize("no", ["false", "False", "0", ""])
def test_booleans_may_be_written_as_each_language_does(still: StillServer, text: str, no: str):
    name = create(still, Tags='[{"TagKey":"a","TagValue":"b"}]')
    put(still, name, "v2")
    put(still, name, "v3")
    assert "Tags" in still.call("DescribeSecret", SecretName=name, FetchTags=text)
    assert "Tags" not in still.call("DescribeSecret", SecretName=name, FetchTags=no)
    counts = [
        still.call("ListSecretVersionIds", SecretName=name, IncludeDeprecated=one)["TotalCount"] for one in (text, no)
    ]
    assert counts == [3, 2]
    still.call("DeleteSecret", SecretName=name, ForceDeleteWithoutRecovery=no)
    assert read(still, name) == "Rejected.ResourceInDeleteWindow"
    still.call("DeleteSecret", SecretName=name, ForceDeleteWithoutRecovery=text, RecoveryWindowInDays="30")
    assert read(still, name) == "Forbidden.ResourceNotFound"


@pytest.mark.parametrize(
    "text", ['{"VersionStage":["blue","ACSCurrent"]}', '["blue","ACSCurrent","blue"]', ' ["ACSCurrent", "blue"]']
)
def test_stages_may_be_an_object_or_a_list(still: StillServer, text: str):
    name = create(still)
    answer = put(still, name, "v2", VersionStages=text)
    assert sorted(answer.json["VersionStages"]["VersionStage"]) == ["ACSCurrent", "blue"]
    assert stages(still, name) == {"ACSCurrent": "v2", "ACSPrevious": "v1", "blue": "v2"}


@pytest.mark.parametrize("text", ["blue", "ACSCurrent", "my label, 1"])
def test_one_stage_may_stand_bare(still: StillServer, text: str):
    name = create(still)
    put(still, name, "v2", VersionStages=text)
    assert stages(still, name)[text] == "v2"


def test_a_secret_may_be_named_by_its_arn_everywhere(still: StillServer):
    name = create(still)
    arn = described(still, name)["Arn"]
    assert arn == f"acs:kms:cn-hangzhou:{still.account.account_id}:secret/{name}"
    assert put(still, arn, "v2", "second").json["SecretName"] == name
    assert (read(still, arn), described(still, arn)["SecretName"]) == ("second", name)
    still.call("UpdateSecretVersionStage", SecretName=arn, VersionStage=CURRENT, MoveToVersion="v1")
    assert stages(still, arn)[CURRENT] == "v1"
    for operation in ("UpdateSecret", "DeleteSecret", "RestoreSecret"):
        assert still.call(operation, SecretName=arn)["SecretName"] == name
    wrong = (arn.replace("cn-hangzhou", "cn-beijing"), arn.replace(":secret/", ":key/"), f"{arn}x", "acs:kms:x")
    codes = [still.refused("DescribeSecret", SecretName=one) for one in wrong]
    assert codes == ["Forbidden.ResourceNotFound", "InvalidParameter", "Forbidden.ResourceNotFound", "InvalidParameter"]


def test_a_configuration_may_be_json_or_flattened_and_so_may_its_custom_data(still: StillServer):
    made = {"SecretType": "Rds", "VersionId": "v1", "SecretData": RDS}
    flat = {f"ExtendedConfig.{name}": value for name, value in KIND.items()}
    for config in (
        {"ExtendedConfig": json.dumps({**KIND, "CustomData": {"a": "b"}})},
        {**flat, "ExtendedConfig.CustomData.a": "b"},
    ):
        name = new_name()
        still.call("CreateSecret", SecretName=name, **made, **config)
        assert json.loads(described(still, name)["ExtendedConfig"]) == {**KIND, "CustomData": {"a": "b"}}
        for update in ({"ExtendedConfig.CustomData": '{"c":"d"}'}, {"ExtendedConfig.CustomData.c": "d"}):
            still.call("UpdateSecret", SecretName=name, **update)
            assert json.loads(described(still, name)["ExtendedConfig"])["CustomData"] == {"c": "d"}
            still.call("UpdateSecret", SecretName=name, **{"ExtendedConfig.CustomData": "{}"})
    generic = create(still)
    update = {"ExtendedConfig.CustomData.c": "d"}
    assert still.refused("UpdateSecret", SecretName=generic, **update) == "Rejected.UnsupportedOperation"


def test_a_dry_run_makes_nothing_not_even_the_services_key(server: Server, new_account: Callable[[], Account]):
    client = Client(server.address, new_account())
    made = {"SecretName": "a", "VersionId": "v1", "SecretData": "x"}
    before = stored(server.data)
    assert client.refused("CreateSecret", **made, DryRun="true") == "DryRunOperationError"
    assert client.refused("CreateSecret", **{**made, "SecretName": "a b"}, DryRun="true") == "ValidationError"
    assert stored(server.data) == before
    client.call("CreateSecret", **made)
    before = stored(server.data)
    for operation in ("PutSecretValue", "DeleteSecret", "GetSecretValue"):
        given = {**made, "VersionId": "v2" if operation == "PutSecretValue" else "v1"}
        assert client.refused(operation, **given, DryRun="True") == "DryRunOperationError"
    assert client.refused("GetSecretValue", SecretName="b", DryRun="true") == "Forbidden.ResourceNotFound"
    assert stored(server.data) == before

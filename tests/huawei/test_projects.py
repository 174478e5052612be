"""Which project a call is of: the one that the account has (reference 5.3)."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.huawei.raw import Raw
from tests.huawei.sdk import Huawei, HuaweiRefused, without_project
from tests.huawei.signing import list_keys_path, sent, signed
from tests.huawei.tokens import token_of
from tests.support.server import Account, Server

WRONG = (403, "KMS.0321")


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    return sqlite_server


@pytest.fixture
def account(server: Server, new_account: Callable[[], Account]) -> Account:
    return new_account()


@pytest.mark.parametrize("region", ["cn-hangzhou", "cn-north-4", "", "eu-de"])
def test_there_is_exactly_one_project_whatever_the_region(server: Server, account: Account, region: str):
    answer = Raw(server.address, account).send_to("GET", "/v3/projects", query=f"name={region}" if region else "")
    [project] = answer.json["projects"]
    assert (project["id"], project["name"]) == (account.project_id, account.region_id)
    assert project["domain_id"] == account.account_id
    assert project["enabled"] is True


def test_the_sdk_finds_the_project_of_its_region_itself(server: Server, account: Account):
    client = without_project(server.address, account, "cn-north-4")
    assert client.call("list_keys").total == 0
    assert client.client._credentials.project_id == account.project_id


def test_the_sdk_without_region_or_project_is_told_that_it_has_none(server: Server, account: Account):
    """It asks for /v1.0/%7Bproject_id%7D/kms then."""
    with pytest.raises(HuaweiRefused) as refused:
        without_project(server.address, account).call("list_keys")
    assert (refused.value.status, refused.value.code) == WRONG


@pytest.mark.parametrize("by_token", [False, True])
def test_the_project_of_another_account_is_refused(server: Server, account: Account, by_token: bool):
    token = token_of(server.address, account) if by_token else ""
    astray = replace(account, project_id=server.account.project_id)
    client = Huawei(server.address, astray, token)
    with pytest.raises(HuaweiRefused) as refused:
        client.call("create_key", key_alias="a")
    assert (refused.value.status, refused.value.code) == WRONG
    assert Huawei(server.address, account).call("list_keys").total == 0


@pytest.mark.parametrize("project", ["x", "0" * 32, "%00", "a%2Fb", "%F0%9F%94%91", "a" * 3000, "%2e%2e"])
def test_no_other_text_is_a_project(server: Server, account: Account, project: str):
    answer = Raw(server.address, account).send_to("POST", f"/v1.0/{project}/kms/list-keys", {})
    assert (answer.status, answer.code) == WRONG


def test_the_project_may_be_percent_encoded(server: Server, account: Account):
    encoded = "".join(f"%{ord(character):02x}" for character in account.project_id)
    path = f"/v1.0/{encoded}/kms/list-keys"
    assert Raw(server.address, account).send_to("POST", path, {}).status == 200
    # What was signed is the path's meaning, so a proxy may spell it otherwise.
    assert sent(server.address, path, signed(account, list_keys_path(account))).status == 200


def test_a_project_in_a_header_must_be_the_one_of_the_path(server: Server, account: Account):
    raw, path = Raw(server.address, account), list_keys_path(account)
    assert raw.send("POST", "kms/list-keys", {}, x_project_id=account.project_id).status == 200
    for other in (server.account.project_id, "x", ""):
        answer = raw.send("POST", "kms/list-keys", {}, x_project_id=other)
        assert (answer.status, answer.code) == WRONG
        added = {**signed(account, path), "x-project-id": other}
        assert sent(server.address, path, added).code == "KMS.0321"


def test_a_project_in_the_body_or_the_query_changes_nothing(server: Server, account: Account):
    raw = Raw(server.address, account)
    other = server.account.project_id
    assert raw.post("list-keys", project_id=other).status == 200
    assert raw.send("POST", "kms/list-keys", {}, query=f"project_id={other}").status == 200

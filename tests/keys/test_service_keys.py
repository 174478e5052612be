"""Keys that a part of Keyreeve made for itself, as its callers see them."""

import json
from collections.abc import Callable

import pytest

from tests.support.client import Client
from tests.support.server import Account, Server


@pytest.fixture
def made(server: Server, new_account: Callable[[], Account]) -> tuple[Client, str, str]:
    """An account with a key of its own, and the key of the service that keeps its secrets."""
    client = Client(server.address, new_account())
    own = client.create_key()
    client.call("CreateSecret", SecretName="s", SecretData="x", VersionId="1")
    [other] = set(listed(client)) - {own}
    return client, own, other


def listed(client: Client, *filters: tuple[str, list[str]]) -> list[str]:
    given = {"Filters": json.dumps([{"Key": key, "Values": values} for key, values in filters])} if filters else {}
    answer = client.call("ListKeys", **given)
    ids = [key["KeyId"] for key in answer["Keys"]["Key"]]
    assert answer["TotalCount"] == len(ids)
    return ids


def test_a_service_is_the_creator_of_its_key(made: tuple[Client, str, str]):
    client, own, service = made
    creators = {key_id: client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["Creator"] for key_id in (own, service)}
    assert creators == {own: client.account.account_id, service: "SecretsManager"}


def test_keys_are_listed_by_the_kind_of_their_creator(made: tuple[Client, str, str]):
    client, own, service = made
    assert listed(client, ("CreatorType", ["User"])) == [own]
    assert listed(client, ("CreatorType", ["Service"])) == [service]
    for both in ([], ["User", "Service"]):
        assert set(listed(client, ("CreatorType", both))) == {own, service}
    assert set(listed(client, ("CreatorType", ["User"]), ("CreatorType", ["Service"]))) == {own, service}
    assert listed(client, ("CreatorType", ["Service"]), ("KeySpec", ["Aliyun_SM4"])) == []
    assert listed(client, ("CreatorType", ["Service"]), ("KeyState", ["Enabled"])) == [service]


@pytest.mark.parametrize("value", ["user", "Nobody", ""])
def test_an_unknown_kind_of_creator_is_refused(client: Client, value: str):
    filters = json.dumps([{"Key": "CreatorType", "Values": ["User", value]}])
    assert client.refused("ListKeys", Filters=filters) == "InvalidParameter"

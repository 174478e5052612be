"""What belongs to another account does not exist."""

from collections.abc import Callable

import pytest

from keyreeve.catalogue import CATALOGUE
from tests.catalogue.world import World, good_requests, make_world
from tests.support.client import Client
from tests.support.server import Account, Server

KEYS = {"KeyId", "DestinationKeyId", "ProtectedResourceArn", "CiphertextBlob"}
TAKES_A_KEY = sorted(
    (name, parameter.name)
    for name, operation in CATALOGUE.items()
    for parameter in operation.parameters
    if parameter.name in KEYS
)
# API reference chapter 8: the others say that an alias is not valid for them.
TAKES_AN_ALIAS = {
    *("DescribeKey", "DescribeKeyVersion", "ListKeyVersions"),
    *("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
}


@pytest.fixture
def theirs(server: Server, new_account: Callable[[], Account]) -> tuple[Client, World]:
    owner = Client(server.address, new_account())
    return owner, make_world(owner)


@pytest.mark.parametrize(("name", "parameter"), TAKES_A_KEY)
def test_anothers_key_is_not_found_and_not_touched(
    client: Client, server: Server, theirs: tuple[Client, World], name: str, parameter: str
):
    owner, their_world = theirs
    before = owner.call("DescribeKey", KeyId=their_world.key_id)["KeyMetadata"]
    ours = good_requests(make_world(client))[name]
    ours.pop("ProtectedResourceArn", None)
    their_blob = {"CiphertextBlob": their_world.blob, "ProtectedResourceArn": their_world.arn}
    for value in (their_blob.get(parameter, their_world.key_id), their_blob.get(parameter, their_world.arn)):
        answer = client.answer(name, **{**ours, parameter: value})
        assert (answer.status, answer.code) == (404, "Forbidden.KeyNotFound")
    assert owner.call("DescribeKey", KeyId=their_world.key_id)["KeyMetadata"] == before
    assert owner.call("ListResourceTags", KeyId=their_world.key_id)["Tags"] == {"Tag": []}


@pytest.mark.parametrize("name", sorted({name for name, parameter in TAKES_A_KEY if parameter == "KeyId"}))
def test_anothers_alias_is_not_found_where_aliases_are_taken(
    client: Client, server: Server, theirs: tuple[Client, World], name: str
):
    _, their_world = theirs
    ours = good_requests(make_world(client))[name]
    ours.pop("ProtectedResourceArn", None)
    answer = client.answer(name, **{**ours, "KeyId": their_world.alias})
    if name in TAKES_AN_ALIAS:
        assert (answer.status, answer.code) == (404, "Forbidden.AliasNotFound")
    else:
        assert (answer.status, answer.code) == (400, "Unsupported.Alias")


def test_anothers_keys_aliases_and_versions_are_not_listed(
    server: Server, theirs: tuple[Client, World], new_account: Callable[[], Account]
):
    us = Client(server.address, new_account())
    assert us.call("ListKeys")["Keys"] == {"Key": []}
    assert us.call("ListAliases")["Aliases"] == {"Alias": []}
    ours = make_world(us)
    _, their_world = theirs
    version = us.answer("DescribeKeyVersion", KeyId=ours.key_id, KeyVersionId=their_world.version_id)
    assert version.code == "Forbidden.KeyVersionNotFound"

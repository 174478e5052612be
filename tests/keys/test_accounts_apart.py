"""For one account, the other's keys, aliases and tags do not exist."""

from collections.abc import Callable

import pytest

from keyreeve.catalogue import CATALOGUE
from tests.keys.pairs import REQUESTS, pair_in
from tests.keys.states import Made, imported_key_in, key_in, metadata
from tests.keys.test_states import TABLE, parameters
from tests.support.client import Client
from tests.support.server import Account, Server

OF_NO_KEY = {"CreateKey", "ListKeys", "ListAliases", "DeleteAlias"}
OPERATIONS = sorted(TABLE.keys() - OF_NO_KEY)
OF_PAIRS = {"CreateKeyVersion", *(name for requests in REQUESTS.values() for name in requests)}

OF_MAC_KEYS = ("GenerateMac", "VerifyMac")


@pytest.fixture
def stranger(server: Server, new_account: Callable[[], Account]) -> Client:
    return Client(server.address, new_account())


def test_no_operation_finds_the_others_key(client: Client, stranger: Client):
    made = imported_key_in(client, "Enabled")
    before = metadata(client, made.key_id)
    for operation in OPERATIONS:
        answer = stranger.answer(operation, **_with_own_alias(stranger, operation, made))
        assert (operation, answer.code, answer.status) == (operation, "Forbidden.KeyNotFound", 404)
        assert made.key_id.encode() not in answer.body
    assert metadata(client, made.key_id) == before


@pytest.mark.parametrize("usage", REQUESTS)
def test_no_operation_finds_the_others_pair(client: Client, stranger: Client, usage: str):
    pair = pair_in(client, "Enabled", usage)
    requests = {name: request(pair) for name, request in REQUESTS[usage].items()}
    for operation, given in {**requests, "CreateKeyVersion": {"KeyId": pair.key_id}}.items():
        answer = stranger.answer(operation, **given)
        assert (operation, answer.code, answer.status) == (operation, "Forbidden.KeyNotFound", 404)


@pytest.mark.parametrize("operation", OF_MAC_KEYS)
def test_no_operation_finds_the_others_key_for_codes(client: Client, stranger: Client, operation: str):
    given = {"Algorithm": "HMAC_SHA_256", "Message": "aGk=", "Mac": "aGk="}
    for key_id in (
        client.create_key(KeySpec="HMAC_256"),
        metadata(client, client.create_key(KeySpec="HMAC_256"))["Arn"],
    ):
        assert client.call(operation, KeyId=key_id, **given)["KeyId"] in key_id
        answer = stranger.answer(operation, KeyId=key_id, **given)
        assert (answer.code, answer.status) == ("Forbidden.KeyNotFound", 404)


def _with_own_alias(stranger: Client, operation: str, made: Made) -> dict[str, str]:
    """UpdateAlias looks for its alias first, so the stranger brings one."""
    given = parameters(operation, made)
    if operation == "UpdateAlias":
        given["AliasName"] = key_in(stranger, "Enabled").alias
    return given


def test_the_others_key_is_not_found_by_its_arn_either(client: Client, stranger: Client):
    arn = metadata(client, client.create_key())["Arn"]
    assert metadata(client, arn)["Arn"] == arn
    assert stranger.refused("DescribeKey", KeyId=arn) == "Forbidden.KeyNotFound"


def test_the_others_blob_neither_opens_nor_moves_to_a_key_of_ones_own(client: Client, stranger: Client):
    made = key_in(client, "Enabled")
    assert stranger.refused("Decrypt", CiphertextBlob=made.blob) == "Forbidden.KeyNotFound"
    given = {"CiphertextBlob": made.blob, "DestinationKeyId": stranger.create_key()}
    assert stranger.refused("ReEncrypt", **given) == "Forbidden.KeyNotFound"


def test_one_alias_may_be_in_two_accounts_and_each_sees_its_own(client: Client, stranger: Client):
    made = key_in(client, "Enabled")
    assert stranger.refused("DescribeKey", KeyId=made.alias) == "Forbidden.AliasNotFound"
    assert stranger.refused("DeleteAlias", AliasName=made.alias) == "Forbidden.AliasNotFound"
    own = stranger.create_key()
    stranger.call("CreateAlias", AliasName=made.alias, KeyId=own)
    assert metadata(stranger, made.alias)["KeyId"] == own
    assert metadata(client, made.alias)["KeyId"] == made.key_id
    stranger.call("DeleteAlias", AliasName=made.alias)
    assert metadata(client, made.alias)["KeyId"] == made.key_id


def test_lists_show_an_accounts_own_only(client: Client, stranger: Client):
    key_in(client, "Enabled")
    own = key_in(stranger, "Enabled")
    assert [key["KeyId"] for key in stranger.call("ListKeys")["Keys"]["Key"]] == [own.key_id]
    assert [one["AliasName"] for one in stranger.call("ListAliases")["Aliases"]["Alias"]] == [own.alias]


def test_every_operation_that_names_a_key_is_tried():
    named = {name for name, one in CATALOGUE.items() if "KeyId" in {given.name for given in one.parameters}}
    assert named <= {*OPERATIONS, *OF_PAIRS, *OF_MAC_KEYS}

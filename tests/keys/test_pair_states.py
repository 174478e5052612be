"""Asymmetric keys in each state: the table of the reference (chapter 2) lacks them, so its rows of use hold."""

import pytest

from tests.keys.moved import move
from tests.keys.pairs import ENCRYPTS, REQUESTS, SIGNS, pair_in, re_encryption
from tests.keys.states import STATES, metadata
from tests.support.client import Client
from tests.support.server import Server

USES = {"Enabled": "OK", **{state: f"Rejected.{state}" for state in STATES[1:]}}
# A public key is no secret; but before the first import, and after the material went, there is nothing to use it for.
PUBLIC = {**dict.fromkeys(STATES, "OK"), "PendingImport": "Rejected.PendingImport"}
CELLS = [(usage, name, state) for usage, requests in REQUESTS.items() for name in requests for state in STATES]


@pytest.mark.parametrize(("usage", "operation", "state"), CELLS)
def test_the_state_of_a_pair_decides(client: Client, usage: str, operation: str, state: str):
    pair = pair_in(client, state, usage)
    before = metadata(client, pair.key_id)
    answer = client.answer(operation, **REQUESTS[usage][operation](pair))
    assert answer.code == (PUBLIC if operation == "GetPublicKey" else USES)[state]
    assert answer.status == (200 if answer.code == "OK" else 409)
    assert metadata(client, pair.key_id) == before


@pytest.mark.parametrize("state", STATES)
def test_re_encrypt_judges_a_pair_as_its_source_like_decrypt(client: Client, state: str):
    pair = pair_in(client, state, ENCRYPTS)
    assert client.answer("ReEncrypt", **re_encryption(pair, client.create_key())).code == USES[state]


@pytest.mark.parametrize("state", ["Enabled", "Disabled", "PendingDeletion"])
def test_a_pair_gets_a_version_only_while_enabled(server: Server, client: Client, state: str):
    pair = pair_in(client, state, SIGNS)
    move(server.data, [pair.key_id], last_rotated_at=0)
    assert client.answer("CreateKeyVersion", KeyId=pair.key_id).code == USES[state]
    versions = client.call("ListKeyVersions", KeyId=pair.key_id)["TotalCount"]
    assert versions == (2 if state == "Enabled" else 1)


def test_a_pair_that_waits_for_material_gets_no_version_by_hand(server: Server, client: Client):
    """Only a key whose material is imported can wait, and no such key gets versions by hand."""
    pair = pair_in(client, "PendingImport", SIGNS)
    move(server.data, [pair.key_id], last_rotated_at=0)
    answer = client.answer("CreateKeyVersion", KeyId=pair.key_id)
    assert (answer.status, answer.code) == (400, "Rejected.UnsupportedOperation")


@pytest.mark.parametrize("usage", REQUESTS)
def test_a_pair_whose_deletion_is_cancelled_is_used_as_before(client: Client, usage: str):
    pair = pair_in(client, "PendingDeletion", usage)
    client.call("CancelKeyDeletion", KeyId=pair.key_id)
    for operation, request in REQUESTS[usage].items():
        client.call(operation, **request(pair))

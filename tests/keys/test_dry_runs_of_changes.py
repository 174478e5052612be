"""DryRun of the operations that change something: everything is checked, and nothing is left of it."""

import pytest

from keyreeve.catalogue import CATALOGUE
from keyreeve.operations import Needs
from tests.catalogue.world import good_requests, make_world
from tests.permissions.state import stored
from tests.support.client import Client
from tests.support.server import Server

CHANGES = [name for name, one in CATALOGUE.items() if one.needs is Needs.WRITE]
# Good requests that only succeed in another state than the world's.
REFUSED = {"CancelKeyDeletion": "Rejected.StateModifiedFailed", "CreateKeyVersion": "Rejected.UnsupportedOperation"}


@pytest.mark.parametrize("name", CHANGES)
def test_a_dry_run_answers_what_the_call_would_and_changes_nothing(server: Server, client: Client, name: str):
    request = good_requests(make_world(client))[name]
    before = stored(server.data)
    assert client.refused(name, **request, DryRun="true") == REFUSED.get(name, "DryRunOperationError")
    assert stored(server.data) == before


def test_a_wrong_parameter_of_a_dry_run_is_a_validation_error(client: Client):
    assert client.refused("CreateKey", KeySpec="no spec", DryRun="true") == "ValidationError"
    assert client.refused("EnableKey", DryRun="True") == "ValidationError"
    assert client.refused("EnableKey", KeyId="not there", DryRun="1") == "Forbidden.KeyNotFound"


@pytest.mark.parametrize("text", ["x", "yes", "2", "truee"])
def test_what_is_no_boolean_is_named_and_nothing_done(server: Server, client: Client, text: str):
    before = stored(server.data)
    answer = client.answer("CreateKey", DryRun=text)
    assert (answer.code, "DryRun" in answer.json["Message"]) == ("InvalidParameter", True)
    assert stored(server.data) == before


@pytest.mark.parametrize("text", ["false", "False", "0", ""])
def test_a_run_that_is_not_dry_does_what_it_says(client: Client, text: str):
    assert client.call("CreateKey", DryRun=text)["KeyMetadata"]["KeyState"] == "Enabled"

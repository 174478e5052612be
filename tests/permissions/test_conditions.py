"""Conditions of policies, with what the server itself knows of a call: where from, how, when, and the key's tags."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.permissions import secure
from tests.permissions.callers import Caller
from tests.permissions.documents import key_policy, names
from tests.permissions.stage import House, Stage
from tests.ram.calls import allow
from tests.support.client import now_text
from tests.support.server import Server, init

PAST, FUTURE = "2026-01-01T00:00:00Z", "2126-01-01T08:00:00+08:00"
Condition = dict[str, dict[str, Any]]

# The tests call over plain HTTP from this machine.
HOLD: list[Condition] = [
    {"IpAddress": {"acs:SourceIp": "127.0.0.1"}},
    {"IpAddress": {"acs:SourceIp": ["10.0.0.0/8", "127.0.0.1/32"]}},
    {"IpAddress": {"acs:SourceIp": "127.0.0.0/8"}},
    {"NotIpAddress": {"acs:SourceIp": ["10.0.0.0/8", "2001:db8::/32"]}},
    {"Bool": {"acs:SecureTransport": "false"}},
    {"DateGreaterThan": {"acs:CurrentTime": PAST}},
    {"DateLessThan": {"acs:CurrentTime": FUTURE}},
    {"DateLessThan": {"acs:CurrentTime": FUTURE}, "IpAddress": {"acs:SourceIp": "127.0.0.1"}},
]
DO_NOT_HOLD: list[Condition] = [
    {"IpAddress": {"acs:SourceIp": "127.0.0.2/32"}},
    {"IpAddress": {"acs:SourceIp": ["10.0.0.0/8", "::1"]}},
    {"NotIpAddress": {"acs:SourceIp": ["10.0.0.0/8", "127.0.0.1"]}},
    {"Bool": {"acs:SecureTransport": "true"}},
    {"DateGreaterThan": {"acs:CurrentTime": FUTURE}},
    {"DateLessThan": {"acs:CurrentTime": PAST}},
    {"DateLessThan": {"acs:CurrentTime": PAST}, "IpAddress": {"acs:SourceIp": "127.0.0.1"}},
    {"Bool": {"acs:MFAPresent": "true"}},
    {"StringEquals": {"acs:NobodyKnows": "x"}},
]


def encrypts(caller: Caller, key_id: str) -> bool:
    answer = caller.answer("Encrypt", KeyId=key_id, Plaintext="eA==")
    assert answer.code in ("OK", "Forbidden.NoPermission")
    return answer.status == 200


def tag(house: House, key_id: str, **tags: str) -> None:
    pairs = [{"TagKey": name, "TagValue": value} for name, value in tags.items()]
    house.root.call("TagResource", KeyId=key_id, Tags=json.dumps(pairs))


@pytest.mark.parametrize("where", ["the user's policy", "the key's policy"])
@pytest.mark.parametrize(
    ("condition", "holds"), [*((one, True) for one in HOLD), *((one, False) for one in DO_NOT_HOLD)], ids=str
)
def test_a_statement_counts_where_its_condition_holds(stage: Stage, where: str, condition: Condition, *, holds: bool):
    key_id = stage.ours.room.world.key_id
    name = stage.ours.principal(f"user/{stage.user.name}")
    if where == "the user's policy":
        stage.user.may({**allow("kms:Encrypt"), "Condition": condition})
    else:
        stage.user.may()
        key_id = stage.ours.root.create_key(Policy=key_policy(names(name, "kms:Encrypt", Condition=condition)))
    assert encrypts(stage.user.caller, key_id) is holds


@pytest.mark.parametrize(
    ("condition", "holds"), [*((one, True) for one in HOLD), *((one, False) for one in DO_NOT_HOLD)], ids=str
)
def test_a_denial_counts_where_its_condition_holds(stage: Stage, condition: Condition, *, holds: bool):
    stage.user.may(allow("kms:*"), {**allow("kms:Encrypt"), "Effect": "Deny", "Condition": condition})
    assert encrypts(stage.user.caller, stage.ours.room.world.key_id) is not holds


@pytest.mark.parametrize("operator", ["DateLessThan", "DateGreaterThan"])
def test_a_right_can_begin_and_end_within_the_minute(stage: Stage, operator: str):
    for seconds in (-60, 60):
        stage.user.may({**allow("kms:*"), "Condition": {operator: {"acs:CurrentTime": now_text(seconds)}}})
        wanted = (seconds > 0) == (operator == "DateLessThan")
        assert encrypts(stage.user.caller, stage.ours.room.world.key_id) is wanted


def test_a_right_follows_the_tag_of_the_key(stage: Stage):
    """The documented example (reference 2.2)."""
    house, key_id = stage.ours, stage.ours.root.create_key()
    condition = {"StringEqualsIgnoreCase": {"kms:tag/Project": ["Apollo"]}}
    stage.user.may({**allow("kms:*"), "Condition": condition})
    user = stage.user.caller
    assert not encrypts(user, key_id)
    for _ in range(3):
        tag(house, key_id, Project="APOLLO", Other="x")
        assert [encrypts(user, key_id) for _ in range(4)] == [True] * 4
        tag(house, key_id, Project="Gemini")
        assert [encrypts(user, key_id) for _ in range(4)] == [False] * 4
    tag(house, key_id, Project="apollo")
    assert encrypts(user, key_id)
    house.root.call("UntagResource", KeyId=key_id, TagKeys='["Project"]')
    assert not encrypts(user, key_id)


def test_the_tag_is_that_of_the_key_that_is_used(stage: Stage):
    house = stage.ours
    tagged, bare = (house.root.create_key() for _ in range(2))
    tag(house, tagged, Project="Apollo")
    tag(house, bare, project="Apollo", Projects="Apollo")
    stage.user.may({**allow("kms:*"), "Condition": {"StringEquals": {"kms:tag/Project": "Apollo"}}})
    assert (encrypts(stage.user.caller, tagged), encrypts(stage.user.caller, bare)) == (True, False)
    blobs = [house.root.call("Encrypt", KeyId=one, Plaintext="eA==")["CiphertextBlob"] for one in (tagged, bare)]
    assert stage.user.caller.call("Decrypt", CiphertextBlob=blobs[0])["Plaintext"] == "eA=="
    assert stage.user.caller.refused("Decrypt", CiphertextBlob=blobs[1]) == "Forbidden.NoPermission"
    refused = stage.user.caller.answer("ReEncrypt", CiphertextBlob=blobs[0], DestinationKeyId=bare)
    assert f"kms:ReEncryptTo on {house.arn(f'key/{bare}')}" in refused.json["Message"]


def test_a_tag_opens_a_key_to_another_account(stage: Stage):
    theirs = stage.theirs
    condition = {"StringEquals": {"kms:tag/Project": "Apollo"}}
    document = key_policy(names(stage.ours.principal("*"), "kms:Encrypt", Condition=condition))
    key_id = theirs.root.create_key(Policy=document)
    arn = theirs.arn(f"key/{key_id}")
    assert stage.with_everything.refused("Encrypt", KeyId=arn, Plaintext="eA==") == "Forbidden.KeyNotFound"
    tag(theirs, key_id, Project="Apollo")
    stage.with_everything.call("Encrypt", KeyId=arn, Plaintext="eA==")


def test_secure_transport_is_what_it_was(tmp_path: Path):
    """The same users on the same data: over plain HTTP the one may, over TLS the other."""
    data = tmp_path / "data"
    account = init(data)
    plain = Server(data, account, workers=1).start()
    house = House(plain, Caller(plain.address, account))
    key_id = house.root.create_key()
    conditions = [{"Bool": {"acs:SecureTransport": value}} for value in ("true", "false")]
    users = [house.new_user({**allow("kms:*"), "Condition": one}).caller for one in conditions]
    assert [encrypts(user, key_id) for user in users] == [False, True]
    assert plain.stop() == 0
    request = {"KeyId": key_id, "Plaintext": "eA=="}
    with secure.tls_server(data, account) as (server, context):
        answers = [secure.answer(server, context, user.account, "Encrypt", **request).code for user in users]
    assert answers == ["OK", "Forbidden.NoPermission"]

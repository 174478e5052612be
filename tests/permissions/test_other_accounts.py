"""What belongs to another account cannot be told from what does not exist, whatever one's own rights are."""

import json
from typing import Any

import pytest

from tests.permissions.callers import Caller
from tests.permissions.needs import GUARDED, NEEDS
from tests.permissions.room import (
    PAIR,
    absent_names,
    named_by_arn,
    named_by_id,
    operation_of,
    renamed,
    requests,
)
from tests.permissions.stage import Stage
from tests.permissions.state import stored
from tests.permissions.test_each_operation import TAKES_AN_ALIAS, request_of
from tests.support.client import Answer

Pair = tuple[dict[str, str], dict[str, str]]

NAMES_SOMETHING = [case for case in GUARDED if any("{" in resource for _, resource in NEEDS[case])]
BY_ARN = [case for case in NAMES_SOMETHING if case not in ("DeleteAlias", "Decrypt", "ExportDataKey")]
NOT_THERE = {
    "Forbidden.KeyNotFound",
    "Forbidden.AliasNotFound",
    "Forbidden.ResourceNotFound",
    "InvalidResourceId.NotFound",
    "Certificate.NotFound",
}


@pytest.fixture(params=["the root", "a user with everything", "a user with nothing"])
def caller(request: pytest.FixtureRequest, stage: Stage) -> Caller:
    callers = {"the root": stage.ours.root, "a user with everything": stage.with_everything}
    return callers.get(request.param, stage.with_nothing)


def asked_for(stage: Stage, case: str, *, by_arn: bool) -> tuple[Pair, dict[str, str]]:
    """A request for what is theirs, the same for what nobody has, and from the names there to those here."""
    their = stage.theirs
    names = their.room.names
    nobodys = dict(zip(names.values(), absent_names(their.room).values(), strict=True))
    request = request_of(their, their.room, case)
    request = named_by_arn(request, their.account.region_id, their.account.account_id) if by_arn else request
    request = request if by_arn else named_by_id(request)
    return (request, renamed(request, nobodys)), nobodys


def seen(answer: Answer, names: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """An answer without its RequestId, and with these names in place of those."""
    text = answer.body.decode()
    for old, new in names.items():
        text = text.replace(old, new)
    body = json.loads(text)
    assert body.pop("RequestId")
    return answer.status, body


def require_indistinguishable(stage: Stage, caller: Caller, case: str, pair: Pair, names: dict[str, str]) -> None:
    theirs, nobodys = (caller.answer(operation_of(case), **request) for request in pair)
    assert seen(theirs, names) == seen(nobodys, names)
    assert theirs.status in (403, 404), theirs.body
    if caller != stage.with_nothing:
        assert (theirs.status, theirs.code in NOT_THERE) == (404, True), theirs.body


@pytest.mark.parametrize("case", NAMES_SOMETHING)
def test_by_id_or_ciphertext(stage: Stage, caller: Caller, case: str):
    pair, names = asked_for(stage, case, by_arn=False)
    require_indistinguishable(stage, caller, case, pair, names)


@pytest.mark.parametrize("case", BY_ARN)
def test_by_arn(stage: Stage, caller: Caller, case: str):
    pair, names = asked_for(stage, case, by_arn=True)
    assert pair[0] != pair[1]
    require_indistinguishable(stage, caller, case, pair, names)


@pytest.mark.parametrize("case", sorted(TAKES_AN_ALIAS))
def test_by_the_arn_of_an_alias(stage: Stage, caller: Caller, case: str):
    (request, _), names = asked_for(stage, case, by_arn=True)
    alias = stage.theirs.room.world.alias
    pair = tuple({**request, TAKES_AN_ALIAS[case]: stage.theirs.arn(one)} for one in (alias, names[alias]))
    require_indistinguishable(stage, caller, case, (pair[0], pair[1]), names)


@pytest.mark.parametrize("by_arn", [False, True])
@pytest.mark.parametrize("case", ["UpdateAlias", "CreateAlias", "ReEncrypt", PAIR])
def test_beside_something_of_ones_own(stage: Stage, caller: Caller, case: str, *, by_arn: bool):
    """Where two things are named, the one of them ours."""
    pair, names = asked_for(stage, case, by_arn=by_arn)
    ours = requests(stage.ours.room)[case]
    own = {name: value for name, value in ours.items() if name in ("CiphertextBlob", "AliasName")}
    if case == PAIR:
        own = {name: value for name, value in ours.items() if name != "DestinationKeyId"}
    before = stored(stage.server.data)
    require_indistinguishable(stage, caller, case, ({**pair[0], **own}, {**pair[1], **own}), names)
    assert stored(stage.server.data) == before


@pytest.mark.parametrize("case", ["ReEncrypt", PAIR])
def test_what_is_theirs_is_not_decrypted_for_a_key_of_ones_own(stage: Stage, caller: Caller, case: str):
    pair, names = asked_for(stage, case, by_arn=False)
    own = {"DestinationKeyId": stage.ours.room.other}
    require_indistinguishable(stage, caller, case, ({**pair[0], **own}, {**pair[1], **own}), names)


def test_their_things_are_in_no_list(stage: Stage):
    ours, theirs = stage.ours.root.create_key(), stage.theirs.room.names.values()
    for caller in (stage.ours.root, stage.with_everything):
        listed = json.dumps([caller.call(name, PageSize="100") for name in ("ListKeys", "ListAliases", "ListSecrets")])
        assert ours in listed
        assert not [name for name in theirs if name in listed]


def test_the_rights_of_these_tests_are_enough_for_what_is_ones_own(stage: Stage):
    """So that a 404 for the user with everything comes from the account, not from the rights."""
    room = stage.ours.room
    for case in ("DescribeKey", "Encrypt", "Decrypt", "ReEncrypt", PAIR, "AsymmetricSign", "GetSecretValue"):
        stage.with_everything.call(operation_of(case), **requests(room)[case])

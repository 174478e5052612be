"""Every operation asks for its own right or rights on its own resources, and for no others."""

from uuid import uuid4

import pytest

from keyreeve.catalogue import CATALOGUE
from keyreeve.operations import Needs
from tests.keys.moved import move
from tests.permissions.documents import key_policy, names
from tests.permissions.needs import ANY, GUARDED, NEEDS, Right, needs_in, success_of
from tests.permissions.room import Room, make_room, operation_of, requests
from tests.permissions.stage import EVERYTHING, House, Stage
from tests.ram.calls import allow
from tests.support.client import Answer

# Reference 3.0: where a key may be named by an alias.
TAKES_AN_ALIAS = {
    **dict.fromkeys(("DescribeKey", "DescribeKeyVersion", "ListKeyVersions", "CreateKeyVersion"), "KeyId"),
    **dict.fromkeys(("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"), "KeyId"),
    **dict.fromkeys(("GenerateAndExportDataKey", "GetPublicKey", "GenerateMac", "VerifyMac"), "KeyId"),
    **dict.fromkeys(("AsymmetricSign", "AsymmetricVerify", "AsymmetricEncrypt", "AsymmetricDecrypt"), "KeyId"),
    "ReEncrypt": "DestinationKeyId",
}
cases = pytest.mark.parametrize("case", sorted(NEEDS))
guarded = pytest.mark.parametrize("case", GUARDED)


def request_of(house: House, room: Room, case: str) -> dict[str, str]:
    return requests(room, key_policy(names(house.principal("user/nobody"), "kms:Encrypt")))[case]


def ready_room(stage: Stage, case: str) -> Room:
    """A room in which the request succeeds, once where it changes something."""
    house = stage.ours
    if CATALOGUE[operation_of(case)].needs is not Needs.WRITE:
        return house.room
    room = make_room(house.root)
    if case == "CancelKeyDeletion":
        house.root.call("ScheduleKeyDeletion", KeyId=room.world.key_id, PendingWindowInDays="7")
    if case == "CreateKeyVersion":
        move(stage.server.data, [room.world.signing.key_id], last_rotated_at=0)
    return room


def nearly(house: House, right: Right) -> list[dict[str, object]]:
    """Rights that look like this one and are not: another action on the resource, the action on other resources."""
    action, resource = right
    if resource == ANY:
        return [allow("kms:Other", "*")]
    kind = resource.partition("/")[0]
    others = [f"{resource}x", f"{resource}/*", f"{kind}/{uuid4()}", *([kind] if "/" in resource else [])]
    return [allow("kms:Other", house.arn(resource)), allow(action, [house.arn(one) for one in others])]


def require_refused(answer: Answer, house: House, right: Right, because: str) -> None:
    """The refusal names the right that is missing, and why it is."""
    action, resource = right
    assert (answer.status, answer.code) == (403, "Forbidden.NoPermission"), answer.body
    message = answer.json["Message"]
    assert message.startswith("This operation is forbidden by permission system.")
    named = f"{action} on {house.arn(resource)}: "
    assert named in message
    assert because in message.partition(named)[2]


def test_every_operation_has_its_needs_here():
    assert {operation_of(case) for case in NEEDS} == set(CATALOGUE)
    assert set(requests(Room())) == set(NEEDS)


@cases
def test_exactly_the_documented_rights_are_enough(stage: Stage, case: str):
    room = ready_room(stage, case)
    stage.user.may(*(stage.ours.right(right) for right in needs_in(room, case)))
    answer = stage.user.caller.answer(operation_of(case), **request_of(stage.ours, room, case))
    assert answer.code == success_of(case), answer.body


@guarded
def test_each_of_the_rights_is_needed(stage: Stage, case: str):
    house, room = stage.ours, stage.ours.room
    needed = needs_in(room, case)
    for missing in needed:
        others = [house.right(right) for right in needed if right != missing]
        stage.user.may(*others, *nearly(house, missing))
        answer = stage.user.caller.answer(operation_of(case), **request_of(house, room, case))
        require_refused(answer, house, missing, "no statement allows it")


@guarded
def test_a_deny_of_one_of_the_rights_is_stronger_than_an_allow_of_everything(stage: Stage, case: str):
    house, room = stage.ours, stage.ours.room
    for right in needs_in(room, case):
        denial = {**house.right(right), "Effect": "Deny", "Sid": "not-this"}
        stage.user.may(EVERYTHING, denial)
        answer = stage.user.caller.answer(operation_of(case), **request_of(house, room, case))
        require_refused(answer, house, right, f"denied by statement not-this of policy Custom/{stage.user.name}")


@guarded
def test_a_user_without_policies_may_do_nothing(stage: Stage, case: str):
    house, room = stage.ours, stage.ours.room
    answer = stage.with_nothing.answer(operation_of(case), **request_of(house, room, case))
    require_refused(answer, house, needs_in(room, case)[0], "no statement allows it")


@cases
def test_the_root_may_do_everything_whatever_the_policies_of_its_keys_say(stage: Stage, case: str):
    changes = CATALOGUE[operation_of(case)].needs is Needs.WRITE
    room = ready_room(stage, case) if changes else stage.denied_room
    if changes:
        stage.deny_all(room)
    answer = stage.ours.root.answer(operation_of(case), **request_of(stage.ours, room, case))
    assert answer.code == success_of(case), answer.body


@pytest.mark.parametrize("case", sorted(TAKES_AN_ALIAS))
def test_an_alias_in_a_request_needs_no_right_on_the_alias(stage: Stage, case: str):
    house, room = stage.ours, ready_room(stage, case)
    request, parameter, alias = request_of(house, room, case), TAKES_AN_ALIAS[case], f"alias/{uuid4()}"
    house.root.call("CreateAlias", KeyId=request[parameter], AliasName=alias)
    rights = [house.right(right) for right in needs_in(room, case)]
    denied = {"Effect": "Deny", "Action": "*", "Resource": house.arn("alias*")}
    for named in (alias, house.arn(alias)):
        stage.user.may(denied)
        refused = stage.user.caller.answer(case, **{**request, parameter: named})
        require_refused(refused, house, needs_in(room, case)[0], "no statement allows it")
    stage.user.may(*rights, denied)
    stage.user.caller.call(case, **{**request, parameter: alias})


def test_a_resource_by_another_name_needs_the_same_right(stage: Stage):
    """The right is on the key itself, so its ARN in a request needs no more and no less."""
    house, room = stage.ours, stage.ours.room
    key_id = room.world.key_id
    stage.user.may(house.right(("kms:DescribeKey", f"key/{key_id}")))
    for named in (key_id, house.arn(f"key/{key_id}"), room.world.alias, house.arn(room.world.alias)):
        assert stage.user.caller.call("DescribeKey", KeyId=named)["KeyMetadata"]["KeyId"] == key_id
        assert stage.user.caller.refused("GetKeyPolicy", KeyId=key_id) == "Forbidden.NoPermission"

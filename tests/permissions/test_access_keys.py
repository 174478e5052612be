"""What is taken away is gone with the answer, on every worker: each call here comes by a connection of its own."""

from collections.abc import Callable

import pytest

from tests.permissions.callers import Caller, code_and_status
from tests.permissions.stage import Holder, Stage
from tests.ram.calls import allow
from tests.support.server import Account

OFTEN = 50
INACTIVE = (403, "Forbidden.AccessKey")
UNKNOWN = (404, "InvalidAccessKeyId.NotFound")
FORBIDDEN = (403, "Forbidden.NoPermission")
OK = (200, "OK")


@pytest.fixture
def user(stage: Stage) -> Holder:
    """One who may list keys, and whom all workers know by now."""
    made = stage.ours.new_user(allow("kms:ListKeys"))
    assert outcomes(made.caller, 8) == {OK}
    return made


def outcomes(caller: Caller, times: int = OFTEN) -> set[tuple[int, str]]:
    return {code_and_status(caller.answer("ListKeys")) for _ in range(times)}


def test_the_server_has_more_than_one_worker(stage: Stage):
    assert stage.server.workers == 2


@pytest.mark.parametrize("version", [1, 3])
def test_an_inactive_access_key_works_no_more_until_it_is_active_again(stage: Stage, user: Holder, version: int):
    caller = Caller(stage.server.address, user.caller.account, version)
    named = {"UserName": user.name, "UserAccessKeyId": caller.account.access_key_id}
    for status, expected in (("Inactive", INACTIVE), ("Active", OK), ("Inactive", INACTIVE)):
        stage.ours.ram.call("UpdateAccessKey", **named, Status=status)
        assert outcomes(caller) == {expected}


@pytest.mark.parametrize("version", [1, 3])
def test_a_deleted_access_key_is_unknown(stage: Stage, user: Holder, version: int):
    caller = Caller(stage.server.address, user.caller.account, version)
    named = {"UserName": user.name, "UserAccessKeyId": caller.account.access_key_id}
    stage.ours.ram.call("DeleteAccessKey", **named)
    assert outcomes(caller) == {UNKNOWN}


def test_the_other_access_key_of_a_user_is_untouched(stage: Stage, user: Holder):
    ram, own = stage.ours.ram, user.caller.account
    made = ram.call("CreateAccessKey", UserName=user.name)["AccessKey"]
    key = made["AccessKeyId"], made["AccessKeySecret"]
    second = Caller(stage.server.address, Account(own.account_id, own.region_id, own.project_id, *key))
    assert outcomes(second, 8) == {OK}
    ram.call("UpdateAccessKey", UserName=user.name, UserAccessKeyId=own.access_key_id, Status="Inactive")
    assert (outcomes(user.caller), outcomes(second)) == ({INACTIVE}, {OK})
    ram.call("DeleteAccessKey", UserName=user.name, UserAccessKeyId=own.access_key_id)
    assert (outcomes(user.caller), outcomes(second)) == ({UNKNOWN}, {OK})


def detach(stage: Stage, user: Holder) -> None:
    stage.ours.ram.call("DetachPolicyFromUser", PolicyName=user.name, PolicyType="Custom", UserName=user.name)


def lose_the_right(stage: Stage, user: Holder) -> None:
    user.may(allow("kms:Other"))


def be_denied(stage: Stage, user: Holder) -> None:
    user.may(allow("kms:*"), {**allow("kms:ListKeys"), "Effect": "Deny"})


@pytest.mark.parametrize("taken_away", [detach, lose_the_right, be_denied])
def test_a_right_that_was_taken_away_is_gone(stage: Stage, user: Holder, taken_away: Callable[[Stage, Holder], None]):
    taken_away(stage, user)
    assert outcomes(user.caller) == {FORBIDDEN}


def test_a_right_that_was_given_is_there(stage: Stage, user: Holder):
    user.may()
    assert outcomes(user.caller, 8) == {FORBIDDEN}
    wanted = {"PolicyName": "AliyunKMSReadOnlyAccess", "PolicyType": "System", "UserName": user.name}
    stage.ours.ram.call("AttachPolicyToUser", **wanted)
    assert outcomes(user.caller) == {OK}


def test_the_rights_of_a_group_come_and_go_with_membership(stage: Stage, user: Holder):
    ram, group = stage.ours.ram, {"GroupName": f"g-{user.name}"}
    user.may()
    ram.call("CreateGroup", **group)
    ram.call("AttachPolicyToGroup", PolicyName="AliyunKMSFullAccess", PolicyType="System", **group)
    assert outcomes(user.caller, 8) == {FORBIDDEN}
    ram.call("AddUserToGroup", UserName=user.name, **group)
    assert outcomes(user.caller) == {OK}
    ram.call("RemoveUserFromGroup", UserName=user.name, **group)
    assert outcomes(user.caller) == {FORBIDDEN}


def test_a_user_of_the_same_name_has_not_the_rights_of_the_one_before(stage: Stage, user: Holder):
    ram = stage.ours.ram
    detach(stage, user)
    ram.call("DeleteAccessKey", UserName=user.name, UserAccessKeyId=user.caller.account.access_key_id)
    ram.call("DeleteUser", UserName=user.name)
    again = Caller(stage.server.address, ram.create_user(user.name))
    assert outcomes(again, 8) == {FORBIDDEN}
    assert outcomes(user.caller, 8) == {UNKNOWN}

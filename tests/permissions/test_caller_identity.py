"""GetCallerIdentity (STS reference): who signed, whatever that may do."""

import pytest

from tests.permissions.callers import Caller
from tests.permissions.documents import trusting
from tests.permissions.stage import Stage

versions = pytest.mark.parametrize("version", [1, 3])


@versions
def test_the_root_is_its_account(stage: Stage, version: int):
    own = stage.ours.account.account_id
    assert Caller(stage.server.address, stage.ours.account, version).who() == {
        "AccountId": own,
        "UserId": own,
        "PrincipalId": own,
        "Arn": f"acs:ram::{own}:root",
        "IdentityType": "Account",
    }


@versions
def test_a_user_without_rights_may_ask(stage: Stage, version: int):
    own, user = stage.ours.account.account_id, stage.ours.new_user()
    user_id = stage.ours.ram.call("GetUser", UserName=user.name)["User"]["UserId"]
    asking = Caller(stage.server.address, user.caller.account, version)
    assert asking.who() == {
        "AccountId": own,
        "UserId": user_id,
        "PrincipalId": user_id,
        "Arn": f"acs:ram::{own}:user/{user.name}",
        "IdentityType": "RAMUser",
    }


@versions
def test_a_session_is_its_role_and_its_name(stage: Stage, version: int):
    house = stage.ours
    role = house.new_role(trusting(house.principal("root")))
    role_id = house.ram.call("GetRole", RoleName=role.name)["Role"]["RoleId"]
    root = Caller(stage.server.address, house.account, version)
    session = root.assume(house.role_arn(role), "a.name@of-it")
    assert session.who() == {
        "AccountId": house.account.account_id,
        "RoleId": role_id,
        "PrincipalId": f"{role_id}:a.name@of-it",
        "Arn": house.principal(f"assumed-role/{role.name}/a.name@of-it"),
        "IdentityType": "AssumedRoleUser",
    }


def test_a_user_who_was_renamed_says_the_new_name_at_once(stage: Stage):
    user = stage.ours.new_user()
    for name in (f"{user.name}-b", f"{user.name}-c"):
        before = user.caller.who()["Arn"].rpartition("/")[2]
        stage.ours.ram.call("UpdateUser", UserName=before, NewUserName=name)
        assert {user.caller.who()["Arn"] for _ in range(4)} == {stage.ours.principal(f"user/{name}")}


def test_a_session_of_another_accounts_role_is_of_that_account(stage: Stage):
    role = stage.theirs.new_role(trusting(stage.ours.principal("root")))
    told = stage.ours.root.assume(stage.theirs.role_arn(role)).who()
    assert told["AccountId"] == stage.theirs.account.account_id

"""Sessions end with the role, and with everybody on whom they depend; and one leads to another."""

import pytest

from tests.permissions.callers import Caller
from tests.permissions.documents import trusting
from tests.permissions.stage import EVERYTHING, Holder, House, Stage
from tests.permissions.taking import outcome, take
from tests.ram.calls import allow
from tests.support.client import KmsRefused

ENDED = "InvalidSecurityToken.Expired"


def remove_role(house: House, role: Holder) -> None:
    house.ram.call("DetachPolicyFromRole", PolicyName=role.name, PolicyType="Custom", RoleName=role.name)
    house.ram.call("DeleteRole", RoleName=role.name)


def remove_user(house: House, user: Holder) -> None:
    house.ram.call("DetachPolicyFromUser", PolicyName=user.name, PolicyType="Custom", UserName=user.name)
    key = user.caller.account.access_key_id
    house.ram.call("DeleteAccessKey", UserName=user.name, UserAccessKeyId=key)
    house.ram.call("DeleteUser", UserName=user.name)


def require_ended(stage: Stage, session: Caller) -> None:
    answers = [session.answer("DescribeKey", KeyId=stage.ours.room.world.key_id) for _ in range(4)]
    assert {(one.status, one.code) for one in answers} == {(400, ENDED)}
    assert session.sts.refused("GetCallerIdentity") == ENDED


def test_a_session_ends_with_its_role(stage: Stage, role: Holder):
    session = take(stage, role)
    assert outcome(session, stage.ours) == "ED"
    remove_role(stage.ours, role)
    require_ended(stage, session)
    trust = trusting(stage.ours.principal("root"))
    stage.ours.ram.call("CreateRole", RoleName=role.name, AssumeRolePolicyDocument=trust)
    stage.ours.ram.call("AttachPolicyToRole", PolicyName=role.name, PolicyType="Custom", RoleName=role.name)
    require_ended(stage, session)
    assert outcome(take(stage, role), stage.ours) == "ED"


def test_a_session_ends_with_the_user_who_took_it(stage: Stage, role: Holder):
    user = stage.ours.new_user(EVERYTHING)
    session, other = take(stage, role, user.caller), take(stage, role, stage.with_everything)
    remove_user(stage.ours, user)
    require_ended(stage, session)
    stage.ours.ram.call("CreateUser", UserName=user.name)
    require_ended(stage, session)
    assert outcome(other, stage.ours) == "ED"


def test_a_session_outlives_the_rights_of_the_user_who_took_it(stage: Stage, role: Holder):
    """What it may was decided by the role; the right to take it was needed once."""
    user = stage.ours.new_user(EVERYTHING)
    session = take(stage, role, user.caller)
    user.may()
    assert outcome(session, stage.ours) == "ED"
    with pytest.raises(KmsRefused):
        take(stage, role, user.caller)


def test_a_session_can_take_another_role(stage: Stage, role: Holder):
    house = stage.ours
    user = house.new_user(EVERYTHING)
    first = house.new_role(trusting(house.principal(f"user/{user.name}")), allow("sts:AssumeRole"))
    second = house.new_role(trusting(house.principal(f"role/{first.name}")), allow("kms:DescribeKey"))
    with pytest.raises(KmsRefused):
        take(stage, second, user.caller)
    chained = take(stage, second, take(stage, first, user.caller))
    assert outcome(chained, house) == "D"
    assert chained.who()["Arn"] == house.principal(f"assumed-role/{second.name}/session")
    first.may()
    with pytest.raises(KmsRefused):
        take(stage, second, take(stage, first, user.caller))
    assert outcome(chained, house) == "D"


@pytest.mark.parametrize("gone", ["the user", "the first role", "the second role"])
def test_a_chain_ends_with_any_of_its_links(stage: Stage, gone: str):
    house = stage.ours
    user = house.new_user(EVERYTHING)
    first = house.new_role(trusting(house.principal("root")), allow("sts:AssumeRole"))
    second = house.new_role(trusting(house.principal(f"role/{first.name}")), allow("kms:DescribeKey"))
    chained = take(stage, second, take(stage, first, user.caller))
    assert outcome(chained, house) == "D"
    if gone == "the user":
        remove_user(house, user)
    else:
        remove_role(house, first if gone == "the first role" else second)
    require_ended(stage, chained)


def test_a_session_across_accounts_ends_with_the_user_of_the_other_account(stage: Stage):
    user = stage.theirs.new_user(EVERYTHING)
    role = stage.ours.new_role(trusting(stage.theirs.principal("root")), allow("kms:DescribeKey"))
    session = take(stage, role, user.caller)
    assert outcome(session, stage.ours) == "D"
    remove_user(stage.theirs, user)
    require_ended(stage, session)

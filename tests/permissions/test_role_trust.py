"""Who may take a role: whom it trusts and whose own policies say so, in its account and from another one."""

from tests.permissions.documents import trusting
from tests.permissions.stage import EVERYTHING, House, Stage
from tests.permissions.taking import ask, refusal
from tests.ram.calls import allow


def test_a_user_needs_the_right_on_the_role_and_its_trust(stage: Stage, trusted: str):
    user = stage.user
    user.may()
    assert refusal(user.caller, trusted) == (403, "NoPermission")
    user.may(allow("sts:AssumeRole", f"{trusted}x"), allow("sts:GetCallerIdentity", trusted))
    assert refusal(user.caller, trusted) == (403, "NoPermission")
    user.may(EVERYTHING, {**allow("sts:AssumeRole", trusted), "Effect": "Deny"})
    assert refusal(user.caller, trusted) == (403, "NoPermission")
    user.may(allow("sts:AssumeRole", trusted))
    assert ask(user.caller, trusted).status == 200


def who_may(house: House, stage: Stage, document: str) -> list[bool]:
    """Whether the root and the user of the stage may take a role of that trust policy."""
    arn = house.role_arn(house.new_role(document))
    return [ask(caller, arn).status == 200 for caller in (stage.ours.root, stage.user.caller)]


def test_who_is_trusted_may_and_others_may_not(stage: Stage):
    ours, user = stage.ours, stage.user
    user.may(EVERYTHING)
    name = ours.principal(f"user/{user.name}")
    assert who_may(ours, stage, trusting(ours.principal("root"))) == [True, True]
    assert who_may(ours, stage, trusting(name)) == [False, True]
    assert who_may(ours, stage, trusting(ours.principal("user/somebody-else"))) == [False, False]
    assert who_may(ours, stage, trusting(stage.theirs.principal("root"))) == [False, False]
    assert who_may(ours, stage, trusting(name, Condition={"IpAddress": {"acs:SourceIp": "10.0.0.1"}})) == [False, False]
    assert who_may(ours, stage, trusting(name, Condition={"IpAddress": {"acs:SourceIp": "127.0.0.1"}})) == [False, True]


def test_a_refusal_says_what_decided(stage: Stage):
    arn = stage.ours.role_arn(stage.ours.new_role(trusting(stage.ours.principal("user/somebody-else"))))
    message = ask(stage.with_everything, arn).json["Message"]
    assert message.startswith("You are not authorized to do this action. You should be authorized by RAM.")
    assert f"sts:AssumeRole on {arn}: the role's trust policy does not name the caller" in message


def test_a_changed_trust_policy_holds_at_once(stage: Stage, trusted: str):
    name = trusted.rpartition("/")[2]
    for who, status in (("user/nobody", 403), ("root", 200)) * 3:
        document = trusting(stage.ours.principal(who))
        stage.ours.ram.call("UpdateRole", RoleName=name, NewAssumeRolePolicyDocument=document)
        assert {ask(stage.with_everything, trusted).status for _ in range(4)} == {status}


def test_a_role_of_another_account_must_trust_ours(stage: Stage):
    theirs, ours = stage.theirs, stage.ours
    stage.user.may(EVERYTHING)
    assert who_may(theirs, stage, trusting(ours.principal("root"))) == [True, True]
    assert who_may(theirs, stage, trusting(ours.principal(f"user/{stage.user.name}"))) == [False, True]
    assert who_may(theirs, stage, trusting(theirs.principal("root"))) == [False, False]
    assert (
        who_may(theirs, stage, trusting(f"acs:ram::{theirs.account.account_id}:user/{stage.user.name}")) == [False] * 2
    )
    arn = theirs.role_arn(theirs.new_role(trusting(ours.principal("root"))))
    assert refusal(stage.with_nothing, arn) == (403, "NoPermission")


def test_a_role_of_another_account_that_does_not_trust_cannot_be_told_from_none(stage: Stage):
    theirs = stage.theirs
    arn = theirs.role_arn(theirs.new_role(trusting(theirs.principal("root"))))
    absent = theirs.principal("role/absent")
    for caller in (stage.ours.root, stage.with_everything, stage.with_nothing):
        assert refusal(caller, arn) == refusal(caller, absent)


def test_a_session_of_another_accounts_role_works_there(stage: Stage):
    theirs = stage.theirs
    role = theirs.new_role(trusting(stage.ours.principal("root")), allow("kms:Encrypt"))
    session = stage.ours.root.assume(theirs.role_arn(role))
    session.call("Encrypt", KeyId=theirs.room.world.key_id, Plaintext="eA==")
    assert session.refused("DescribeKey", KeyId=theirs.room.world.key_id) == "Forbidden.NoPermission"
    ours = stage.ours.room.world.key_id
    assert session.refused("Encrypt", KeyId=ours, Plaintext="eA==") == "Forbidden.KeyNotFound"
    assert session.refused("Encrypt", KeyId=stage.ours.arn(f"key/{ours}"), Plaintext="eA==") == "Forbidden.KeyNotFound"

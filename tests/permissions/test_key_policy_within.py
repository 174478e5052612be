"""Within an account: RAM or the key's policy allows, and neither may deny (reference 2.6)."""

import pytest

from tests.permissions.callers import Caller
from tests.permissions.documents import key_policy, names, trusting
from tests.permissions.stage import EVERYTHING, Stage
from tests.ram.calls import allow

CRYPTO = ["kms:Encrypt", "kms:Decrypt"]


@pytest.fixture
def key_id(stage: Stage) -> str:
    return stage.ours.root.create_key()


def set_policy(stage: Stage, key_id: str, *statements: dict[str, object]) -> None:
    stage.ours.root.call("SetKeyPolicy", KeyId=key_id, Policy=key_policy(*statements))


def outcomes(stage: Stage, key_id: str, caller: Caller) -> tuple[str, str]:
    """The codes of Encrypt and Decrypt."""
    blob = stage.ours.root.call("Encrypt", KeyId=key_id, Plaintext="eA==")["CiphertextBlob"]
    encrypted = caller.answer("Encrypt", KeyId=key_id, Plaintext="eA==")
    return encrypted.code, caller.answer("Decrypt", CiphertextBlob=blob).code


NEITHER = ("Forbidden.NoPermission", "Forbidden.NoPermission")
BOTH = ("OK", "OK")


def test_a_policy_that_names_the_user_is_enough(stage: Stage, key_id: str):
    stage.user.may()
    set_policy(stage, key_id, names(stage.ours.principal(f"user/{stage.user.name}"), CRYPTO))
    assert outcomes(stage, key_id, stage.user.caller) == BOTH
    assert outcomes(stage, key_id, stage.with_nothing) == NEITHER
    assert stage.user.caller.refused("DescribeKey", KeyId=key_id) == "Forbidden.NoPermission"


def test_a_policy_gives_no_more_than_it_says(stage: Stage, key_id: str):
    stage.user.may()
    set_policy(stage, key_id, names(stage.ours.principal(f"user/{stage.user.name}"), "kms:Decrypt"))
    assert outcomes(stage, key_id, stage.user.caller) == ("Forbidden.NoPermission", "OK")
    other = stage.ours.root.create_key()
    assert outcomes(stage, other, stage.user.caller) == NEITHER


@pytest.mark.parametrize("whom", ["*", "root"])
def test_a_policy_that_names_the_whole_account_leaves_it_to_ram(stage: Stage, key_id: str, whom: str):
    set_policy(stage, key_id, names(stage.ours.principal(whom), "kms:*"))
    assert outcomes(stage, key_id, stage.with_nothing) == NEITHER
    assert outcomes(stage, key_id, stage.with_everything) == BOTH
    stage.user.may(allow("kms:Encrypt", stage.ours.arn(f"key/{key_id}")))
    assert outcomes(stage, key_id, stage.user.caller) == ("OK", "Forbidden.NoPermission")


def test_the_default_policy_gives_no_user_a_right(stage: Stage, key_id: str):
    assert outcomes(stage, key_id, stage.with_nothing) == NEITHER
    default = stage.ours.root.call("GetKeyPolicy", KeyId=key_id)["Policy"]
    stage.ours.root.call("SetKeyPolicy", KeyId=key_id, Policy=default)
    assert outcomes(stage, key_id, stage.with_nothing) == NEITHER


def test_ram_alone_is_enough_where_the_policy_names_others(stage: Stage, key_id: str):
    set_policy(stage, key_id, names(stage.ours.principal("user/somebody-else"), "kms:*"))
    assert outcomes(stage, key_id, stage.with_everything) == BOTH


def test_a_denial_by_ram_wins_against_the_key_policy(stage: Stage, key_id: str):
    set_policy(stage, key_id, names(stage.ours.principal(f"user/{stage.user.name}"), "kms:*"))
    stage.user.may({**allow("kms:Encrypt", stage.ours.arn("key/*")), "Effect": "Deny"})
    assert outcomes(stage, key_id, stage.user.caller) == ("Forbidden.NoPermission", "OK")


@pytest.mark.parametrize("whom", ["*", "root", "user/*", "user/{user}"])
def test_a_denial_by_the_key_policy_wins_against_ram_but_not_against_the_root(stage: Stage, key_id: str, whom: str):
    stage.user.may(EVERYTHING)
    denied = names(stage.ours.principal(whom.format(user=stage.user.name)), "kms:Decrypt", effect="Deny")
    set_policy(stage, key_id, denied, names(stage.ours.principal(f"user/{stage.user.name}"), "kms:*"))
    assert outcomes(stage, key_id, stage.user.caller) == ("OK", "Forbidden.NoPermission")
    assert outcomes(stage, key_id, stage.ours.root) == BOTH


def test_a_denial_for_one_user_leaves_the_others_alone(stage: Stage, key_id: str):
    stage.user.may(EVERYTHING)
    set_policy(stage, key_id, names(stage.ours.principal(f"user/{stage.user.name}"), "kms:*", effect="Deny"))
    assert outcomes(stage, key_id, stage.user.caller) == NEITHER
    assert outcomes(stage, key_id, stage.with_everything) == BOTH


def test_a_policy_can_name_a_role(stage: Stage, key_id: str):
    role = stage.ours.new_role(trusting(stage.ours.principal("root")))
    session = stage.ours.root.assume(stage.ours.role_arn(role))
    assert outcomes(stage, key_id, session) == NEITHER
    set_policy(stage, key_id, names(stage.ours.principal(f"role/{role.name}"), "kms:*"))
    assert outcomes(stage, key_id, session) == BOTH


def test_a_policy_for_a_user_is_not_for_a_role_of_the_same_name(stage: Stage, key_id: str):
    role = stage.ours.new_role(trusting(stage.ours.principal("root")))
    session = stage.ours.root.assume(stage.ours.role_arn(role))
    set_policy(stage, key_id, names(stage.ours.principal(f"user/{role.name}"), "kms:*"))
    assert outcomes(stage, key_id, session) == NEITHER


def test_a_key_policy_holds_and_ceases_with_the_answer(stage: Stage, key_id: str):
    stage.user.may()
    for _ in range(5):
        set_policy(stage, key_id, names(stage.ours.principal(f"user/{stage.user.name}"), "kms:*"))
        assert {outcomes(stage, key_id, stage.user.caller) for _ in range(4)} == {BOTH}
        set_policy(stage, key_id, names(stage.ours.principal("*"), "kms:*"))
        assert {outcomes(stage, key_id, stage.user.caller) for _ in range(4)} == {NEITHER}


def test_who_may_set_a_policy_can_be_named_in_it(stage: Stage, key_id: str):
    stage.user.may()
    set_policy(stage, key_id, names(stage.ours.principal(f"user/{stage.user.name}"), ["kms:*KeyPolicy"]))
    changed = key_policy(names(stage.ours.principal("*"), "kms:*"))
    stage.user.caller.call("GetKeyPolicy", KeyId=key_id)
    stage.user.caller.call("SetKeyPolicy", KeyId=key_id, Policy=changed)
    assert stage.user.caller.refused("SetKeyPolicy", KeyId=key_id, Policy=changed) == "Forbidden.NoPermission"


def test_the_policy_of_a_new_key_holds_from_the_start(stage: Stage):
    stage.user.may()
    document = key_policy(names(stage.ours.principal(f"user/{stage.user.name}"), "kms:*"))
    assert outcomes(stage, stage.ours.root.create_key(Policy=document), stage.user.caller) == BOTH

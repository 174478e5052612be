"""Who may use a secret: RAM's policies, the secret's own and the key's (reference 2.4, 2.6)."""

import json

import pytest

from tests.permissions.documents import key_policy, names
from tests.permissions.stage import Holder, House, Stage, make_stage
from tests.ram.calls import allow
from tests.secrets.things import create, described, names_parameter, put, read
from tests.support.server import Server

DENIED, GONE = "Forbidden.NoPermission", "Forbidden.ResourceNotFound"
READ, WRITE = "kms:GetSecretValue", "kms:PutSecretValue"


@pytest.fixture(scope="module")
def stage(sqlite_server: Server) -> Stage:
    return make_stage(sqlite_server)


@pytest.fixture
def user(stage: Stage) -> Holder:
    """Whose rights a test sets before it asks for anything."""
    stage.user.may()
    return stage.user


def secret_says(house: House, name: str, *statements: dict[str, object]) -> None:
    house.root.call("SetSecretPolicy", SecretName=name, Policy=key_policy(*statements))


def name_of(house: House, user: Holder) -> str:
    """As a policy names the user."""
    return house.principal(f"user/{user.name}")


def test_within_the_account_either_policy_is_enough_and_a_denial_in_either_wins(stage: Stage, user: Holder):
    house, name = stage.ours, create(stage.ours.root)
    right = allow(READ, house.arn(f"secret/{name}"))
    statement = names(name_of(house, user), READ)
    assert read(user.caller, name) == DENIED
    secret_says(house, name, statement)
    assert read(user.caller, name) == "first"
    assert put(user.caller, name, "v2").code == DENIED
    user.may({**right, "Effect": "Deny"})
    assert read(user.caller, name) == DENIED
    user.may(right)
    secret_says(house, name, names(house.principal("user/nobody"), READ))
    assert read(user.caller, name) == "first"
    secret_says(house, name, {**statement, "Effect": "Deny"})
    assert read(user.caller, name) == DENIED
    assert read(house.root, name) == "first"


def test_a_chosen_keys_right_is_needed_beside_the_secrets(stage: Stage, user: Holder):
    house, key_id = stage.ours, stage.ours.root.create_key()
    name = create(house.root, EncryptionKeyId=key_id)
    of_secret, key = allow([READ, WRITE], house.arn(f"secret/{name}")), house.arn(f"key/{key_id}")
    user.may(of_secret)
    assert (read(user.caller, name), put(user.caller, name, "v2").code) == (DENIED, DENIED)
    user.may(of_secret, allow("kms:Decrypt", key))
    assert (read(user.caller, name), put(user.caller, name, "v2").code) == ("first", DENIED)
    user.may(of_secret, allow("kms:GenerateDataKey", key))
    assert (read(user.caller, name), put(user.caller, name, "v2", "second").code) == (DENIED, "OK")
    user.may(of_secret)
    house.root.call("SetKeyPolicy", KeyId=key_id, Policy=key_policy(names(name_of(house, user), "kms:Decrypt")))
    assert read(user.caller, name) == "second"


def test_the_services_key_needs_no_right(stage: Stage, user: Holder):
    house, name = stage.ours, create(stage.ours.root)
    user.may(
        allow([READ, WRITE], house.arn(f"secret/{name}")), {**allow("kms:*", house.arn("key/*")), "Effect": "Deny"}
    )
    assert put(user.caller, name, "v2", "second").code == "OK"
    assert read(user.caller, name) == "second"


@pytest.mark.parametrize("chosen", [False, True], ids=["the service's key", "a chosen key"])
def test_across_accounts_both_policies_and_the_arn_are_needed(stage: Stage, user: Holder, chosen: bool):
    theirs, ours = stage.theirs, stage.ours
    key_id = theirs.root.create_key() if chosen else ""
    name = create(theirs.root, EncryptionKeyId=key_id)
    arn, statement = theirs.arn(f"secret/{name}"), names(name_of(ours, user), [READ, WRITE])
    of_key = [allow("kms:*", theirs.arn(f"key/{key_id}"))] if chosen else []
    if chosen:
        opened = names(name_of(ours, user), ["kms:Decrypt", "kms:GenerateDataKey"])
        theirs.root.call("SetKeyPolicy", KeyId=key_id, Policy=key_policy(opened))
    user.may(allow("kms:*", arn), *of_key)
    assert read(user.caller, arn) == GONE
    secret_says(theirs, name, statement)
    assert read(user.caller, arn) == "first"
    assert put(user.caller, arn, "v2", "second").json["SecretName"] == name
    assert (read(theirs.root, name), read(user.caller, name)) == ("second", DENIED)
    assert user.caller.refused("DescribeSecret", SecretName=arn) == GONE
    assert user.caller.refused("DeleteSecret", SecretName=arn, ForceDeleteWithoutRecovery="true") == GONE
    user.may(*of_key)
    assert read(user.caller, arn) == GONE
    user.may(allow("kms:*", arn))
    assert read(user.caller, arn) == ("Forbidden.KeyNotFound" if chosen else "second")


def test_a_secret_that_is_opened_to_another_account_is_in_none_of_its_lists(stage: Stage):
    name = create(stage.theirs.root)
    secret_says(stage.theirs, name, names(stage.ours.principal("root"), "kms:*"))
    arn = stage.theirs.arn(f"secret/{name}")
    assert described(stage.ours.root, arn)["Arn"] == arn
    listed = json.dumps(stage.ours.root.call("ListSecrets", PageSize="100"))
    assert name not in listed
    stage.ours.root.call("CreateSecret", SecretName=name, VersionId="v1", SecretData="ours")
    assert (read(stage.ours.root, name), read(stage.ours.root, arn)) == ("ours", "first")


def test_rights_may_depend_on_a_secrets_tags(stage: Stage, user: Holder):
    house = stage.ours
    tagged, other = (create(house.root, Tags=f'[{{"TagKey":"team","TagValue":"{team}"}}]') for team in ("a", "b"))
    user.may({**allow("kms:*", house.arn("secret/*")), "Condition": {"StringEquals": {"kms:tag/team": ["a"]}}})
    assert (read(user.caller, tagged), read(user.caller, other)) == ("first", DENIED)
    house.root.call("TagResource", SecretName=other, Tags='[{"TagKey":"team","TagValue":"a"}]')
    house.root.call("UntagResource", SecretName=tagged, TagKeys='["team"]')
    assert (read(user.caller, tagged), read(user.caller, other)) == (DENIED, "first")


def test_a_batch_reads_what_may_be_read_and_needs_no_right_of_its_own(stage: Stage, user: Holder):
    house = stage.ours
    mine, closed = create(house.root), create(house.root)
    user.may(allow(READ, house.arn(f"secret/{mine}")))
    wanted = json.dumps([{"SecretName": closed}, {"SecretName": mine}])
    answer = user.caller.call("BatchGetSecretValue", SecretsList=wanted)
    assert [one["SecretName"] for one in answer["SecretValues"]] == [mine]
    [error] = answer["Errors"]
    assert (error["SecretName"], error["Code"], error["HttpStatus"]) == (closed, DENIED, "403")
    user.may(allow("kms:BatchGetSecretValue"))
    answer = user.caller.call("BatchGetSecretValue", SecretsList=wanted)
    assert (answer["SecretValues"], [one["Code"] for one in answer["Errors"]]) == ([], [DENIED, DENIED])


def test_a_policy_is_returned_as_it_was_set_from_creation_on(stage: Stage):
    house = stage.ours
    text = key_policy(names(house.principal("*"), "kms:*"))
    name = create(house.root, Policy=text)
    assert json.loads(house.root.call("GetSecretPolicy", SecretName=name)["Policy"]) == json.loads(text)
    default = json.loads(house.root.call("GetSecretPolicy", SecretName=create(house.root))["Policy"])
    [statement] = default["Statement"]
    assert (statement["Sid"], statement["Action"]) == ("kms default secret policy", ["kms:*"])


@pytest.mark.parametrize(
    "policy", ["{}", "x", "[]", '{"Version":"1"}', '{"Version":"1","Statement":[{}]}', "x" * 40_000]
)
def test_what_is_no_policy_is_refused(stage: Stage, policy: str):
    root, name = stage.ours.root, create(stage.ours.root)
    before = root.call("GetSecretPolicy", SecretName=name)["Policy"]
    assert names_parameter(root.answer("SetSecretPolicy", SecretName=name, Policy=policy), "Policy")
    made = {"SecretName": f"{name}2", "VersionId": "v1", "SecretData": "x"}
    assert names_parameter(root.answer("CreateSecret", **made, Policy=policy), "Policy")
    other = root.answer("SetSecretPolicy", SecretName=name, Policy=before, PolicyName="other")
    assert names_parameter(other, "PolicyName")
    assert root.call("GetSecretPolicy", SecretName=name)["Policy"] == before

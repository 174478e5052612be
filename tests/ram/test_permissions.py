"""Every operation asks for its own right, on everything that the documents name for it, before it looks."""

import json

import pytest

from tests.ram.calls import Ram, allow, policy
from tests.ram.world import SYSTEM_POLICY, World, good_requests, make_world, resources
from tests.support.server import Account, Server

operations = pytest.mark.parametrize("name", sorted(good_requests(World("", "", ""))))


@pytest.fixture
def root(server: Server) -> Ram:
    return Ram(server.address, server.account)


def caller_with(root: Ram, world: World, *statements: dict[str, object]) -> Ram:
    name = world.name("caller")
    user = root.create_user(name)
    root.grant(name, name, *statements)
    return Ram(root.address, user)


def set_rights(root: Ram, world: World, action: str, named: list[str]) -> None:
    """The rights of the caller become these."""
    arns = [one if one.startswith("acs:") else f"acs:ram:*:{world.account_id}:{one}" for one in named]
    document = policy(allow(action, arns or "acs:ram:*:*:nothing/*"))
    wanted = {"PolicyName": world.name("caller"), "PolicyDocument": document, "SetAsDefault": "true"}
    root.call("CreatePolicyVersion", RotateStrategy="DeleteOldestNonDefaultVersionWhenLimitExceeded", **wanted)


@operations
def test_the_right_on_each_resource_is_needed_and_enough(root: Ram, name: str):
    world = make_world(root)
    request = good_requests(world)[name]
    needed = resources(name, request)
    caller = caller_with(root, world, allow("ram:Nothing"))
    for missing in needed:
        set_rights(root, world, f"ram:{name}", [one for one in needed if one != missing])
        answer = caller.answer(name, **request)
        assert (answer.status, f":{missing}" in answer.json["Message"]) == (403, True), answer.body
    set_rights(root, world, "ram:Other", needed)
    assert caller.answer(name, **request).status == 403
    set_rights(root, world, f"ram:{name}", needed)
    caller.call(name, **request)


@operations
def test_whether_something_is_there_is_not_told_without_the_right(root: Ram, name: str):
    world = make_world(root)
    caller = caller_with(root, world, allow("kms:*"))
    request = good_requests(world)[name]
    absent = {key: f"{value}-x" if key.endswith("Name") else value for key, value in request.items()}
    assert caller.refused(name, **absent) == caller.refused(name, **request)


def test_a_policy_of_the_system_is_not_the_accounts(root: Ram):
    world = make_world(root)
    wanted = {"PolicyType": "System", "PolicyName": SYSTEM_POLICY, "UserName": world.name("other")}
    caller = caller_with(root, world, allow("ram:*", f"acs:ram:*:{world.account_id}:*"))
    assert caller.refused("AttachPolicyToUser", **wanted)[0] == 403
    set_rights(root, world, "ram:*", ["*", f"acs:ram:*:system:policy/{SYSTEM_POLICY}"])
    caller.call("AttachPolicyToUser", **wanted)


@pytest.mark.parametrize("kind", ["User", "Group"])
def test_a_new_name_needs_the_right_on_it_too(root: Ram, kind: str):
    world = make_world(root)
    caller = caller_with(root, world, allow("ram:Nothing"))
    member, new = world.name("member"), world.name("new")
    set_rights(root, world, f"ram:Update{kind}", [f"{kind.lower()}/{member}"])
    renaming = {f"{kind}Name": member, f"New{kind}Name": new}
    assert caller.refused(f"Update{kind}", **renaming)[0] == 403
    set_rights(root, world, f"ram:Update{kind}", [f"{kind.lower()}/{member}", f"{kind.lower()}/{new}"])
    caller.call(f"Update{kind}", **renaming)


def test_a_user_manages_its_own_access_keys_without_naming_itself(root: Ram):
    world = make_world(root)
    caller = caller_with(root, world, allow("ram:*AccessKey*", f"acs:ram:*:*:user/{world.name('caller')}"))
    made = caller.call("CreateAccessKey")["AccessKey"]["AccessKeyId"]
    listed = caller.call("ListAccessKeys")["AccessKeys"]["AccessKey"]
    assert {one["AccessKeyId"] for one in listed} == {made, caller.account.access_key_id}
    caller.call("UpdateAccessKey", UserAccessKeyId=made, Status="Inactive")
    caller.call("DeleteAccessKey", UserAccessKeyId=made)
    assert caller.refused("ListAccessKeys", UserName=world.name("member"))[0] == 403
    assert root.refused("ListAccessKeys") == (400, "MissingParameter")


def test_a_changed_policy_holds_at_once_for_users_and_for_those_in_groups(root: Ram):
    world = make_world(root)
    caller = caller_with(root, world, allow("kms:*"))
    name = world.name("caller")
    assert caller.refused("ListUsers")[0] == 403
    in_group = {"GroupName": world.name("idle"), "UserName": name}
    root.call("AddUserToGroup", **in_group)
    wanted = {"PolicyType": "System", "PolicyName": "AliyunRAMFullAccess", "GroupName": world.name("idle")}
    root.call("AttachPolicyToGroup", **wanted)
    caller.call("ListUsers")
    root.call("RemoveUserFromGroup", **in_group)
    assert caller.refused("ListUsers")[0] == 403
    set_rights(root, world, "ram:ListUsers", ["*"])
    caller.call("ListUsers")
    root.call("SetDefaultPolicyVersion", PolicyName=name, VersionId="v1")
    assert caller.refused("ListUsers")[0] == 403


def test_a_granted_document_is_the_one_that_was_sent(root: Ram):
    """What a caller reads of a policy is byte for byte what its author wrote."""
    world = make_world(root)
    odd = json.dumps({"Statement": [allow("kms:Encrypt")], "Version": "1"}, indent=3).replace("\n", "\r\n\t")
    root.call("CreatePolicy", PolicyName=world.name("odd"), PolicyDocument=odd)
    told = root.call("GetPolicy", PolicyName=world.name("odd"), PolicyType="Custom")
    assert told["DefaultPolicyVersion"]["PolicyDocument"] == told["Policy"]["PolicyDocument"] == odd


def test_the_account_needs_no_policy_and_a_user_none_of_another(root: Ram, ram: Ram):
    world = make_world(root)
    caller = caller_with(root, world, allow("*"))
    theirs = make_world(ram)
    assert caller.refused("GetUser", UserName=theirs.name("member")) == (404, "EntityNotExist.User")
    assert isinstance(caller.account, Account)

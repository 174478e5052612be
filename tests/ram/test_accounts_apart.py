"""What is in one account is nothing in another, whatever is named."""

from collections.abc import Callable

import pytest

from tests.ram.calls import Ram, policy, trust
from tests.ram.world import World, good_requests, make_world
from tests.support.server import Account, Server

NO_NAME = {"CreateUser", "CreateGroup", "CreateRole", "CreatePolicy"} | {
    *("ListUsers", "ListGroups", "ListRoles", "ListPolicies"),
}
NAMED = sorted(set(good_requests(World("", "", ""))) - NO_NAME)


@pytest.fixture
def other(server: Server, new_account: Callable[[], Account]) -> Ram:
    return Ram(server.address, new_account())


def everything(ram: Ram) -> list[object]:
    lists = ("ListUsers", "ListGroups", "ListRoles", "ListPolicies")
    return [{**ram.call(name), "RequestId": ""} for name in lists]


@pytest.mark.parametrize("name", NAMED)
def test_what_another_account_has_is_not_found_and_not_touched(server: Server, ram: Ram, name: str):
    owner = Ram(server.address, server.account)
    world = make_world(owner)
    status, code = ram.refused(name, **good_requests(world)[name])
    assert (status, code.startswith("EntityNotExist.")) == (404, True)
    owner.call(name, **good_requests(world)[name])


def test_two_accounts_have_the_same_names(ram: Ram, other: Ram):
    for one in (ram, other):
        alice = one.create_user("alice")
        one.grant("alice", "p")
        one.call("CreateGroup", GroupName="dev")
        one.call("AddUserToGroup", UserName="alice", GroupName="dev")
        one.call("CreateRole", RoleName="r", AssumeRolePolicyDocument=trust(alice.account_id))
    before = everything(other)
    ram.call("UpdateUser", UserName="alice", NewComments="x")
    ram.call("CreatePolicyVersion", PolicyName="p", PolicyDocument=policy(), SetAsDefault="true")
    ram.call("RemoveUserFromGroup", UserName="alice", GroupName="dev")
    ram.call("DetachPolicyFromUser", UserName="alice", PolicyName="p", PolicyType="Custom")
    ram.call("DeletePolicy", PolicyName="p", CascadingDelete="true")
    ram.call("DeleteGroup", GroupName="dev")
    ram.call("DeleteRole", RoleName="r")
    assert everything(other) == before
    [member] = other.call("ListUsersForGroup", GroupName="dev")["Users"]["User"]
    assert member["UserName"] == "alice"
    [held] = other.call("ListPoliciesForUser", UserName="alice")["Policies"]["Policy"]
    assert held["PolicyName"] == "p"


def test_an_attachment_of_a_system_policy_is_counted_for_its_own_account(ram: Ram, other: Ram):
    for one in (ram, other):
        one.call("CreateUser", UserName="alice")
    named = {"PolicyName": "AliyunKMSFullAccess", "PolicyType": "System"}
    ram.call("AttachPolicyToUser", UserName="alice", **named)
    assert ram.call("GetPolicy", **named)["Policy"]["AttachmentCount"] == 1
    assert other.call("GetPolicy", **named)["Policy"]["AttachmentCount"] == 0
    assert other.call("ListEntitiesForPolicy", **named)["Users"] == {"User": []}


def test_an_access_key_of_another_accounts_user_is_out_of_reach(ram: Ram, other: Ram):
    theirs = other.create_user("alice")
    ram.call("CreateUser", UserName="alice")
    wanted = {"UserName": "alice", "UserAccessKeyId": theirs.access_key_id}
    assert ram.refused("DeleteAccessKey", **wanted) == (404, "EntityNotExist.User.AccessKey")
    assert ram.refused("UpdateAccessKey", Status="Inactive", **wanted) == (404, "EntityNotExist.User.AccessKey")
    assert Ram(other.address, theirs).refused("ListUsers")[0] == 403

"""The life of users and their AccessKeys, driven by the official client."""

from tests.ram.calls import Ram
from tests.sdk.sdk import Recorded
from tests.support.client import Client
from tests.support.server import Account, Server

UTC = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z"


def names(listed: dict[str, dict[str, list[dict[str, str]]]]) -> list[str]:
    return [user["UserName"] for user in listed["Users"]["User"]]


def test_a_user_lives(life: Recorded):
    texts = {"DisplayName": "Alice 中文", "Comments": "the first"}
    made = life.call("CreateUser", UserName="alice", Email="a@b.c", MobilePhone="86-1", **texts)["User"]
    assert made["UserId"].isdecimal()
    assert 18 <= len(made["UserId"]) <= 20
    assert made == {"UserName": "alice", **texts, "UserId": made["UserId"], "CreateDate": made["CreateDate"]}
    seen = life.call("GetUser", UserName="alice")["User"]
    assert seen == {**made, "UpdateDate": made["CreateDate"]}
    assert life.call("ListUsers")["Users"] == {"User": [seen]}
    changed = life.call("UpdateUser", UserName="alice", NewUserName="alice.2", NewComments="")["User"]
    assert changed["UserId"] == made["UserId"]
    assert (changed["UserName"], changed["DisplayName"], changed["Comments"]) == ("alice.2", "Alice 中文", "")
    assert life.refused("GetUser", UserName="alice") == "EntityNotExist.User"
    life.call("DeleteUser", UserName="alice.2")
    assert life.refused("DeleteUser", UserName="alice.2") == "EntityNotExist.User"
    assert names(life.call("ListUsers")) == []


def test_a_name_is_taken_once(life: Recorded):
    for name in ("a", "b"):
        life.call("CreateUser", UserName=name)
    assert life.refused("CreateUser", UserName="a") == "EntityAlreadyExists.User"
    assert life.refused("UpdateUser", UserName="b", NewUserName="a") == "EntityAlreadyExists.User"
    assert life.call("UpdateUser", UserName="a", NewUserName="a")["User"]["UserName"] == "a"
    assert life.refused("UpdateUser", UserName="c", NewUserName="d") == "EntityNotExist.User"


def test_users_are_listed_in_pages(life: Recorded):
    for name in ("e", "b", "d", "a", "c"):
        life.call("CreateUser", UserName=name)
    seen: list[list[str]] = []
    marker: dict[str, str] = {}
    while True:
        page = life.call("ListUsers", MaxItems=2, **marker)
        seen.append(names(page))
        assert page["IsTruncated"] is ("Marker" in page)
        if not page["IsTruncated"]:
            break
        marker = {"Marker": page["Marker"]}
    assert seen == [["a", "b"], ["c", "d"], ["e"]]


def test_access_keys_live(life: Recorded, ram: Ram, server: Server):
    life.call("CreateUser", UserName="alice")
    assert life.call("ListAccessKeys", UserName="alice")["AccessKeys"] == {"AccessKey": []}
    made = [life.call("CreateAccessKey", UserName="alice")["AccessKey"] for _ in range(2)]
    assert life.refused("CreateAccessKey", UserName="alice") == "LimitExceeded.User.AccessKey"
    listed = life.call("ListAccessKeys", UserName="alice")["AccessKeys"]["AccessKey"]
    told = [{name: one[name] for name in one if name != "AccessKeySecret"} for one in made]
    assert sorted(listed, key=lambda one: one["AccessKeyId"]) == sorted(told, key=lambda one: one["AccessKeyId"])
    assert {one["Status"] for one in listed} == {"Active"}

    key_id = made[0]["AccessKeyId"]
    user = Ram(server.address, signing_with(ram.account, made[0]))
    assert user.refused("GetUser", UserName="alice")[0] == 403
    life.call("UpdateAccessKey", UserName="alice", UserAccessKeyId=key_id, Status="Inactive")
    assert user.refused("GetUser", UserName="alice") == (403, "Forbidden.AccessKey")
    life.call("UpdateAccessKey", UserName="alice", UserAccessKeyId=key_id, Status="Active")
    assert user.refused("GetUser", UserName="alice")[1] != "Forbidden.AccessKey"
    life.call("DeleteAccessKey", UserName="alice", UserAccessKeyId=key_id)
    assert user.refused("GetUser", UserName="alice") == (404, "InvalidAccessKeyId.NotFound")
    for name, more in (("UpdateAccessKey", {"Status": "Active"}), ("DeleteAccessKey", {})):
        gone = life.refused(name, UserName="alice", UserAccessKeyId=key_id, **more)
        assert gone == "EntityNotExist.User.AccessKey"
    life.call("CreateAccessKey", UserName="alice")


def signing_with(account: Account, made: dict[str, str]) -> Account:
    pair = made["AccessKeyId"], made["AccessKeySecret"]
    return Account(account.account_id, account.region_id, account.project_id, *pair)


def test_an_access_key_of_another_user_or_of_the_account_is_not_the_users(ram: Ram):
    alice = ram.create_user("alice")
    ram.call("CreateUser", UserName="bob")
    for key_id in (alice.access_key_id, ram.account.access_key_id):
        for action, more in (("DeleteAccessKey", {}), ("UpdateAccessKey", {"Status": "Inactive"})):
            refused = ram.refused(action, UserName="bob", UserAccessKeyId=key_id, **more)
            assert refused == (404, "EntityNotExist.User.AccessKey")
    assert ram.call("ListAccessKeys", UserName="bob")["AccessKeys"] == {"AccessKey": []}


def test_a_user_that_has_something_is_not_deleted(life: Recorded):
    life.call("CreateUser", UserName="alice")
    life.call("CreateGroup", GroupName="dev")
    life.call("AddUserToGroup", UserName="alice", GroupName="dev")
    assert life.refused("DeleteUser", UserName="alice") == "DeleteConflict.User.Group"
    life.call("RemoveUserFromGroup", UserName="alice", GroupName="dev")
    key_id = life.call("CreateAccessKey", UserName="alice")["AccessKey"]["AccessKeyId"]
    assert life.refused("DeleteUser", UserName="alice") == "DeleteConflict.User.AccessKey"
    life.call("DeleteAccessKey", UserName="alice", UserAccessKeyId=key_id)
    attached = {"UserName": "alice", "PolicyType": "System", "PolicyName": "AliyunKMSFullAccess"}
    life.call("AttachPolicyToUser", **attached)
    assert life.refused("DeleteUser", UserName="alice") == "DeleteConflict.User.Policy"
    life.call("DetachPolicyFromUser", **attached)
    life.call("DeleteUser", UserName="alice")


def test_renaming_keeps_id_access_keys_groups_and_policies(ram: Ram, server: Server):
    alice = ram.create_user("alice")
    user_id = ram.call("GetUser", UserName="alice")["User"]["UserId"]
    ram.call("CreateGroup", GroupName="dev")
    ram.call("AddUserToGroup", UserName="alice", GroupName="dev")
    ram.call("AttachPolicyToUser", UserName="alice", PolicyType="System", PolicyName="AliyunKMSFullAccess")
    kms = Client(server.address, alice)
    kms.call("CreateKey")
    ram.call("UpdateUser", UserName="alice", NewUserName="carol")
    assert ram.call("GetUser", UserName="carol")["User"]["UserId"] == user_id
    kms.call("CreateKey")
    assert [one["GroupName"] for one in ram.call("ListGroupsForUser", UserName="carol")["Groups"]["Group"]] == ["dev"]
    assert len(ram.call("ListPoliciesForUser", UserName="carol")["Policies"]["Policy"]) == 1
    assert len(ram.call("ListAccessKeys", UserName="carol")["AccessKeys"]["AccessKey"]) == 1

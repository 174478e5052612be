"""The lives of groups, their members, and roles, driven by the official client."""

import pytest

from tests.ram.calls import Ram, trust
from tests.sdk.sdk import Recorded


def test_a_group_lives(life: Recorded):
    made = life.call("CreateGroup", GroupName="dev", Comments="developers")["Group"]
    assert made["GroupId"].isdecimal()
    assert made == {
        "GroupId": made["GroupId"],
        "GroupName": "dev",
        "Comments": "developers",
        "CreateDate": made["CreateDate"],
    }
    seen = life.call("GetGroup", GroupName="dev")["Group"]
    assert seen == {**made, "UpdateDate": made["CreateDate"]}
    assert life.call("ListGroups")["Groups"] == {"Group": [seen]}
    life.call("CreateGroup", GroupName="ops")
    assert life.refused("CreateGroup", GroupName="dev") == "EntityAlreadyExists.Group"
    assert life.refused("UpdateGroup", GroupName="dev", NewGroupName="ops") == "EntityAlreadyExists.Group"
    changed = life.call("UpdateGroup", GroupName="dev", NewGroupName="developers", NewComments="all")["Group"]
    assert (changed["GroupId"], changed["Comments"]) == (made["GroupId"], "all")
    for operation in ("GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersForGroup", "ListPoliciesForGroup"):
        assert life.refused(operation, GroupName="dev") == "EntityNotExist.Group"
    life.call("DeleteGroup", GroupName="developers")
    assert [one["GroupName"] for one in life.call("ListGroups")["Groups"]["Group"]] == ["ops"]


def test_users_come_and_go(life: Recorded):
    for name in ("b", "a", "c"):
        life.call("CreateUser", UserName=name, DisplayName=f"User {name}")
    for name in ("dev", "ops"):
        life.call("CreateGroup", GroupName=name, Comments=f"Group {name}")
        life.call("AddUserToGroup", UserName="a", GroupName=name)
    life.call("AddUserToGroup", UserName="b", GroupName="dev")
    assert life.refused("AddUserToGroup", UserName="a", GroupName="dev") == "EntityAlreadyExists.User.Group"
    assert life.refused("RemoveUserFromGroup", UserName="c", GroupName="dev") == "EntityNotExist.User.Group"
    assert life.refused("AddUserToGroup", UserName="x", GroupName="dev") == "EntityNotExist.User"
    assert life.refused("AddUserToGroup", UserName="a", GroupName="x") == "EntityNotExist.Group"

    groups = life.call("ListGroupsForUser", UserName="a")["Groups"]["Group"]
    assert [(one["GroupName"], one["Comments"]) for one in groups] == [("dev", "Group dev"), ("ops", "Group ops")]
    first = life.call("ListUsersForGroup", GroupName="dev", MaxItems=1)
    assert (first["IsTruncated"], [one["UserName"] for one in first["Users"]["User"]]) == (True, ["a"])
    second = life.call("ListUsersForGroup", GroupName="dev", MaxItems=1, Marker=first["Marker"])
    [told] = second["Users"]["User"]
    assert (told["UserName"], told["DisplayName"], "Marker" in second) == ("b", "User b", False)
    assert {"JoinDate"} < set(told) & {"JoinDate", "UserName"}

    assert life.refused("DeleteGroup", GroupName="dev") == "DeleteConflict.Group.User"
    for name in ("a", "b"):
        life.call("RemoveUserFromGroup", UserName=name, GroupName="dev")
    attached = {"GroupName": "dev", "PolicyType": "System", "PolicyName": "AliyunKMSFullAccess"}
    life.call("AttachPolicyToGroup", **attached)
    assert life.refused("DeleteGroup", GroupName="dev") == "DeleteConflict.Group.Policy"
    life.call("DetachPolicyFromGroup", **attached)
    life.call("DeleteGroup", GroupName="dev")


def test_a_role_lives(life: Recorded, ram: Ram):
    document = trust(ram.account.account_id)
    made = life.call("CreateRole", RoleName="reader", AssumeRolePolicyDocument=document, Description="d")["Role"]
    assert made["RoleId"].isdecimal()
    assert made == {
        "RoleId": made["RoleId"],
        "RoleName": "reader",
        "Arn": f"acs:ram::{ram.account.account_id}:role/reader",
        "Description": "d",
        "MaxSessionDuration": 3600,
        "AllowConsoleLogin": False,
        "CreateDate": made["CreateDate"],
        "AssumeRolePolicyDocument": document,
    }
    assert life.call("GetRole", RoleName="reader")["Role"] == {**made, "UpdateDate": made["CreateDate"]}
    assert life.refused("CreateRole", RoleName="reader", AssumeRolePolicyDocument=document) == (
        "EntityAlreadyExists.Role"
    )
    other = trust("1234567890123456")
    changed = life.call("UpdateRole", RoleName="reader", NewAssumeRolePolicyDocument=other, NewMaxSessionDuration=7200)
    assert changed["Role"] == {
        **made,
        "AssumeRolePolicyDocument": other,
        "MaxSessionDuration": 7200,
        "UpdateDate": changed["Role"]["UpdateDate"],
    }
    emptied = life.call("UpdateRole", RoleName="reader", NewDescription="")["Role"]
    assert (emptied["Description"], emptied["MaxSessionDuration"]) == ("", 7200)
    [listed] = life.call("ListRoles")["Roles"]["Role"]
    assert {**listed, "AssumeRolePolicyDocument": other} == emptied

    attached = {"RoleName": "reader", "PolicyType": "System", "PolicyName": "AliyunKMSReadOnlyAccess"}
    life.call("AttachPolicyToRole", **attached)
    assert life.refused("DeleteRole", RoleName="reader") == "DeleteConflict.Role.Policy"
    life.call("DetachPolicyFromRole", **attached)
    life.call("DeleteRole", RoleName="reader")
    for operation in ("GetRole", "UpdateRole", "DeleteRole", "ListPoliciesForRole"):
        assert life.refused(operation, RoleName="reader") == "EntityNotExist.Role"


@pytest.mark.parametrize("kind", ["Group", "Role"])
def test_a_list_goes_on_behind_its_marker(ram: Ram, kind: str):
    more = {} if kind == "Group" else {"AssumeRolePolicyDocument": trust(ram.account.account_id)}
    for name in ("c", "a", "b"):
        ram.call(f"Create{kind}", **{f"{kind}Name": name}, **more)
    first = ram.call(f"List{kind}s", MaxItems="2")
    assert first["IsTruncated"] is True
    second = ram.call(f"List{kind}s", MaxItems="2", Marker=first["Marker"])
    assert second["IsTruncated"] is False
    found = [one[f"{kind}Name"] for page in (first, second) for one in page[f"{kind}s"][kind]]
    assert found == ["a", "b", "c"]

"""The life of policies, their versions and attachments, driven by the official client."""

import json

import pytest

from keyreeve.access.policies.system import SYSTEM_POLICIES
from tests.ram.calls import Ram, allow, policy, trust
from tests.sdk.sdk import Recorded

FIRST, SECOND = policy(allow("kms:Encrypt")), policy(allow("kms:Decrypt"))
ROTATE = "DeleteOldestNonDefaultVersionWhenLimitExceeded"


def test_a_policy_lives(life: Recorded):
    made = life.call("CreatePolicy", PolicyName="p", PolicyDocument=FIRST, Description="d")["Policy"]
    assert made == {
        "PolicyName": "p",
        "PolicyType": "Custom",
        "Description": "d",
        "DefaultVersion": "v1",
        "CreateDate": made["CreateDate"],
    }
    assert life.refused("CreatePolicy", PolicyName="p", PolicyDocument=FIRST) == "EntityAlreadyExists.Policy"
    seen = life.call("GetPolicy", PolicyName="p", PolicyType="Custom")
    assert seen["Policy"] == {
        **made,
        "UpdateDate": made["CreateDate"],
        "AttachmentCount": 0,
        "PolicyDocument": FIRST,
    }
    assert seen["DefaultPolicyVersion"] == {
        "VersionId": "v1",
        "IsDefaultVersion": True,
        "PolicyDocument": FIRST,
        "CreateDate": made["CreateDate"],
    }
    changed = life.call("UpdatePolicyDescription", PolicyName="p", NewDescription="other")["Policy"]
    assert changed["Description"] == "other"
    life.call("DeletePolicy", PolicyName="p")
    assert life.refused("GetPolicy", PolicyName="p", PolicyType="Custom") == "EntityNotExist.Policy"
    for operation, more in (
        ("DeletePolicy", {}),
        ("UpdatePolicyDescription", {"NewDescription": "x"}),
        ("CreatePolicyVersion", {"PolicyDocument": FIRST}),
        ("ListPolicyVersions", {"PolicyType": "Custom"}),
        ("ListEntitiesForPolicy", {"PolicyType": "Custom"}),
        ("SetDefaultPolicyVersion", {"VersionId": "v1"}),
    ):
        assert life.refused(operation, PolicyName="p", **more) == "EntityNotExist.Policy"


def test_versions_live(life: Recorded):
    life.call("CreatePolicy", PolicyName="p", PolicyDocument=FIRST)
    second = life.call("CreatePolicyVersion", PolicyName="p", PolicyDocument=SECOND)["PolicyVersion"]
    assert (second["VersionId"], second["IsDefaultVersion"], second["PolicyDocument"]) == ("v2", False, SECOND)
    assert default(life) == "v1"
    life.call("SetDefaultPolicyVersion", PolicyName="p", VersionId="v2")
    assert default(life) == "v2"
    third = life.call("CreatePolicyVersion", PolicyName="p", PolicyDocument=FIRST, SetAsDefault=True)["PolicyVersion"]
    assert (third["VersionId"], third["IsDefaultVersion"], default(life)) == ("v3", True, "v3")
    assert life.refused("DeletePolicyVersion", PolicyName="p", VersionId="v3") == (
        "DeleteConflict.Policy.Version.Default"
    )
    life.call("DeletePolicyVersion", PolicyName="p", VersionId="v2")
    for operation, more in (
        ("GetPolicyVersion", {"PolicyType": "Custom"}),
        ("DeletePolicyVersion", {}),
        ("SetDefaultPolicyVersion", {}),
    ):
        assert life.refused(operation, PolicyName="p", VersionId="v2", **more) == "EntityNotExist.Policy.Version"
    seen = life.call("GetPolicyVersion", PolicyName="p", PolicyType="Custom", VersionId="v1")["PolicyVersion"]
    assert (seen["IsDefaultVersion"], seen["PolicyDocument"]) == (False, FIRST)
    assert versions(life) == ["v1", "v3"]
    assert life.refused("DeletePolicy", PolicyName="p") == "DeleteConflict.Policy.Version"
    life.call("DeletePolicy", PolicyName="p", CascadingDelete=True)
    life.call("CreatePolicy", PolicyName="p", PolicyDocument=FIRST)
    assert versions(life) == ["v1"]


def test_a_sixth_version_is_refused_or_takes_the_place_of_the_oldest(life: Recorded):
    life.call("CreatePolicy", PolicyName="p", PolicyDocument=FIRST)
    for _ in range(4):
        life.call("CreatePolicyVersion", PolicyName="p", PolicyDocument=SECOND)
    another = {"PolicyName": "p", "PolicyDocument": SECOND}
    assert life.refused("CreatePolicyVersion", **another) == "LimitExceeded.Policy.Version"
    assert life.refused("CreatePolicyVersion", RotateStrategy="None", **another) == "LimitExceeded.Policy.Version"
    life.call("CreatePolicyVersion", RotateStrategy=ROTATE, **another)
    assert (versions(life), default(life)) == (["v1", "v3", "v4", "v5", "v6"], "v1")
    life.call("CreatePolicyVersion", RotateStrategy=ROTATE, SetAsDefault=True, **another)
    assert (versions(life), default(life)) == (["v1", "v4", "v5", "v6", "v7"], "v7")
    life.call("CreatePolicyVersion", RotateStrategy=ROTATE, **another)
    assert versions(life) == ["v4", "v5", "v6", "v7", "v8"]


def versions(life: Recorded) -> list[str]:
    listed = life.call("ListPolicyVersions", PolicyName="p", PolicyType="Custom")["PolicyVersions"]["PolicyVersion"]
    return [one["VersionId"] for one in listed]


def default(life: Recorded) -> str:
    answer = life.call("GetPolicy", PolicyName="p", PolicyType="Custom")
    assert answer["Policy"]["DefaultVersion"] == answer["DefaultPolicyVersion"]["VersionId"]
    return answer["Policy"]["DefaultVersion"]


@pytest.mark.parametrize("kind", ["User", "Group", "Role"])
def test_a_policy_is_attached_and_detached(life: Recorded, ram: Ram, kind: str):
    more = {"AssumeRolePolicyDocument": trust(ram.account.account_id)} if kind == "Role" else {}
    holder = {f"{kind}Name": "it"}
    life.call(f"Create{kind}", **holder, **more)
    life.call("CreatePolicy", PolicyName="p", PolicyDocument=FIRST, Description="d")
    own = {"PolicyName": "p", "PolicyType": "Custom"}
    of_system = {"PolicyName": "AliyunKMSFullAccess", "PolicyType": "System"}
    for policy_named in (own, of_system):
        life.call(f"AttachPolicyTo{kind}", **policy_named, **holder)
        refused = life.refused(f"AttachPolicyTo{kind}", **policy_named, **holder)
        assert refused == f"EntityAlreadyExists.{kind}.Policy"
    listed = life.call(f"ListPoliciesFor{kind}", **holder)["Policies"]["Policy"]
    assert [(one["PolicyName"], one["PolicyType"], one["DefaultVersion"]) for one in listed] == [
        ("p", "Custom", "v1"),
        ("AliyunKMSFullAccess", "System", "v1"),
    ]
    assert listed[0]["Description"] == "d"
    for policy_named in (own, of_system):
        entities = life.call("ListEntitiesForPolicy", **policy_named)
        found = {one: entities[f"{one}s"][one] for one in ("User", "Group", "Role")}
        assert {one: [each[f"{one}Name"] for each in found[one]] for one in found} == {
            one: ["it"] if one == kind else [] for one in found
        }
        assert life.call("GetPolicy", **policy_named)["Policy"]["AttachmentCount"] == 1
    assert life.refused("DeletePolicy", PolicyName="p") == f"DeleteConflict.Policy.{kind}"
    for policy_named in (own, of_system):
        life.call(f"DetachPolicyFrom{kind}", **policy_named, **holder)
        refused = life.refused(f"DetachPolicyFrom{kind}", **policy_named, **holder)
        assert refused == f"EntityNotExist.{kind}.Policy"
    for operation in (f"AttachPolicyTo{kind}", f"DetachPolicyFrom{kind}"):
        assert life.refused(operation, **{**own, **holder, "PolicyName": "q"}) == "EntityNotExist.Policy"
        assert life.refused(operation, **own, **{f"{kind}Name": "x"}) == f"EntityNotExist.{kind}"
    life.call("DeletePolicy", PolicyName="p")


def test_policies_of_the_system_are_there_and_cannot_be_changed(life: Recorded):
    listed = life.call("ListPolicies", PolicyType="System")["Policies"]["Policy"]
    assert {one["PolicyName"]: one["Description"] for one in listed} == {
        name: one.description for name, one in SYSTEM_POLICIES.items()
    }
    for name, one in SYSTEM_POLICIES.items():
        named = {"PolicyName": name, "PolicyType": "System"}
        told = life.call("GetPolicy", **named)["DefaultPolicyVersion"]
        assert json.loads(told["PolicyDocument"]) == json.loads(one.document)
        assert life.call("GetPolicyVersion", VersionId="v1", **named)["PolicyVersion"] == told
        assert life.call("ListPolicyVersions", **named)["PolicyVersions"] == {"PolicyVersion": [told]}
        assert life.refused("GetPolicyVersion", VersionId="v2", **named) == "EntityNotExist.Policy.Version"
        assert life.refused("DeletePolicy", PolicyName=name) == "EntityNotExist.Policy"
        changed = life.refused("CreatePolicyVersion", PolicyName=name, PolicyDocument=FIRST)
        assert changed == "EntityNotExist.Policy"


def test_all_policies_are_one_list(life: Recorded):
    for name in ("b", "a", "c"):
        life.call("CreatePolicy", PolicyName=name, PolicyDocument=FIRST)
    expected = [("Custom", name) for name in "abc"] + [("System", name) for name in sorted(SYSTEM_POLICIES)]
    for size in (1, 2, 3, 4, 5, 1000):
        assert all_in_pages(life, MaxItems=size) == expected
        assert all_in_pages(life, MaxItems=size, PolicyType="Custom") == expected[:3]
        assert all_in_pages(life, MaxItems=size, PolicyType="System") == expected[3:]
    assert life.refused("ListPolicies", Marker="Other/x") == "InvalidParameter"


def all_in_pages(life: Recorded, **wanted: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    marker: dict[str, str] = {}
    while True:
        page = life.call("ListPolicies", **wanted, **marker)
        found += [(one["PolicyType"], one["PolicyName"]) for one in page["Policies"]["Policy"]]
        assert page["IsTruncated"] is ("Marker" in page)
        if not page["IsTruncated"]:
            return found
        marker = {"Marker": page["Marker"]}

"""What RAM refuses of a parameter, and with which code."""

import json

import pytest

from tests.ram.calls import Ram, allow, policy, trust
from tests.ram.world import World, good_requests, make_world
from tests.support.server import Server

GOOD = good_requests(World("1234567890123456", "0", "LTAI0"))
OPTIONAL = {
    *(("ListUsers", "MaxItems"), ("ListGroups", "MaxItems"), ("ListRoles", "MaxItems"), ("ListPolicies", "MaxItems")),
    *(("CreateUser", name) for name in ("DisplayName", "Comments")),
    *(("UpdateUser", "NewDisplayName"), ("CreateGroup", "Comments"), ("UpdateGroup", "NewComments")),
    *(("CreateRole", "Description"), ("UpdateRole", "NewMaxSessionDuration"), ("CreatePolicy", "Description")),
    ("CreatePolicyVersion", "SetAsDefault"),
}
REQUIRED = sorted((name, one) for name, request in GOOD.items() for one in request if (name, one) not in OPTIONAL)
NAMES = sorted({(name, one) for name, one in REQUIRED if one.endswith("Name")})
LONGER = {"PolicyName": 129}


@pytest.fixture
def root(server: Server) -> Ram:
    return Ram(server.address, server.account)


def refusal(ram: Ram, action: str, **parameters: str) -> tuple[int, str]:
    """The refusal names the parameter, too."""
    answer = ram.answer(action, **parameters)
    assert answer.status != 200
    return answer.status, answer.code


@pytest.mark.parametrize(("name", "parameter"), REQUIRED)
def test_a_missing_or_empty_parameter_is_named(root: Ram, name: str, parameter: str):
    request = {key: value for key, value in GOOD[name].items() if key != parameter}
    for given in (request, {**request, parameter: ""}):
        if (name, parameter) == ("UpdatePolicyDescription", "NewDescription") and given != request:
            continue
        answer = root.answer(name, **given)
        assert (answer.status, answer.code) == (400, "MissingParameter")
        assert f'"{parameter}"' in answer.json["Message"]


@pytest.mark.parametrize(("name", "parameter"), NAMES)
def test_a_name_that_is_none_is_refused(root: Ram, name: str, parameter: str):
    most = LONGER.get(parameter, 65)
    for value, what in (
        ("x" * most, "Length"),
        ("x" * 20_000, "Length"),
        *((bad, "InvalidChars") for bad in ("a b", "a/b", "a*", "a\0", "é", "a\n", "../x", "a:b", "\u0661", " ")),
    ):
        answer = root.answer(name, **{**GOOD[name], parameter: value})
        assert (answer.status, answer.code) == (400, f"InvalidParameter.{parameter}.{what}"), value
        assert f'"{parameter}"' in answer.json["Message"]


@pytest.mark.parametrize(
    ("name", "parameter", "most"),
    [
        ("CreateUser", "DisplayName", 128),
        ("CreateUser", "Comments", 128),
        ("UpdateUser", "NewDisplayName", 128),
        ("UpdateUser", "NewComments", 128),
        ("CreateGroup", "Comments", 128),
        ("UpdateGroup", "NewComments", 128),
        ("CreateRole", "Description", 1024),
        ("UpdateRole", "NewDescription", 1024),
        ("CreatePolicy", "Description", 1024),
        ("UpdatePolicyDescription", "NewDescription", 1024),
    ],
)
def test_a_text_has_a_greatest_length(root: Ram, name: str, parameter: str, most: int):
    request = good_requests(make_world(root))[name]
    code = f"InvalidParameter.{parameter}.Length"
    assert refusal(root, name, **{**request, parameter: "中" * (most + 1)}) == (400, code)
    assert refusal(root, name, **{**request, parameter: "a\0b"}) == (400, "InvalidParameter")
    root.call(name, **{**request, parameter: "中" * most})


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("CreatePolicy", "PolicyDocument"),
        ("CreatePolicyVersion", "PolicyDocument"),
        ("CreateRole", "AssumeRolePolicyDocument"),
        ("UpdateRole", "NewAssumeRolePolicyDocument"),
    ],
)
def test_a_document_that_is_no_policy_is_refused_with_reason_and_place(root: Ram, name: str, parameter: str):
    request = good_requests(make_world(root))[name]
    wrong = {"Version": "1", "Statement": [{"Effect": "Allow"}, {"Effect": "Perhaps"}]}
    is_trust = parameter.endswith("RolePolicyDocument")
    of_the_other_kind = policy() if is_trust else trust("1234567890123456")
    for text in ("{", "[]", "null", "{}", json.dumps(wrong), of_the_other_kind, "[" * 5_000):
        answer = root.answer(name, **{**request, parameter: text})
        assert (answer.status, answer.code) == (400, "MalformedPolicyDocument"), text
        assert f'"{parameter}"' in answer.json["Message"]
    answer = root.answer(name, **{**request, parameter: json.dumps(wrong)})
    assert "Statement[0]" in answer.json["Message"]
    long = json.dumps({"Version": "1", "Statement": []}) + " " * 6_200
    assert refusal(root, name, **{**request, parameter: long}) == (400, f"InvalidParameter.{parameter}.Length")
    root.call(name, **request)


def test_nothing_is_stored_of_a_refused_policy(ram: Ram):
    assert ram.refused("CreatePolicy", PolicyName="p", PolicyDocument="{}") == (400, "MalformedPolicyDocument")
    assert ram.refused("GetPolicy", PolicyName="p", PolicyType="Custom")[1] == "EntityNotExist.Policy"
    ram.call("CreatePolicy", PolicyName="p", PolicyDocument=policy())
    assert ram.refused("CreatePolicyVersion", PolicyName="p", PolicyDocument="{}")[0] == 400
    listed = ram.call("ListPolicyVersions", PolicyName="p", PolicyType="Custom")["PolicyVersions"]["PolicyVersion"]
    assert len(listed) == 1


@pytest.mark.parametrize(
    ("name", "parameter", "values", "code"),
    [
        ("GetPolicy", "PolicyType", ["Own", "system", "null", "x" * 5000], "InvalidParameter.PolicyType"),
        ("ListPolicies", "PolicyType", ["Own", "custom"], "InvalidParameter.PolicyType"),
        ("GetPolicyVersion", "VersionId", ["1", "v0", "v", "v1.0", "v01", "v9999999999", "V1"], "VersionId.Format"),
        ("UpdateAccessKey", "Status", ["active", "On", "null"], "InvalidParameter"),
        ("UpdateAccessKey", "UserAccessKeyId", ["x" * 65, "a\0"], "InvalidParameter"),
        ("ListUsers", "MaxItems", ["0", "1001", "-1", "x", "1.5", "9" * 40], "InvalidParameter"),
        ("ListRoles", "Marker", ["x" * 257, "a\0"], "InvalidParameter"),
        ("CreateRole", "MaxSessionDuration", ["3599", "43201", "0", "x"], "InvalidParameter"),
        ("UpdateRole", "NewMaxSessionDuration", ["3599", "43201", "0", "\u0661"], "InvalidParameter"),
        ("CreatePolicyVersion", "RotateStrategy", ["Other", "none"], "InvalidParameter"),
        ("CreatePolicyVersion", "SetAsDefault", ["yes", "2"], "InvalidParameter"),
        ("DeletePolicy", "CascadingDelete", ["yes"], "InvalidParameter"),
        ("AttachPolicyToUser", "ResourceGroupId", ["rg-1"], "InvalidParameter"),
        ("CreateRole", "Tag.1.Key", ["a"], "InvalidParameter"),
        ("ListPolicies", "Tag.1.Key", ["a"], "InvalidParameter"),
        ("CreatePolicy", "Tag", ['[{"Key":"a"}]', "null", "{}"], "InvalidParameter"),
    ],
)
def test_a_value_that_is_none_is_refused(root: Ram, name: str, parameter: str, values: list[str], code: str):
    request = good_requests(make_world(root))[name]
    for value in values:
        answer = root.answer(name, **{**request, parameter: value})
        assert (answer.status, answer.code.endswith(code)) == (400, True), (value, answer.body)
        assert f'"{parameter.partition(".")[0]}"' in answer.json["Message"]
    root.call(name, **request)


def test_an_operation_of_ram_is_none_of_the_kms(root: Ram):
    from tests.support.client import Client  # noqa: PLC0415

    assert Client(root.address, root.account).refused("CreateUser", UserName="x") == "InvalidAction.NotFound"
    assert root.refused("Encrypt", KeyId="x") == (404, "InvalidAction.NotFound")
    assert root.refused("CreateLoginProfile", UserName="x") == (404, "InvalidAction.NotFound")


def test_null_is_a_name_as_any(ram: Ram):
    ram.call("CreateUser", UserName="x")
    ram.call("UpdateUser", UserName="x", NewUserName="null")
    ram.call("CreateAccessKey", UserName="null")
    assert len(ram.call("ListAccessKeys", UserName="null")["AccessKeys"]["AccessKey"]) == 1


def test_the_order_of_a_grant_is_no_matter_to_its_document(ram: Ram):
    document = policy(allow(["kms:Encrypt", "kms:Decrypt"], ["*"]))
    ram.call("CreatePolicy", PolicyName="p", PolicyDocument=document)
    told = ram.call("GetPolicy", PolicyName="p", PolicyType="Custom")["DefaultPolicyVersion"]
    assert told["PolicyDocument"] == document

"""Of many who want the same at the same time, one gets it, or as many as there is room for."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.ram.calls import Ram, policy, trust

_MANY = 12


def outcomes(ram: Ram, name: str, *requests: dict[str, str]) -> Counter[str]:
    def code(request: dict[str, str]) -> str:
        return ram.answer(name, **request).code

    with ThreadPoolExecutor(len(requests)) as pool:
        return Counter(pool.map(code, requests))


@pytest.mark.parametrize("kind", ["User", "Group", "Role", "Policy"])
def test_one_of_many_creators_of_a_name_succeeds(ram: Ram, kind: str):
    more = {
        "Role": {"AssumeRolePolicyDocument": trust(ram.account.account_id)},
        "Policy": {"PolicyDocument": policy()},
    }.get(kind, {})
    found = outcomes(ram, f"Create{kind}", *[{f"{kind}Name": "same", **more}] * _MANY)
    assert found == {"OK": 1, f"EntityAlreadyExists.{kind}": _MANY - 1}


def test_one_of_many_new_names_is_given(ram: Ram):
    for number in range(_MANY):
        ram.call("CreateUser", UserName=f"user-{number}")
    renames = [{"UserName": f"user-{number}", "NewUserName": "same"} for number in range(_MANY)]
    assert outcomes(ram, "UpdateUser", *renames) == {"OK": 1, "EntityAlreadyExists.User": _MANY - 1}


def test_a_user_gets_two_access_keys_whoever_asks(ram: Ram):
    ram.call("CreateUser", UserName="alice")
    found = outcomes(ram, "CreateAccessKey", *[{"UserName": "alice"}] * _MANY)
    assert found == {"OK": 2, "LimitExceeded.User.AccessKey": _MANY - 2}


def test_a_policy_gets_five_versions_each_with_its_own_number(ram: Ram):
    ram.call("CreatePolicy", PolicyName="p", PolicyDocument=policy())
    request = {"PolicyName": "p", "PolicyDocument": policy(), "SetAsDefault": "true"}
    found = outcomes(ram, "CreatePolicyVersion", *[request] * _MANY)
    assert found == {"OK": 4, "LimitExceeded.Policy.Version": _MANY - 4}
    listed = ram.call("ListPolicyVersions", PolicyName="p", PolicyType="Custom")["PolicyVersions"]["PolicyVersion"]
    assert [one["VersionId"] for one in listed] == ["v1", "v2", "v3", "v4", "v5"]
    assert [one["IsDefaultVersion"] for one in listed].count(True) == 1


def test_a_user_is_not_deleted_from_under_a_new_access_key(ram: Ram):
    for number in range(8):
        name = {"UserName": f"user-{number}"}
        ram.call("CreateUser", **name)
        with ThreadPoolExecutor(2) as pool:
            calls = [pool.submit(ram.answer, action, **name) for action in ("DeleteUser", "CreateAccessKey")]
        codes = {call.result().code for call in calls}
        assert codes in ({"OK", "EntityNotExist.User"}, {"OK", "DeleteConflict.User.AccessKey"})

"""Key policies are kept as they came, and checked before they are (reference 2.6)."""

import json
from typing import Any

import pytest

from tests.permissions.documents import key_policy, names
from tests.permissions.stage import Stage

ROOT_OF_NOBODY = "acs:ram::1234567890123456:root"
STATEMENT = names(ROOT_OF_NOBODY, "kms:Encrypt")


def without(member: str) -> dict[str, Any]:
    return {name: value for name, value in STATEMENT.items() if name != member}


GOOD = {
    "one statement": key_policy(STATEMENT),
    "spaces, order and a Sid of every character": json.dumps(
        {"Statement": [{"Sid": "aZ09_/+=.@-", **STATEMENT}], "Version": "1"}, indent=4
    ),
    "everybody that can be named": key_policy(
        names([f"acs:ram::1234567890123456:{who}" for who in ("*", "root", "user/a.b@c", "role/d-e")], "kms:*")
    ),
    "single texts": key_policy({**STATEMENT, "Principal": {"RAM": ROOT_OF_NOBODY}, "Action": "kms:*"}),
    "lists": key_policy({**STATEMENT, "Action": ["kms:Encrypt", "kms:De*", "KMS:decrypt"], "Resource": ["*"]}),
    "a condition": key_policy({**STATEMENT, "Condition": {"IpAddress": {"acs:SourceIp": ["10.0.0.0/8"]}}}),
    "a denial": key_policy({**STATEMENT, "Effect": "Deny"}),
    "letters of any language": key_policy(
        {**STATEMENT, "Condition": {"StringEquals": {"kms:tag/\u9879\u76ee": "\u963f"}}}
    ),
    "the longest": key_policy(STATEMENT).ljust(32_768),
}
MALFORMED = {
    "no JSON": ("{", "not JSON at character 1"),
    "no object": ("[]", "the document"),
    "another version": (key_policy(STATEMENT).replace('"1"', '"2"'), "Version"),
    "a number as version": (key_policy(STATEMENT).replace('"1"', "1"), "Version"),
    "no statement": (key_policy(), "Statement"),
    "statements that are no list": (json.dumps({"Version": "1", "Statement": STATEMENT}), "Statement"),
    "an unknown element": (key_policy({**STATEMENT, "Colour": "red"}), "Statement[0]"),
    "an unknown element in the second": (key_policy(STATEMENT, {**STATEMENT, "NotAction": "kms:X"}), "Statement[1]"),
    "no effect": (key_policy(without("Effect")), "Statement[0].Effect"),
    "an odd effect": (key_policy({**STATEMENT, "Effect": "allow"}), "Statement[0].Effect"),
    "no principal": (key_policy(without("Principal")), "Statement[0]"),
    "everybody": (key_policy({**STATEMENT, "Principal": "*"}), "Statement[0].Principal"),
    "a service": (key_policy({**STATEMENT, "Principal": {"Service": ["x"]}}), "Statement[0].Principal"),
    "a principal of no account": (key_policy(names("acs:ram::*:root", "kms:*")), "Statement[0].Principal.RAM"),
    "a group": (key_policy(names("acs:ram::1234567890123456:group/x", "kms:*")), "Statement[0].Principal.RAM"),
    "no principals": (key_policy(names([], "kms:*")), "Statement[0].Principal.RAM"),
    "no action": (key_policy(without("Action")), "Statement[0]"),
    "another service's action": (key_policy(names(ROOT_OF_NOBODY, "ram:*")), "Statement[0].Action"),
    "every action": (key_policy(names(ROOT_OF_NOBODY, "*")), "Statement[0].Action"),
    "no resource": (key_policy(without("Resource")), "Statement[0]"),
    "a resource by its name": (key_policy({**STATEMENT, "Resource": "acs:kms:*:*:key/x"}), "Statement[0].Resource"),
    "an odd Sid": (key_policy({**STATEMENT, "Sid": "a!"}), "Statement[0].Sid"),
    "a long Sid": (key_policy({**STATEMENT, "Sid": "a" * 129}), "Statement[0].Sid"),
    "an odd operator": (key_policy({**STATEMENT, "Condition": {"Equals": {"a": "b"}}}), "Statement[0].Condition"),
    "no address": (
        key_policy({**STATEMENT, "Condition": {"IpAddress": {"acs:SourceIp": "x"}}}),
        "Statement[0].Condition.IpAddress.acs:SourceIp",
    ),
    "a name twice": ('{"Version":"1","Version":"1","Statement":[]}', "Version"),
    "too long": (key_policy(STATEMENT).ljust(32_769), "32,768"),
}


@pytest.fixture
def key_id(stage: Stage) -> str:
    return stage.ours.root.create_key()


def policy_of(stage: Stage, key_id: str) -> str:
    return stage.ours.root.call("GetKeyPolicy", KeyId=key_id)["Policy"]


def test_the_default_policy_leaves_everything_to_ram(stage: Stage, key_id: str):
    """The documented text (reference 2.6)."""
    statement = {
        "Sid": "kms default key policy",
        "Effect": "Allow",
        "Principal": {"RAM": [stage.ours.principal("*")]},
        "Action": ["kms:*"],
        "Resource": ["*"],
    }
    assert json.loads(policy_of(stage, key_id)) == {"Version": "1", "Statement": [statement]}
    # What was read may be written again, as Terraform does.
    stage.ours.root.call("SetKeyPolicy", KeyId=key_id, Policy=policy_of(stage, key_id), PolicyName="default")
    assert json.loads(policy_of(stage, key_id)) == {"Version": "1", "Statement": [statement]}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_policy_comes_back_as_it_was_set(stage: Stage, key_id: str, text: str):
    answer = stage.ours.root.call("SetKeyPolicy", KeyId=key_id, Policy=text)
    assert set(answer) == {"RequestId"}
    assert json.loads(policy_of(stage, key_id)) == json.loads(text)


@pytest.mark.parametrize("text", [GOOD["one statement"], GOOD["a denial"]])
def test_a_key_can_be_created_with_a_policy(stage: Stage, text: str):
    assert json.loads(policy_of(stage, stage.ours.root.create_key(Policy=text))) == json.loads(text)


@pytest.mark.parametrize(("text", "place"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_policy_is_refused_with_the_place_of_the_mistake(stage: Stage, key_id: str, text: str, place: str):
    root = stage.ours.root
    before = policy_of(stage, key_id)
    for answer in (root.answer("SetKeyPolicy", KeyId=key_id, Policy=text), root.answer("CreateKey", Policy=text)):
        assert (answer.status, answer.code) == (400, "InvalidParameter")
        beginning = 'The specified parameter "Policy" is not valid. ('
        assert answer.json["Message"].startswith(beginning)
        assert place in answer.json["Message"].removeprefix(beginning)
    assert policy_of(stage, key_id) == before


def test_there_is_one_policy_named_default(stage: Stage, key_id: str):
    for operation, more in (("SetKeyPolicy", {"Policy": GOOD["one statement"]}), ("GetKeyPolicy", {})):
        for name in ("Default", "other", "default "):
            refused = stage.ours.root.answer(operation, KeyId=key_id, PolicyName=name, **more)
            assert (refused.status, refused.code) == (400, "InvalidParameter")
            assert '"PolicyName"' in refused.json["Message"]


def test_a_policy_is_needed_to_set_one(stage: Stage, key_id: str):
    refused = stage.ours.root.answer("SetKeyPolicy", KeyId=key_id)
    assert (refused.code, '"Policy"' in refused.json["Message"]) == ("MissingParameter", True)
    assert stage.ours.root.refused("SetKeyPolicy", Policy=GOOD["one statement"]) == "MissingParameter"


def test_a_key_that_is_to_be_deleted_keeps_its_policy(stage: Stage, key_id: str):
    root = stage.ours.root
    root.call("SetKeyPolicy", KeyId=key_id, Policy=GOOD["a denial"])
    root.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    refused = root.answer("SetKeyPolicy", KeyId=key_id, Policy=GOOD["one statement"])
    assert (refused.status, refused.code) == (409, "Rejected.PendingDeletion")
    assert json.loads(policy_of(stage, key_id)) == json.loads(GOOD["a denial"])

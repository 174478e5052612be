"""AssumeRole (STS reference): what it gives, for how long, and how it refuses what is malformed."""

import json
import time
from calendar import timegm

import pytest

from tests.permissions.documents import trusting
from tests.permissions.stage import Stage
from tests.permissions.taking import ask, refusal
from tests.ram.calls import allow
from tests.support.client import Answer

SESSION_POLICY = json.dumps({"Version": "1", "Statement": [allow("kms:*")]})


def lasts(answer: Answer) -> float:
    """Seconds from now to the Expiration."""
    assert answer.status == 200, answer.body
    until = time.strptime(answer.json["Credentials"]["Expiration"], "%Y-%m-%dT%H:%M:%SZ")
    return timegm(until) - time.time()


def test_what_is_answered(stage: Stage, trusted: str):
    answer = ask(stage.ours.root, trusted, "a.b@c_d-1").json
    assert set(answer) == {"RequestId", "Credentials", "AssumedRoleUser"}
    credentials, user = answer["Credentials"], answer["AssumedRoleUser"]
    assert set(credentials) == {"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}
    assert credentials["AccessKeyId"].startswith("STS.")
    role = stage.ours.ram.call("GetRole", RoleName=trusted.rpartition("/")[2])["Role"]
    assert user == {"Arn": f"{trusted}/a.b@c_d-1", "AssumedRoleId": f"{role['RoleId']}:a.b@c_d-1"}


def test_every_session_has_its_own_credentials(stage: Stage, trusted: str):
    first, second = (ask(stage.ours.root, trusted).json["Credentials"] for _ in range(2))
    for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken"):
        assert first[name] != second[name]


@pytest.mark.parametrize(("most", "asked"), [(3600, 900), (3600, 3600), (7200, 7200), (43_200, 43_200), (7200, 0)])
def test_a_session_lasts_as_long_as_was_asked(stage: Stage, most: int, asked: int):
    role = stage.ours.new_role(trusting(stage.ours.principal("root")), MaxSessionDuration=str(most))
    wanted = {"DurationSeconds": str(asked)} if asked else {}
    assert (asked or 3600) - 30 < lasts(ask(stage.ours.root, stage.ours.role_arn(role), **wanted)) <= (asked or 3600)


@pytest.mark.parametrize(("most", "asked"), [(3600, 899), (3600, 3601), (3600, 1), (7200, 7201), (43_200, 43_201)])
def test_a_session_is_neither_shorter_nor_longer_than_it_may_be(stage: Stage, most: int, asked: int):
    role = stage.ours.new_role(trusting(stage.ours.principal("root")), MaxSessionDuration=str(most))
    refused = refusal(stage.ours.root, stage.ours.role_arn(role), DurationSeconds=str(asked))
    assert refused == (400, "InvalidParameter.DurationSeconds")


@pytest.mark.parametrize("what", ["x", "{role}/", "acs:ram::{account}:user/x", "{role}/x", "acs:ram::1:role/x",
                                  "acs:ram:cn-hangzhou:{account}:role/x", "acs:ram::{account}:role/", "{role}\n",
                                  "acs:ram::{account}:role/a b", "arn{role}", "acs:ram::{account}:role/*"])  # fmt: skip
def test_a_malformed_role(stage: Stage, trusted: str, what: str):
    named = what.format(role=trusted, account=stage.ours.account.account_id)
    assert refusal(stage.ours.root, named) == (400, "InvalidParameter.RoleArn")


@pytest.mark.parametrize("name", ["a", "a" * 65, "a b", "a/b", "a:b", "\u00e9\u00e9", "ab\n", "a*"])
def test_a_malformed_session_name(stage: Stage, trusted: str, name: str):
    assert refusal(stage.ours.root, trusted, name) == (400, "InvalidParameter.RoleSessionName")


@pytest.mark.parametrize("name", ["ab", "A.b@c_d-9", "a" * 32, "a" * 64])
def test_a_session_name(stage: Stage, trusted: str, name: str):
    assert ask(stage.ours.root, trusted, name).status == 200


@pytest.mark.parametrize("text", ["{", "[]", '{"Version":"1"}', '{"Version":"1","Statement":[]}',
                                  SESSION_POLICY.replace("Allow", "Permit"), SESSION_POLICY.replace('"1"', '"2"'),
                                  SESSION_POLICY.replace("Resource", "Resorce"), "x" * 1024])  # fmt: skip
def test_a_malformed_session_policy(stage: Stage, trusted: str, text: str):
    assert refusal(stage.ours.root, trusted, Policy=text) == (400, "InvalidParameter.PolicyGrammar")


def test_a_session_policy_has_1024_characters_at_most(stage: Stage, trusted: str):
    assert ask(stage.ours.root, trusted, Policy=SESSION_POLICY.ljust(1024)).status == 200
    refused = refusal(stage.ours.root, trusted, Policy=SESSION_POLICY.ljust(1025))
    assert refused == (400, "InvalidParameter.PolicySize")


@pytest.mark.parametrize("missing", ["RoleArn", "RoleSessionName"])
def test_a_parameter_that_is_missing(stage: Stage, trusted: str, missing: str):
    given = {"RoleArn": trusted, "RoleSessionName": "session"}
    refused = stage.ours.root.sts.answer("AssumeRole", **{name: given[name] for name in given if name != missing})
    assert (refused.status, refused.code, missing in refused.json["Message"]) == (400, "MissingParameter", True)


def test_a_role_that_is_not_there(stage: Stage):
    absent = stage.ours.principal("role/absent")
    for caller in (stage.ours.root, stage.with_everything):
        assert refusal(caller, absent) == (404, "EntityNotExist.Role")
    assert refusal(stage.with_nothing, absent) == (403, "NoPermission")

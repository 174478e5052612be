"""What a session may: what its role may, as far as its own policy lets it."""

import json
from typing import Any

import pytest

from tests.permissions.documents import key_policy, names
from tests.permissions.stage import Holder, Stage
from tests.permissions.state import audit_line
from tests.permissions.taking import outcome, take
from tests.ram.calls import allow


def session_policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "1", "Statement": statements})


def test_a_session_may_what_its_role_may_and_not_what_the_taker_may(stage: Stage, role: Holder):
    session = take(stage, role)
    assert outcome(session, stage.ours) == "ED"
    assert session.refused("ListKeys") == "Forbidden.NoPermission"
    role.may(allow("kms:DescribeKey"))
    assert outcome(session, stage.ours) == "D"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("kms:*")], "ED"),
        ([allow("kms:Encrypt")], "E"),
        ([allow("kms:Decrypt")], ""),
        ([allow("kms:*", "acs:kms:*:*:alias/*")], ""),
        ([allow("*"), {**allow("kms:Encrypt"), "Effect": "Deny"}], "D"),
        ([{**allow("kms:*"), "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.1"}}}], ""),
    ],
)
def test_a_session_policy_narrows(stage: Stage, role: Holder, statements: list[dict[str, Any]], expected: str):
    assert outcome(take(stage, role, Policy=session_policy(*statements)), stage.ours) == expected


def test_a_session_policy_gives_no_right(stage: Stage, role: Holder):
    session = take(stage, role, Policy=session_policy(allow("*")))
    assert session.refused("ListKeys") == "Forbidden.NoPermission"
    role.may()
    assert outcome(session, stage.ours) == ""


def test_a_session_policy_narrows_what_a_key_policy_gives(stage: Stage, role: Holder):
    role.may()
    named = key_policy(names(stage.ours.principal(f"role/{role.name}"), "kms:*"))
    key = {"KeyId": stage.ours.root.create_key(Policy=named)}
    session = take(stage, role, Policy=session_policy(allow("kms:DescribeKey")))
    session.call("DescribeKey", **key)
    refused = session.answer("Encrypt", **key, Plaintext="eA==")
    assert (refused.status, "the session policy does not allow it" in refused.json["Message"]) == (403, True)
    take(stage, role).call("Encrypt", **key, Plaintext="eA==")


def test_a_session_is_named_in_the_audit_log(stage: Stage, role: Holder):
    session = take(stage, role)
    allowed = audit_line(stage.server.data, session.answer("DescribeKey", KeyId=stage.ours.room.world.key_id))
    refused = audit_line(stage.server.data, session.answer("ListKeys"))
    for line in (allowed, refused):
        assert (line["by"], line["key"]) == (f"role/{role.name}/session", session.account.access_key_id)
        assert line["account"] == stage.ours.account.account_id
    assert refused["why"] == f"kms:ListKeys on {stage.ours.arn('key')}: no statement allows it"


def test_sessions_of_one_role_live_side_by_side(stage: Stage, role: Holder):
    sessions = [take(stage, role, name=name) for name in ("first", "second", "first")]
    assert [outcome(one, stage.ours) for one in sessions] == ["ED"] * 3

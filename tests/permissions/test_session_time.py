"""A session ends when its time is over, to the second, on a clock that is moved."""

from collections.abc import Iterator

import pytest

from tests.keys.still import StillServer, still_server
from tests.permissions.callers import code_and_status
from tests.permissions.documents import trusting
from tests.permissions.still import StillCaller
from tests.ram.calls import VERSION as RAM
from tests.ram.calls import allow, policy
from tests.support.server import init

EXPIRED = (400, "InvalidSecurityToken.Expired")


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillServer]:
    data = tmp_path_factory.mktemp("still") / "data"
    with still_server(data, init(data)) as server:
        yield server


@pytest.fixture(scope="module")
def role_arn(still: StillServer) -> str:
    """A role that may describe keys, and be taken for up to two hours."""
    root, own = StillCaller(still, still.account), f"acs:ram::{still.account.account_id}"
    trust = {"AssumeRolePolicyDocument": trusting(f"{own}:root"), "MaxSessionDuration": "7200"}
    root.call("CreateRole", RAM, RoleName="r", **trust)
    root.call("CreatePolicy", RAM, PolicyName="p", PolicyDocument=policy(allow(["kms:*", "sts:*"])))
    root.call("AttachPolicyToRole", RAM, PolicyName="p", PolicyType="Custom", RoleName="r")
    return f"{own}:role/r"


@pytest.mark.parametrize("seconds", [900, 3600, 7200])
def test_a_session_lives_to_its_last_second(still: StillServer, role_arn: str, seconds: int):
    key_id = still.create_key()
    session = StillCaller(still, still.account).assume(role_arn, seconds)
    for _ in range(2):
        session.call("DescribeKey", KeyId=key_id)
        still.wait(seconds / 2 - 1)
    session.call("DescribeKey", KeyId=key_id)
    still.wait(2)
    for _ in range(2):
        assert code_and_status(session.answer("DescribeKey", KeyId=key_id)) == EXPIRED
    assert code_and_status(session.answer("Decrypt", CiphertextBlob="x")) == EXPIRED


def test_old_and_new_sessions_each_have_their_own_time(still: StillServer, role_arn: str):
    root = StillCaller(still, still.account)
    first = root.assume(role_arn, 900)
    still.wait(600)
    second = root.assume(role_arn, 900)
    first.call("ListKeys")
    still.wait(400)
    assert code_and_status(first.answer("ListKeys")) == EXPIRED
    second.call("ListKeys")


def test_what_was_expired_stays_so_whatever_the_clock_was_asked_before(still: StillServer, role_arn: str):
    session = StillCaller(still, still.account).assume(role_arn, 900)
    still.wait(901)
    assert code_and_status(session.answer("ListKeys")) == EXPIRED
    StillCaller(still, still.account).call("CreateKey")
    assert code_and_status(session.answer("ListKeys")) == EXPIRED

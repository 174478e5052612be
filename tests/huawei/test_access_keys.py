"""Whose AccessKey signed: an account's, a user's, a session's; and what is signed of the body."""

import hashlib
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.huawei.raw import Raw
from tests.huawei.sdk import Huawei
from tests.huawei.signing import list_keys_path, sent, signed
from tests.permissions.callers import Caller
from tests.permissions.documents import trusting
from tests.ram.calls import Ram, allow, policy
from tests.support.client import Client
from tests.support.server import Account, Server

REFUSED = (401, "APIGW.0301")


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    return sqlite_server


@pytest.fixture
def account(server: Server, new_account: Callable[[], Account]) -> Account:
    return new_account()


@pytest.fixture
def session(server: Server, account: Account) -> Caller:
    """Of a role that may do everything with keys."""
    ram, own = Ram(server.address, account), f"acs:ram::{account.account_id}"
    name = f"r{random.randrange(10**12):012d}"
    ram.call("CreateRole", RoleName=name, AssumeRolePolicyDocument=trusting(f"{own}:root"))
    ram.call("CreatePolicy", PolicyName=name, PolicyDocument=policy(allow("kms:*")))
    ram.call("AttachPolicyToRole", PolicyName=name, PolicyType="Custom", RoleName=name)
    return Caller(server.address, account).assume(f"{own}:role/{name}")


def outcome(raw: Raw, **headers: str) -> tuple[int, str]:
    answer = raw.send("POST", "kms/list-keys", {}, **headers)
    return answer.status, answer.code


def test_a_users_accesskey_has_the_rights_of_the_user(server: Server, account: Account):
    ram = Ram(server.address, account)
    user = ram.create_user("u")
    key_id = Client(server.address, account).create_key()
    assert Raw(server.address, user).post("describe-key", key_id=key_id).code == "KMS.0306"
    ram.grant("u", "p", allow("kms:DescribeKey"))
    assert Huawei(server.address, user).call("list_key_detail", key_id=key_id).key_info.key_id == key_id
    assert Huawei(server.address, user).refused("disable_key", key_id=key_id) == "KMS.0306"


def test_an_inactive_or_deleted_accesskey_is_refused_and_an_active_one_again_not(server: Server, account: Account):
    ram = Ram(server.address, account)
    user = ram.create_user("u")
    ram.grant("u", "p", allow("kms:*"))
    raw, of_user = Raw(server.address, user), {"UserName": "u", "UserAccessKeyId": user.access_key_id}
    assert outcome(raw) == (200, "OK")
    ram.call("UpdateAccessKey", **of_user, Status="Inactive")
    assert outcome(raw) == REFUSED
    ram.call("UpdateAccessKey", **of_user, Status="Active")
    assert outcome(raw) == (200, "OK")
    ram.call("DeleteAccessKey", **of_user)
    assert outcome(raw) == REFUSED


def test_a_session_calls_with_its_token_signed_or_not(server: Server, session: Caller):
    path = list_keys_path(session.account)
    headers = {"x-security-token": session.token}
    for unsigned in ([], ["x-security-token"]):
        request = signed(session.account, path, headers=headers, unsigned=unsigned)
        assert sent(server.address, path, request).status == 200


def test_the_sdk_calls_with_temporary_credentials(server: Server, session: Caller):
    client = Huawei(server.address, session.account)
    client.client._credentials.security_token = session.token
    assert client.call("list_keys").total == 0


def test_a_session_without_its_token_or_with_another_is_refused(server: Server, account: Account, session: Caller):
    middle = len(session.token) // 2
    changed = session.token[:middle] + ("A" if session.token[middle] != "A" else "B") + session.token[middle + 1 :]
    for caller, token in [(session.account, ""), (session.account, changed), (session.account, "x"),
                          (session.account, "\u00e9"), (account, session.token)]:  # fmt: skip
        assert outcome(Raw(server.address, caller, token)) == REFUSED


def test_a_session_signs_with_its_own_secret(server: Server, account: Account, session: Caller):
    """The token is in the clear, so whoever has only that has nothing."""
    thief = Account(
        account.account_id, account.region_id, account.project_id, session.account.access_key_id, "not the secret"
    )
    assert outcome(Raw(server.address, thief, session.token)) == REFUSED


def test_a_session_gets_no_token_for_a_password(server: Server, session: Caller):
    """A token ends with its AccessKey, and that of a session is nowhere."""
    access = {"access": {"key": session.account.access_key_id}, "secret": {"key": session.account.access_key_secret}}
    body: dict[str, Any] = {"auth": {"identity": {"methods": ["hw_ak_sk"], "hw_ak_sk": access}}}
    answer = Raw(server.address, session.account).send_to("POST", "/v3/auth/tokens", body)
    assert (answer.status, answer.code) == (401, "401")


def test_the_hash_of_the_body_may_be_said_if_it_is_right(server: Server, account: Account):
    path = list_keys_path(account)
    right = hashlib.sha256(b"{}").hexdigest()
    for unsigned in ([], ["x-sdk-content-sha256"]):
        request = signed(account, path, headers={"x-sdk-content-sha256": right}, unsigned=unsigned)
        assert sent(server.address, path, request).status == 200
    for wrong in (hashlib.sha256(b"").hexdigest(), "UNSIGNED-PAYLOAD", right.upper(), "", "x"):
        request = signed(account, path, headers={"x-sdk-content-sha256": wrong})
        answer = sent(server.address, path, request)
        assert (answer.status, answer.code) == REFUSED, wrong


@pytest.mark.parametrize("body", [b"", b"{} ", b"{ }", b'{"limit": 1}'])
def test_another_body_than_the_signed_one_is_refused(server: Server, account: Account, body: bytes):
    path = list_keys_path(account)
    answer = sent(server.address, path, signed(account, path), body)
    assert (answer.status, answer.code) == REFUSED


def test_a_header_may_be_utf_8_and_padded(server: Server, account: Account):
    raw = Raw(server.address, account)
    assert outcome(raw, user_agent="caf\u00e9 \u4e2d") == (200, "OK")
    assert outcome(raw, user_agent="  many   spaces ") == (200, "OK")
    assert outcome(raw, user_agent="") == (200, "OK")

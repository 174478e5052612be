"""Who gets no token, and what is none."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.huawei.raw import Raw
from tests.huawei.tokens import ask, ask_with, by_access_key, by_password, list_keys, require_keystone, token_of
from tests.support.server import Account, Server


@pytest.fixture
def account(server: Server, new_account: Callable[[], Account]) -> Account:
    return new_account()


def test_whatever_of_the_three_is_wrong_the_answer_is_the_same(server: Server, account: Account):
    other = server.account
    wrong = [
        by_password(account, password="not-the-secret"),
        by_password(account, password=account.access_key_secret[:-1]),
        by_password(account, name="LTAInobody"),
        by_password(account, name=other.access_key_id),
        by_password(account, name="a\0b"),
        by_password(account, name="\u4e2d" * 200),
        by_password(account, name="STS.abc"),
        by_password(account, domain={"name": other.account_id}),
        by_password(account, domain={"id": other.account_id}),
        by_access_key(replace(account, access_key_secret="not-the-secret")),
        by_access_key(replace(account, access_key_id="LTAInobody")),
    ]
    answers = [ask(server.address, identity) for identity in wrong]
    for answer in answers:
        require_keystone(answer, 401, "Unauthorized")
        assert "x-subject-token" not in answer.headers
    assert len({answer.body for answer in answers}) == 1


def test_a_token_is_for_the_own_project_only(server: Server, account: Account):
    own, others = ({"project": {"id": one.project_id}} for one in (account, server.account))
    assert ask(server.address, by_password(account), own).status == 201
    assert ask(server.address, by_password(account), {**own, "domain": {"name": account.account_id}}).status == 201
    require_keystone(ask(server.address, by_password(account), others), 403, "Forbidden")


def test_a_token_that_is_none_is_refused(server: Server, account: Account):
    token = token_of(server.address, account)
    for at in (0, 5, len(token) // 2, len(token) - 3):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        assert list_keys(server, account, x_auth_token=changed).code == "KMS.0302"
    for garbage in ("x", token[:-4], token + "AAAA", "A" * 5000, "caf\u00e9", "=", "a b"):
        answer = list_keys(server, account, x_auth_token=garbage.encode().decode("latin-1"))
        assert (answer.status, answer.code) == (403, "KMS.0302"), garbage
    for nothing in ({}, {"x_auth_token": ""}):
        answer = list_keys(server, account, **nothing)
        assert (answer.status, answer.code) == (401, "APIGW.0301")


def test_a_security_token_is_no_auth_token_and_sealed_in_another_place(server: Server, account: Account):
    """Both are sealed by the same root key."""
    token = token_of(server.address, account)
    answer = Raw(server.address, replace(account, access_key_id="STS.abc"), token).send("POST", "kms/list-keys", {})
    assert (answer.status, answer.code) == (401, "APIGW.0301")


def test_neither_token_nor_password_is_in_what_the_server_writes(server: Server, account: Account):
    token = token_of(server.address, account)
    list_keys(server, account, x_auth_token=token)
    ask(server.address, by_password(account, password="a-wrong-pass-word"))
    ask_with(server.address, json.dumps({"auth": {"identity": {"a-wrong-pass-word": 5}}}).encode())
    ask_with(server.address, json.dumps({"auth": {"identity": by_password(account, name=5)}}).encode())
    written = server.log_path.read_text() + "".join(
        path.read_text() for path in (server.data / "audit").glob("*.jsonl")
    )
    assert '"huawei:CreateToken"' in written
    assert account.access_key_id in written
    for secret in (token, account.access_key_secret, "a-wrong-pass-word"):
        assert secret not in written

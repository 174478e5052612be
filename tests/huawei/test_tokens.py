"""Tokens: got for a password or an AccessKey's two halves, used, and refused (docs/formats/auth-token.md)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.huawei.sdk import Huawei
from tests.huawei.signing import list_keys_path, sent, signed
from tests.huawei.tokens import ask, by_access_key, by_password, list_keys, require_keystone, token_of
from tests.ram.calls import Ram, allow
from tests.support.client import Client
from tests.support.server import Account, Server

Identity = Callable[[Account], dict[str, Any]]
identities = pytest.mark.parametrize("identity", [by_password, by_access_key])


@pytest.fixture
def account(server: Server, new_account: Callable[[], Account]) -> Account:
    return new_account()


@identities
def test_a_token_comes_in_a_header_and_its_body_says_whose_it_is(server: Server, account: Account, identity: Identity):
    made = identity(account)
    answer = ask(server.address, made, {"project": {"name": account.region_id}})
    assert answer.status == 201
    assert account.access_key_secret not in answer.body.decode()
    token, domain = answer.json["token"], {"id": account.account_id, "name": account.account_id}
    assert token["methods"] == made["methods"]
    assert token["project"] == {"id": account.project_id, "name": account.region_id, "domain": domain}
    assert token["user"]["domain"] == domain
    [entry] = token["catalog"]
    assert (entry["type"], entry["endpoints"][0]["url"]) == ("kms", f"http://{server.address}/v1.0")
    issued, expires = (datetime.fromisoformat(token[name]) for name in ("issued_at", "expires_at"))
    assert expires - issued == timedelta(hours=24)


@identities
def test_a_token_stands_for_its_accesskey_and_no_other(server: Server, account: Account, identity: Identity):
    token = ask(server.address, identity(account)).headers["x-subject-token"]
    key_id = Client(server.address, account).create_key()
    client = Huawei(server.address, account, token)
    assert client.call("list_key_detail", key_id=key_id).key_info.domain_id == account.account_id
    # A new token does not end an older one.
    assert token_of(server.address, account) != token
    assert client.refused("list_key_detail", key_id=key_id) == "OK"


def test_a_users_token_has_the_rights_of_the_user(server: Server, account: Account):
    ram = Ram(server.address, account)
    user = ram.create_user("u")
    ram.grant("u", "p", allow("kms:ListKeys"))
    answer = ask(server.address, by_password(user))
    assert answer.json["token"]["user"]["name"] == "u"
    client = Huawei(server.address, user, answer.headers["x-subject-token"])
    assert client.call("list_keys").total == 0
    assert client.refused("create_key", key_alias="a") == "KMS.0306"


@pytest.mark.parametrize("change", ["inactive", "deleted"])
def test_a_token_ends_with_its_accesskey(server: Server, account: Account, change: str):
    ram = Ram(server.address, account)
    user = ram.create_user("u")
    ram.grant("u", "p", allow("kms:*"))
    token, of_user = token_of(server.address, user), {"UserName": "u", "UserAccessKeyId": user.access_key_id}
    assert list_keys(server, user, x_auth_token=token).status == 200
    if change == "inactive":
        ram.call("UpdateAccessKey", **of_user, Status="Inactive")
    else:
        ram.call("DeleteAccessKey", **of_user)
    answer = list_keys(server, user, x_auth_token=token)
    assert (answer.status, answer.code) == (403, "KMS.0302")
    require_keystone(ask(server.address, by_password(user)), 401, "Unauthorized")


def test_a_domain_may_be_left_out_or_named_by_its_id(server: Server, account: Account):
    for domain in ({}, {"id": account.account_id}, {"name": account.account_id}):
        assert ask(server.address, by_password(account, domain=domain)).status == 201


def test_with_a_signature_beside_it_the_signature_counts(server: Server, account: Account):
    path, token = list_keys_path(account), token_of(server.address, account)
    right = signed(account, path, headers={"x-auth-token": "garbage"})
    assert sent(server.address, path, right).status == 200
    wrong = signed(replace(account, access_key_secret="x"), path, headers={"x-auth-token": token})
    answer = sent(server.address, path, wrong)
    assert (answer.status, answer.code) == (401, "APIGW.0301")

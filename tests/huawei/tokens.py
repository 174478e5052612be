"""Tokens asked for as clients of that cloud ask (reference 5.4)."""

import json
from typing import Any

from tests.huawei.raw import Answer
from tests.huawei.signing import list_keys_path, sent
from tests.support.client import send
from tests.support.server import Account, Server

PATH = "/v3/auth/tokens"


def by_password(account: Account, **more: Any) -> dict[str, Any]:
    """The identity of a body: the AccessKey as user and password, the account as domain."""
    user = {
        "name": account.access_key_id,
        "password": account.access_key_secret,
        "domain": {"name": account.account_id},
    }
    return {"methods": ["password"], "password": {"user": {**user, **more}}}


def by_access_key(account: Account) -> dict[str, Any]:
    key = {"access": {"key": account.access_key_id}, "secret": {"key": account.access_key_secret}}
    return {"methods": ["hw_ak_sk"], "hw_ak_sk": key}


def ask(address: str, identity: Any, scope: Any = None) -> Answer:
    auth = {"identity": identity, **({} if scope is None else {"scope": scope})}
    return ask_with(address, json.dumps({"auth": auth}).encode())


def ask_with(address: str, body: bytes) -> Answer:
    answer = send(address, "POST", PATH, {"content-type": "application/json;charset=utf8"}, body)
    return Answer(answer.status, answer.headers, answer.body)


def token_of(address: str, account: Account) -> str:
    return ask(address, by_password(account)).headers["x-subject-token"]


def list_keys(server: Server, account: Account, **headers: str) -> Answer:
    """A call that needs nothing but a caller; underscores in headers' names become hyphens."""
    every = {name.replace("_", "-"): text for name, text in headers.items()}
    return sent(server.address, list_keys_path(account), every)


def require_keystone(answer: Answer, status: int, title: str) -> None:
    """IAM's form of a refusal, whose code is a number."""
    assert answer.status == status, answer.body
    assert answer.json["error"].keys() == {"code", "message", "title"}
    assert (answer.json["error"]["code"], answer.json["error"]["title"]) == (status, title)

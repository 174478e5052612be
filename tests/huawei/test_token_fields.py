"""Every place in the body that asks for a token, with every other kind of value: refused in IAM's words; no 500."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.huawei.tokens import ask_with, by_access_key, by_password
from tests.support.server import Account, Server

VALUES: list[Any] = [None, "", "x", "a\0b", "\u4e2d" * 40, "x" * 300, "x" * 30_000, 5, 1.5, True, 10**40, [], ["x"], {},
                     {"name": "x"}, [[]], [None]]  # fmt: skip
IDENTITIES = {"password": by_password, "hw_ak_sk": by_access_key}


def body_of(account: Account, method: str) -> dict[str, Any]:
    scope = {"project": {"name": account.region_id, "id": account.project_id}}
    return {"auth": {"identity": IDENTITIES[method](account), "scope": scope}}


def places(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))


def changed(body: dict[str, Any], path: tuple[str, ...], value: Any) -> bytes:
    """`...` takes the place away."""
    made = copy.deepcopy(body)
    inner = made
    for name in path[:-1]:
        inner = inner[name]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return json.dumps(made).encode()


@pytest.mark.parametrize("method", IDENTITIES)
def test_no_value_in_any_place_makes_more_than_a_refusal(server: Server, method: str):
    account = server.account
    body = body_of(account, method)
    assert ask_with(server.address, json.dumps(body).encode()).status == 201
    for path in places(body):
        for value in (..., *VALUES):
            answer = ask_with(server.address, changed(body, path, value))
            assert answer.status in (201, 400, 401, 403), (path, value, answer.body)
            assert account.access_key_secret not in answer.body.decode()
            if answer.status != 201:
                assert answer.json["error"].keys() == {"code", "message", "title"}
                assert answer.json["error"]["code"] == answer.status


@pytest.mark.parametrize("method", IDENTITIES)
def test_whoever_shows_no_secret_gets_no_token(server: Server, method: str):
    """Of the identity everything counts but the account, which may be left out."""
    body = body_of(server.account, method)
    for path in places(body["auth"]["identity"], ("auth", "identity")):
        if "domain" not in path:
            for value in (..., *VALUES):
                assert ask_with(server.address, changed(body, path, value)).status in (400, 401), (path, value)


@pytest.mark.parametrize(
    "identity",
    [{"methods": []}, {"methods": ["token"]}, {"methods": ["password", "totp"]}, {"methods": ["hw_ak_sk", "password"]},
     {"methods": ["assume_role"], "assume_role": {}}, {"methods": ["password"], "hw_ak_sk": {}}],
    ids=str,
)  # fmt: skip
def test_other_methods_are_refused(server: Server, identity: dict[str, Any]):
    given = {**by_password(server.account), **identity}
    answer = ask_with(server.address, json.dumps({"auth": {"identity": given}}).encode())
    assert (answer.status, answer.json["error"]["title"]) == (400, "Bad Request")

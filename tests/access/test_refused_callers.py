"""Requests whose sender cannot be established, each told the documented code (API reference chapter 6)."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.access.requests import v1, v1_target, v3
from tests.support.client import Answer, now_text, pct, query_of, send
from tests.support.server import Account, Server

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json; charset=utf-8"}


def outcome(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


def post_v1(server: Server, account: Account, **parts: Any) -> Answer:
    return send(server.address, "POST", "/?" + query_of(v1(account, **parts)))


def post_v3(server: Server, account: Account, **parts: Any) -> Answer:
    return send(server.address, "POST", "/", v3(account, server.address, **parts))


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("Action", "MissingParameter"),
        ("Version", "MissingParameter"),
        ("AccessKeyId", "IncompleteSignature"),
        ("Signature", "IncompleteSignature"),
        ("SignatureMethod", "IncompleteSignature"),
        ("SignatureVersion", "IncompleteSignature"),
        ("Timestamp", "IllegalTimestamp"),
    ],
)
def test_version_1_without_a_part_is_told_which(server: Server, account: Account, part: str, code: str):
    assert outcome(post_v1(server, account, without=[part])) == (400, code)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("x-acs-action", "MissingParameter"),
        ("x-acs-version", "MissingParameter"),
        ("x-acs-signature-nonce", "IncompleteSignature"),
        ("x-acs-content-sha256", "IncompleteSignature"),
        ("x-acs-date", "IllegalTimestamp"),
    ],
)
def test_version_3_without_a_header_is_told_which(server: Server, account: Account, header: str, code: str):
    assert outcome(post_v3(server, account, without=[header])) == (400, code)


@pytest.mark.parametrize(
    "header",
    ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"],
)
def test_version_3_must_sign_what_binds_the_call(server: Server, account: Account, header: str):
    assert outcome(post_v3(server, account, unsigned=[header])) == (400, "IncompleteSignature")


@pytest.mark.parametrize("authorization", ["", "Bearer abc", "ACS3-HMAC-SHA256 Credential=x", "Basic dTpw"])
def test_another_authorization_header_is_incomplete(server: Server, account: Account, authorization: str):
    headers = {**v3(account, server.address), "authorization": authorization}
    assert outcome(send(server.address, "POST", "/", headers)) == (400, "IncompleteSignature")


@pytest.mark.parametrize(
    "parts",
    [{"SignatureMethod": "HMAC-SHA256"}, {"SignatureVersion": "2.0"}, {"SignatureType": "BEARERTOKEN"}],
    ids=str,
)
def test_version_1_of_another_kind_is_incomplete(server: Server, account: Account, parts: dict[str, str]):
    assert outcome(post_v1(server, account, **parts)) == (400, "IncompleteSignature")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22 00:00:00",
        "2026-11-22T00:00:00",
        "2026-11-22T00:00:00+00:00",
        "2026-13-01T00:00:00Z",
        "2026-11-22T00:00:61Z",
        "0000-01-01T00:00:00Z",
        "2026-11-22T00:00:00Z\n",
        "\u0662026-11-22T00:00:00Z",
        "1795305600",
    ],
)
def test_a_timestamp_of_another_form_is_told_so(server: Server, account: Account, text: str):
    assert outcome(post_v1(server, account, Timestamp=text)) == (400, "InvalidTimeStamp.Format")


@pytest.mark.parametrize("minutes", [-16, 16, -60 * 24 * 365, 60 * 24 * 365])
def test_a_timestamp_more_than_15_minutes_away_is_expired(server: Server, account: Account, minutes: int):
    away = now_text(60.0 * minutes)
    expected = (400, "InvalidTimeStamp.Expired")
    assert outcome(post_v1(server, account, Timestamp=away)) == expected
    assert outcome(post_v3(server, account, headers={"x-acs-date": away})) == expected


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_timestamp_less_than_15_minutes_away_is_taken(server: Server, account: Account, minutes: int):
    near = now_text(60.0 * minutes)
    assert post_v1(server, account, Timestamp=near).status == 200
    assert post_v3(server, account, headers={"x-acs-date": near}).status == 200


def test_a_wrong_secret_is_answered_with_the_string_that_the_server_signed(server: Server, account: Account):
    wrong = replace(account, access_key_secret="x" + account.access_key_secret)
    parts = v1(wrong, Note="a b:c*~")
    answer = send(server.address, "POST", "/?" + query_of(parts))
    assert outcome(answer) == (400, "SignatureDoesNotMatch")
    canonical = "&".join(f"{pct(name)}={pct(parts[name])}" for name in sorted(parts) if name != "Signature")
    assert answer.json["Message"].split(":")[1] == f"POST&%2F&{pct(canonical)}"
    assert outcome(post_v3(server, wrong)) == (400, "SignatureDoesNotMatch")


@pytest.mark.parametrize("access_key_id", ["LTAInobody", "x" * 5000, "a b", "中", "' OR 1=1 --"])
def test_an_unknown_access_key_is_not_found(server: Server, account: Account, access_key_id: str):
    unknown = replace(account, access_key_id=access_key_id)
    assert outcome(post_v1(server, unknown)) == (404, "InvalidAccessKeyId.NotFound")


def test_another_accounts_secret_does_not_sign(server: Server, account: Account, new_account: Callable[[], Account]):
    other = new_account()
    mixed = replace(account, access_key_secret=other.access_key_secret)
    assert outcome(post_v3(server, mixed)) == (400, "SignatureDoesNotMatch")


def test_a_security_token_does_not_go_with_a_lasting_access_key(server: Server, account: Account):
    expected = (400, "InvalidSecurityToken.MismatchWithAccessKey")
    assert outcome(post_v1(server, account, SecurityToken="TOKEN+/=")) == expected
    assert outcome(post_v3(server, account, headers={"x-acs-security-token": "TOKEN"})) == expected


def test_a_temporary_access_key_needs_a_token_of_ours(server: Server, account: Account):
    temporary = replace(account, access_key_id="STS.abc")
    assert outcome(post_v3(server, temporary)) == (400, "MissingSecurityToken")
    for token in ("TOKEN", "AAAA", "A" * 9_000):
        expected = (400, "InvalidSecurityToken.Malformed")
        assert outcome(post_v1(server, temporary, SecurityToken=token)) == expected
        assert outcome(post_v3(server, temporary, headers={"x-acs-security-token": token})) == expected


def test_a_security_token_is_signed(server: Server, account: Account):
    unsigned = {"headers": {"x-acs-security-token": "TOKEN"}, "unsigned": ["x-acs-security-token"]}
    assert outcome(post_v3(server, account, **unsigned)) == (400, "IncompleteSignature")


def test_a_signature_of_another_form_does_not_match(server: Server, account: Account):
    for signature in ("x", "é", base64.b64encode(bytes(20)).decode(), "A" * 20_000):
        target = "/?" + query_of({**v1(account), "Signature": signature})
        assert outcome(send(server.address, "POST", target)) == (400, "SignatureDoesNotMatch")


def test_a_json_body_is_not_part_of_version_1(server: Server, account: Account):
    body = json.dumps({"Description": "unsigned"}).encode()
    answer = send(server.address, "POST", v1_target(account, Action="CreateKey"), JSON, body)
    assert outcome(answer) == (400, "ParseRequestParameterException")


@pytest.mark.parametrize("database", ["sqlite_server", "postgres_server"])
def test_an_access_key_id_that_no_database_can_hold_is_not_found(request: pytest.FixtureRequest, database: str):
    server: Server = request.getfixturevalue(database)
    unknown = replace(server.account, access_key_id="LTAI\0")
    assert outcome(post_v1(server, unknown)) == (404, "InvalidAccessKeyId.NotFound")

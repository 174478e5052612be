"""Who signed: the forms of a signature that clients make (reference 5.1), and what is none of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.huawei.signing import ALGORITHM, date_text, list_keys_path, sent, signed
from tests.support.server import Account, Server

REFUSED = (401, "APIGW.0301")


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    return sqlite_server


@pytest.fixture
def account(server: Server, new_account: Callable[[], Account]) -> Account:
    return new_account()


@pytest.mark.parametrize("scoped", [False, True])
def test_both_forms_of_the_authorization_are_known(server: Server, account: Account, scoped: bool):
    path = list_keys_path(account)
    assert sent(server.address, path, signed(account, path, scoped=scoped)).json["keys"] == []


@pytest.mark.parametrize("scoped", [False, True])
def test_terraform_signs_neither_host_nor_project(server: Server, account: Account, scoped: bool):
    """Its signer sees the headers that are there already, and Go keeps the host elsewhere."""
    path, later = list_keys_path(account), ["host", "x-project-id", "x-domain-id"]
    headers = {"x-project-id": account.project_id, "x-domain-id": account.account_id}
    request = signed(account, path, headers=headers, unsigned=later, scoped=scoped)
    assert "SignedHeaders=content-type;x-sdk-date," in request["authorization"]
    assert sent(server.address, path, request).status == 200


def test_the_date_must_be_signed(server: Server, account: Account):
    path = list_keys_path(account)
    answer = sent(server.address, path, signed(account, path, unsigned=["x-sdk-date"]))
    assert (answer.status, answer.code) == REFUSED


@pytest.mark.parametrize("offset", [-880, 880, -920, 920])
def test_the_clock_may_be_a_quarter_of_an_hour_away(server: Server, account: Account, offset: int):
    path = list_keys_path(account)
    answer = sent(server.address, path, signed(account, path, headers={"x-sdk-date": date_text(offset)}))
    assert answer.status == (200 if abs(offset) < 900 else 401)
    if answer.status == 401:
        assert "signature expired" in answer.json["error_msg"]


@pytest.mark.parametrize(
    "date", ["", "x", "20261121", "2026-11-21T21:04:44Z", "20261321T210444Z", "20261121T210444", "0" * 16]
)
def test_a_date_of_another_form_is_refused(server: Server, account: Account, date: str):
    path = list_keys_path(account)
    answer = sent(server.address, path, signed(account, path, headers={"x-sdk-date": date}))
    assert (answer.status, answer.code) == REFUSED


@pytest.mark.parametrize(
    "prefix", ["SDK-HMAC-SM3", "SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3", "V11-HMAC-SHA256", "Bearer"]
)
def test_other_algorithms_are_refused(server: Server, account: Account, prefix: str):
    path = list_keys_path(account)
    request = signed(account, path)
    request["authorization"] = request["authorization"].replace(ALGORITHM, prefix)
    answer = sent(server.address, path, request)
    assert (answer.status, answer.code) == REFUSED


def test_a_wrong_secret_or_accesskey_is_refused(server: Server, account: Account):
    path = list_keys_path(account)
    for other in (
        replace(account, access_key_secret=server.account.access_key_secret),
        replace(account, access_key_id=server.account.access_key_id),
        replace(account, access_key_id="LTAInobody"),
        replace(account, access_key_id="a" * 200),
    ):
        answer = sent(server.address, path, signed(other, path))
        assert (answer.status, answer.code) == REFUSED
        assert account.access_key_secret not in answer.body.decode()

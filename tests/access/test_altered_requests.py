"""A signed request in which anything is changed afterwards is not the request that was signed."""

import pytest

from tests.access.requests import v1, v3
from tests.support.client import now_text, query_of, send
from tests.support.server import Account, Server

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("name", "value"),
    [("Action", "ListKeys"), ("Note", "another"), ("Added", ""), ("SignatureNonce", "2"), ("Format", "XML")],
)
def test_version_1_covers_every_parameter(server: Server, account: Account, name: str, value: str):
    target = "/?" + query_of({**v1(account, Note="one"), name: value})
    answer = send(server.address, "POST", target)
    assert answer.status == 400
    assert b"SignatureDoesNotMatch" in answer.body


def test_version_1_covers_the_method_and_the_form(server: Server, account: Account):
    query = query_of(v1(account))
    assert send(server.address, "GET", f"/?{query}").code == "SignatureDoesNotMatch"
    assert send(server.address, "POST", f"/?{query}", FORM, b"Added=1").code == "SignatureDoesNotMatch"
    # A dropped parameter is as much a change as an added one.
    pairs = [pair for pair in query.split("&") if not pair.startswith("SignatureNonce=")]
    assert send(server.address, "POST", "/?" + "&".join(pairs)).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    "header", ["x-acs-action", "x-acs-signature-nonce", "host", "user-agent", "x-acs-credentials-provider"]
)
def test_version_3_covers_every_header_that_it_names(server: Server, account: Account, header: str):
    more = {"user-agent": "one", "x-acs-credentials-provider": "static_ak"}
    headers = v3(account, server.address, headers=more)
    altered = {**headers, header: "ListKeys" if header == "x-acs-action" else headers[header] + "x"}
    assert send(server.address, "POST", "/", altered).code == "SignatureDoesNotMatch"


def test_version_3_covers_the_date(server: Server, account: Account):
    headers = {**v3(account, server.address), "x-acs-date": now_text(-60)}
    assert send(server.address, "POST", "/", headers).code == "SignatureDoesNotMatch"


def test_white_space_around_a_header_is_not_part_of_it(server: Server, account: Account):
    """RFC 9110 section 5.5."""
    headers = {name: f" {value} " for name, value in v3(account, server.address).items()}
    assert send(server.address, "POST", "/", headers).status == 200


def test_version_3_covers_the_query(server: Server, account: Account):
    headers = v3(account, server.address, query="A=1&B=2")
    for query in ("A=1&B=3", "A=1", "A=1&B=2&C=", "A=2&B=1", ""):
        assert send(server.address, "POST", f"/?{query}", headers).code == "SignatureDoesNotMatch"
    assert send(server.address, "POST", "/?B=2&A=%31", headers).status == 200


def test_version_3_covers_the_method(server: Server, account: Account):
    headers = v3(account, server.address)
    assert send(server.address, "GET", "/", headers).code == "SignatureDoesNotMatch"


def test_version_3_covers_the_body_whatever_its_header_says(server: Server, account: Account):
    headers = v3(account, server.address, body=b"A=1", headers=FORM)
    other = v3(account, server.address, body=b"A=2", headers=FORM)["x-acs-content-sha256"]
    refusals = {"IncompleteSignature", "SignatureDoesNotMatch"}
    assert send(server.address, "POST", "/", headers, b"A=2").code in refusals
    assert send(server.address, "POST", "/", headers, b"").code in refusals
    forged = {**headers, "x-acs-content-sha256": other}
    assert send(server.address, "POST", "/", forged, b"A=2").code == "SignatureDoesNotMatch"
    assert send(server.address, "POST", "/", headers, b"A=1").status == 200

"""Domains, wildcards, international names and addresses beside the subject."""

import json

import pytest

from tests.certificates.conftest import Authorities
from tests.certificates.held import SUBJECT, Held
from tests.keys.still import StillServer

TAKEN = {
    "example.com": "example.com",
    "EXAMPLE.Com": "example.com",
    "*.example.com": "*.example.com",
    "localhost": "localhost",
    "münchen.example": "xn--mnchen-3ya.example",
    "MÜNCHEN.example": "xn--mnchen-3ya.example",
    "xn--strae-oqa.example": "xn--strae-oqa.example",
    "*.例え.テスト": "*.xn--r8jz45g.xn--zckzah",
    "10.1.2.3": "10.1.2.3",
    "2001:DB8:0::1": "2001:db8::1",
    "1a.example": "1a.example",
}
REFUSED = [
    *("", " ", " a.b", "a.b ", "*", "*.", "a.*.b", "*a.b", "**.a", ".a", "a.", "a..b", "-a.b", "a-.b", "a_b.c"),
    *("straße.example", "a b.c", "1.2.3", "1.2.3.400", "10.0.0.0/8", "fe80::1%eth0", "xn--zzzzzz99999.com", "a\0.b"),
    *("a" * 64 + ".com", ".".join(["a" * 62] * 4) + ".com", "http://a.b", "a@b.c", "a.b:80", "\uff41.com", "\u202ea.b"),
]


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_is_asked_for_as_dns_spells_it(shared: StillServer, name: str):
    names = json.dumps([name, name])
    assert Held.made(shared, "EC_P256", SubjectAlternativeNames=names).described["SubjectAlternativeNames"] == [
        TAKEN[name]
    ]


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_name_is_refused(shared: StillServer, name: str):
    names = json.dumps(["a.example", name])
    answer = shared.answer("CreateCertificate", KeySpec="EC_P256", Subject=SUBJECT, SubjectAlternativeNames=names)
    assert (answer.status, answer.code) == (400, "InvalidParameter")
    assert '"SubjectAlternativeNames"' in answer.json["Message"]


def test_there_are_at_most_ten(shared: StillServer):
    names = [f"n{number}.example" for number in range(11)]
    assert (
        Held.made(shared, "EC_P256", SubjectAlternativeNames=json.dumps(names[:10])).described[
            "SubjectAlternativeNames"
        ]
        == names[:10]
    )
    request = {"KeySpec": "EC_P256", "Subject": SUBJECT, "SubjectAlternativeNames": json.dumps(names)}
    assert shared.refused("CreateCertificate", **request) == "InvalidParameter"


def test_openssl_reads_them_and_a_ca_takes_them_over(shared: StillServer, authorities: Authorities):
    authority = authorities("EC_P256")
    names = ["a.example", "*.b.example", "münchen.example", "10.1.2.3", "::1"]
    held = Held.made(shared, "EC_P256", SubjectAlternativeNames=json.dumps(names)).uploaded(authority)
    shown = authority.field(held.call("GetCertificate")["Certificate"], "-ext subjectAltName")
    dns = "DNS:a.example, DNS:*.b.example, DNS:xn--mnchen-3ya.example"
    assert f"{dns}, IP Address:10.1.2.3, IP Address:0:0:0:0:0:0:0:1" in shown
    assert held.described["SubjectAlternativeNames"] == [TAKEN.get(name, name) for name in names]


def test_without_any_the_request_asks_for_none(shared: StillServer, authorities: Authorities):
    authority = authorities("EC_P256")
    held = Held.made(shared, "EC_P256", SubjectAlternativeNames="[]")
    authority.openssl.put("bare.csr", held.csr)
    assert b"X509v3" not in authority.openssl.run("req -in bare.csr -noout -text")

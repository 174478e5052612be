"""Rights on certificates that depend on their tags, as calls and the simulation decide."""

import json
from xml.etree import ElementTree as ET

import pytest

from tests.certificates.held import Held
from tests.permissions.callers import Caller
from tests.permissions.stage import House
from tests.ram.calls import allow
from tests.support.client import Client
from tests.support.server import Server, keyreeve


def test_tags_are_told_in_xml_where_it_can_tell_them(sqlite_server: Server):
    client = Client(sqlite_server.address, sqlite_server.account, version=1)
    held = Held.made(client, "EC_P256")
    held.call("TagResource", Tags='[{"TagKey":"team","TagValue":"a c"}]')
    body = client.answer("DescribeCertificate", CertificateId=held.certificate_id, Format="XML").body
    assert ET.fromstring(body).findtext("Tags/team") == "a c"  # noqa: S314  # our own server's answer
    held.call("TagResource", Tags='[{"TagKey":"a b/c","TagValue":"d"}]')
    answer = client.answer("DescribeCertificate", CertificateId=held.certificate_id, Format="XML")
    assert answer.status == 400
    assert b"Format" in answer.body
    assert held.described["Tags"] == {"a b/c": "d", "team": "a c"}


@pytest.mark.parametrize("tagged", [True, False])
def test_a_right_for_a_tag_counts_where_the_tag_is(sqlite_server: Server, *, tagged: bool):
    house = House(sqlite_server, Caller(sqlite_server.address, sqlite_server.account))
    held = Held.made(house.root, "EC_P256")
    held.call("TagResource", Tags=json.dumps([{"TagKey": "Team", "TagValue": "pay" if tagged else "play"}]))
    condition = {"StringEquals": {"kms:tag/Team": "pay"}}
    user = house.new_user({**allow("kms:DescribeCertificate", house.arn("certificate/*")), "Condition": condition})
    answer = user.caller.answer("DescribeCertificate", CertificateId=held.certificate_id)
    assert answer.code == ("OK" if tagged else "Forbidden.NoPermission")
    question = ("--action", "kms:DescribeCertificate", "--resource", f"certificate/{held.certificate_id}")
    done = keyreeve("ram", "simulate", "--data", str(sqlite_server.data), "--as", user.name, *question, "--json")
    assert json.loads(done.stdout)["allowed"] is tagged

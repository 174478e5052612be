"""The shapes of HTTP in which calls come and answers go."""

import http.client
import json
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from tests.access.requests import v1, v1_target, v3
from tests.support.client import Answer, Client, query_of, send
from tests.support.server import Account, Server

FORM = {"content-type": "application/x-www-form-urlencoded"}
REGIONS = {"Region": [{"RegionId": "cn-hangzhou"}]}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_other_methods_than_get_and_post_are_refused(server: Server, account: Account, method: str):
    answer = send(server.address, method, v1_target(account, method=method))
    assert answer.status == 403
    assert method == "HEAD" or answer.code == "UnsupportedHTTPMethod"


def test_get_is_served_in_both_versions(server: Server, account: Account):
    by_v1 = send(server.address, "GET", v1_target(account, method="GET"))
    by_v3 = send(server.address, "GET", "/", v3(account, server.address, method="GET"))
    assert by_v1.json["Regions"] == by_v3.json["Regions"] == REGIONS


def test_another_path_is_no_operation(server: Server, account: Account):
    target = v1_target(account).replace("/", "/kms", 1)
    assert send(server.address, "POST", target).code == "InvalidAction.NotFound"


def test_another_version_of_the_api_is_refused(server: Server, account: Account):
    answer = send(server.address, "POST", v1_target(account, Version="2016-01-21"))
    assert (answer.status, answer.code) == (400, "InvalidVersion")
    headers = v3(account, server.address, headers={"x-acs-version": "2014-05-26"})
    assert send(server.address, "POST", "/", headers).code == "InvalidVersion"


@pytest.mark.parametrize("action", ["MakeTea", "encrypt", "Encrypt ", "__class__", "中", "x" * 9000])
def test_an_unknown_action_is_not_found(server: Server, account: Account, action: str):
    answer = send(server.address, "POST", v1_target(account, Action=action))
    assert (answer.status, answer.code) == (404, "InvalidAction.NotFound")


def test_everything_may_be_in_the_form(server: Server, account: Account):
    body = query_of(v1(account)).replace("%20", "+").encode()
    assert send(server.address, "POST", "/", FORM, body).json["Regions"] == REGIONS


def test_query_and_form_add_up(server: Server, account: Account):
    parts = v1(account, Action="CreateKey", Description="in the form")
    body = query_of({"Description": parts.pop("Description")}).encode()
    answer = send(server.address, "POST", "/?" + query_of(parts), FORM, body)
    assert answer.json["KeyMetadata"]["Description"] == "in the form"


@pytest.mark.parametrize("query", ["Note=1&Note=1", "A=1&%41=1"])
def test_a_parameter_twice_is_refused(server: Server, account: Account, query: str):
    headers = v3(account, server.address, query=query)
    answer = send(server.address, "POST", f"/?{query}", headers)
    assert (answer.status, answer.code) == (400, "ParseRequestParameterException")


def test_a_body_of_another_type_is_refused(server: Server, account: Account):
    for kind in ("text/plain", "multipart/form-data; boundary=x", "application/xml"):
        headers = v3(account, server.address, body=b"A=1", headers={"content-type": kind})
        assert send(server.address, "POST", "/", headers, b"A=1").code == "ParseRequestParameterException"


def test_a_chunked_body_is_hashed_without_its_chunks(server: Server, account: Account):
    parts = [b"Descrip", b"tion=in+", b"pieces"]
    headers = v3(account, server.address, body=b"".join(parts), headers={**FORM, "x-acs-action": "CreateKey"})
    connection = http.client.HTTPConnection(server.address, timeout=30)
    connection.request("POST", "/", iter(parts), headers, encode_chunked=True)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    assert answer["KeyMetadata"]["Description"] == "in pieces"


def test_every_answer_carries_its_request_id_in_a_header_too(server: Server, account: Account):
    good = send(server.address, "POST", v1_target(account))
    bad = send(server.address, "POST", "/")
    for answer in (good, bad):
        assert answer.headers["x-acs-request-id"] == answer.json["RequestId"]
        assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert bad.json["HttpStatus"] == bad.status == 400


def xml_of(answer: Answer) -> ET.Element:
    assert "xml" in answer.headers["content-type"]
    return ET.fromstring(answer.body)  # noqa: S314  # our own server's answer


@pytest.mark.parametrize("name", ["XML", "xml", "Xml"])
def test_version_1_may_ask_for_xml(server: Server, account: Account, name: str):
    root = xml_of(send(server.address, "POST", v1_target(account, Format=name)))
    assert root.tag == "DescribeRegionsResponse"
    assert [region.text for region in root.findall("Regions/Region/RegionId")] == ["cn-hangzhou"]
    assert root.findtext("RequestId")


@pytest.mark.parametrize("text", ["<a> & </a> ]]> \" '", "a\r\nb\tc", "中 é \U0001f511", " "])
def test_xml_gives_texts_back_as_they_were(server: Server, account: Account, text: str):
    key_id = Client(server.address, account).create_key(Description=text)
    root = xml_of(send(server.address, "POST", v1_target(account, Format="XML", Action="DescribeKey", KeyId=key_id)))
    assert root.findtext("KeyMetadata/Description") == text


def test_an_error_is_in_xml_too(server: Server, account: Account):
    answer = send(server.address, "POST", v1_target(account, Format="XML", Action="DescribeKey"))
    root = xml_of(answer)
    assert (root.tag, root.findtext("Code"), answer.status) == ("Error", "MissingParameter", 400)
    stranger = Account(**{**account.__dict__, "access_key_id": "LTAInobody"})
    answer = send(server.address, "POST", v1_target(stranger, Format="XML"))
    assert xml_of(answer).findtext("Code") == "InvalidAccessKeyId.NotFound"


def test_version_3_is_answered_in_json_whatever_it_asks_for(server: Server, account: Account):
    headers = v3(account, server.address, query="Format=XML")
    assert send(server.address, "POST", "/?Format=XML", headers).json["Regions"] == REGIONS


def test_what_xml_cannot_write_is_refused_before_anything_is_done(server: Server, new_account: Callable[[], Account]):
    account = new_account()
    target = v1_target(account, Format="XML", Action="CreateKey", Description="bell \x07")
    answer = send(server.address, "POST", target)
    made = Client(server.address, account).call("ListKeys")["TotalCount"]
    assert (answer.status == 200) == (made == 1), answer.body

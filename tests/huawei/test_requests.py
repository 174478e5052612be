"""What no operation is asked by, and bodies that are none: a refusal of the right form, never a 500."""

import gzip
import json
import re
from collections.abc import Callable
from http.client import HTTPConnection

import pytest

from tests.huawei.raw import Raw
from tests.huawei.sdk import Huawei, HuaweiRefused
from tests.huawei.signing import list_keys_path, signed
from tests.support.server import Account, Server

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
NO_OBJECTS = [b"[]", b"5", b'"a"', b"null", b"true", b"{", b"x", b"{}{}", b"{'a':1}", b'{"a":1,}', b"\0", b"\xff",
              b'{"limit":1,"limit":2}', b'{"a":{"b":1,"b":2}}', b'{"a":NaN}', b'{"a":Infinity}', b'{"a":-Infinity}',
              b'{"a":"\\ud800"}', b'{"\\udc00":"a"}', b'{"a":"\xed\xa0\x80"}', b'{"a":"\n"}',
              b'{"a":' + b"9" * 5000 + b"}",
              b"[" * 100_000, b'{"a":' * 50_000, b'{"a":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
              gzip.compress(b"{}", mtime=0),
              "{}".encode("utf-16"), "{}".encode("utf-32")]  # fmt: skip


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    return sqlite_server


@pytest.fixture
def raw(server: Server, new_account: Callable[[], Account]) -> Raw:
    return Raw(server.address, new_account())


@pytest.mark.parametrize("body", NO_OBJECTS, ids=lambda body: repr(body[:20]))
def test_a_body_that_is_no_json_object_is_refused(raw: Raw, body: bytes):
    for path in ("kms/list-keys", "kms/create-key"):
        answer = raw.send("POST", path, body)
        assert (answer.status, answer.code) == (400, "KMS.0202")
        assert answer.json["error"].keys() == {"error_code", "error_msg"}
    answer = raw.send_to("POST", "/v3/auth/tokens", body)
    assert (answer.status, answer.json["error"]["code"]) == (400, 400)


NEARLY_EMPTY = [b"", b" ", b"\r\n", b"{}", b"\xef\xbb\xbf{}", b' {"unknown": {"of": [1, null]}} ', b'{"limit":null}']


@pytest.mark.parametrize("body", NEARLY_EMPTY)
def test_no_body_is_an_empty_one_and_unknown_fields_are_passed_over(raw: Raw, body: bytes):
    assert raw.send("POST", "kms/list-keys", body).status == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_3_mib_is_refused_in_the_doors_words(raw: Raw, chunked: bool):
    body, path = b"{" + b" " * 3 * 1024 * 1024 + b"}", list_keys_path(raw.account)
    headers = {**signed(raw.account, path, body), **({"transfer-encoding": "chunked"} if chunked else {})}
    connection = HTTPConnection(raw.address, timeout=60)
    connection.request("POST", path, [body] if chunked else body, headers, encode_chunked=chunked)
    response = connection.getresponse()
    assert (response.status, json.loads(response.read())["error"]["error_code"]) == (413, "KMS.0203")
    assert UUID.match(response.headers["x-request-id"])
    connection.close()
    assert raw.send("POST", "kms/list-keys", b"{" + b" " * (3 * 1024 * 1024 - 2) + b"}").status == 200


@pytest.mark.parametrize(
    "path",
    [
        *("kms", "kms/", "kms/make-tea", "kms/Create-Key", "other/list-keys", "kms//list-keys", "kms/list-keys/x"),
        *("/kms/list-keys", "kms/list-keys%FF", "kms/list%2dkeys%00", "kms/a/tags/b/c", "../v1.0/x"),
    ],
)
def test_an_unknown_path_is_told_by_the_gateway(raw: Raw, path: str):
    answer = raw.send("POST", path, {})
    assert (answer.status, answer.json["error_code"]) == (404, "APIGW.0101")
    assert answer.json.keys() == {"error_code", "error_msg", "request_id"}
    assert answer.json["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/v1.0", "/v1.0x/a", "/v2/", "/v3/", "/v3/tokens", "/v4/x", "/v1.0/x", "/%76%31.0/x"])
def test_paths_of_no_api_are_not_found(raw: Raw, path: str):
    assert raw.send_to("POST", path, {}).status in (404, 405)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_another_method_is_not_supported(raw: Raw, method: str):
    answer = raw.send(method, "kms/list-keys", {})
    assert answer.status == 405
    assert UUID.match(answer.headers["x-request-id"])
    assert answer.body == b"" if method == "HEAD" else answer.code == "KMS.0215"


@pytest.mark.parametrize("path", ["kms/create-grant", "kms/create-rsa-datakey-pair", "keystores", "kms/key-policies"])
def test_what_is_not_offered_says_so(raw: Raw, path: str):
    answer = raw.send("POST", path, {})
    assert (answer.status, answer.code) == (405, "KMS.0215")
    assert "does not have the operation" in answer.json["error"]["error_msg"]


def test_percent_signs_in_a_path_or_a_query_are_read(raw: Raw):
    assert raw.send("POST", "kms/list%2Dkeys", {}).status == 200
    assert raw.send("POST", "kms/list-keys", None, query="limit=%31").status == 200
    assert raw.send("POST", "kms/list-keys", None, query="limit=%FF").code == "KMS.0202"
    assert raw.send("POST", "kms/list-keys", None, query="limit=1&limit=2").code == "KMS.0202"


def test_every_answer_has_a_request_id_of_its_own(raw: Raw):
    answers = [
        raw.send("POST", "kms/list-keys", {}),
        raw.send("POST", "kms/list-keys", b"{"),
        raw.send("POST", "kms/describe-key", {}),
        raw.send("POST", "kms/list-keys", {}, authorization="x"),
        raw.send("POST", "kms/make-tea", {}),
        raw.send_to("GET", "/v3/projects"),
        raw.send_to("POST", "/v3/auth/tokens", {}),
    ]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == len(answers)
    assert all(UUID.match(one) for one in ids)
    assert all(answer.headers["content-type"] == "application/json;charset=utf-8" for answer in answers)


def test_the_sdk_raises_its_own_exceptions_with_code_message_and_request_id(raw: Raw):
    client = Huawei(raw.address, raw.account)
    with pytest.raises(HuaweiRefused) as refused:
        client.call("list_key_detail", key_id="0d0466b0-e727-4d9c-b35d-f84bb474a37f")
    raised = refused.value
    assert (raised.kind, raised.status, raised.code) == ("ClientRequestException", 404, "KMS.0207")
    assert UUID.match(raised.request_id)
    assert json.dumps(raised.message) == '"The key does not exist."'

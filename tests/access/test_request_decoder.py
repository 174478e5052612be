"""Whatever comes over the wire is either a call or one of our refusals."""

import hashlib
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.access.accounts import AccessKey
from keyreeve.access.authentication import verify
from keyreeve.access.callers import Caller
from keyreeve.access.claims import Claim
from keyreeve.crypto.secret import Secret
from keyreeve.errors import KeyreeveError, UnparsableRequest
from keyreeve.protocols.alibaba_rpc import decode
from keyreeve.protocols.http import HttpRequest
from keyreeve.visits import Call

FORM, JSON = "application/x-www-form-urlencoded", "application/json; charset=utf-8"
V1_PARTS = (
    "Action=Encrypt&Version=2016-01-20&AccessKeyId=LTAI1&Signature=%2B%2F%3D&SignatureMethod=HMAC-SHA1"
    "&SignatureVersion=1.0&Timestamp=2026-11-22T00%3A00%3A00Z&SignatureNonce=1"
)
EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
SIGNED = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
V3_HEADERS = {
    "host": "kms",
    "x-acs-action": "Encrypt",
    "x-acs-version": "2016-01-20",
    "x-acs-date": "2026-11-22T00:00:00Z",
    "x-acs-signature-nonce": "1",
    "x-acs-content-sha256": EMPTY_SHA256,
    "authorization": f"ACS3-HMAC-SHA256 Credential=LTAI1,SignedHeaders={SIGNED},Signature={'0' * 64}",
}

header_values = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
# The socket's side decodes a target as Latin-1, byte for byte.
targets = st.binary(max_size=200).map(lambda data: data.decode("latin-1"))
queries = st.one_of(
    targets, st.sampled_from(["", V1_PARTS, V1_PARTS + "&Action=Decrypt", "A=1", "EncryptionContext.a=1"])
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
bodies = st.one_of(
    st.just(b""),
    st.binary(max_size=200),
    queries.map(lambda text: text.encode("latin-1")),
    st.dictionaries(st.text(max_size=9), json_values, max_size=5).map(lambda value: json.dumps(value).encode()),
)
requests = st.builds(
    HttpRequest,
    method=st.sampled_from(["POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS"]),
    target=st.one_of(targets, queries.map(lambda query: f"/?{query}")),
    headers=st.one_of(
        st.dictionaries(st.sampled_from([*V3_HEADERS, "content-type"]), header_values),
        st.sampled_from([FORM, JSON, "text/plain"]).map(lambda kind: {**V3_HEADERS, "content-type": kind}),
        st.sampled_from([FORM, JSON, ""]).map(lambda kind: {"content-type": kind}),
    ),
    body=bodies,
    peer=st.just("192.0.2.1"),
)


def posted(body: bytes) -> HttpRequest:
    digest = hashlib.sha256(body).hexdigest()
    headers = {**V3_HEADERS, "content-type": JSON, "x-acs-content-sha256": digest}
    return HttpRequest("POST", "/", headers, body, "")


@given(requests)
def test_any_request_is_a_call_or_a_refusal_and_the_call_is_never_believed_unverified(request: HttpRequest):
    try:
        call = decode(request)
    except KeyreeveError:
        return
    assert isinstance(call, Call)
    assert isinstance(call.claim, Claim)
    assert all(isinstance(text, str) for pair in call.parameters.items() for text in pair)
    key = AccessKey(Caller("1", "LTAI1"), active=True, secret=Secret(b"not what signed it"))
    with pytest.raises(KeyreeveError):
        verify(call.claim, lambda _: key, 1_795_305_600, 0)


@given(st.dictionaries(st.text(max_size=9), json_values, max_size=5))
def test_a_json_body_of_any_values_is_a_call_or_a_refusal(members: dict[str, object]):
    with suppress(KeyreeveError):
        decode(posted(json.dumps(members).encode()))


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_json_body_nested_to_any_depth_is_a_call_or_a_refusal(opening: str, closing: str):
    # Reading and writing give up at different depths, near what Python allows.
    for depth in (10, 500, *range(850, 1010), 2000, 1_000_000):
        with suppress(KeyreeveError):
            decode(posted(f'{{"X":{opening * depth}1{closing * depth}}}'.encode()))


@pytest.mark.parametrize(
    "query", ["A=1&A=2", "A=1&%41=2", "EncryptionContext.a=1&EncryptionContext.a=2", "A=%ff", "%C3=1", "A&A="]
)
def test_a_parameter_twice_or_one_that_is_not_utf_8_is_refused(query: str):
    for request in (
        HttpRequest("POST", f"/?{V1_PARTS}&{query}", {}, b"", ""),
        HttpRequest("POST", f"/?{V1_PARTS}", {"content-type": FORM}, query.encode(), ""),
    ):
        with pytest.raises(UnparsableRequest):
            decode(request)


@pytest.mark.parametrize(
    "body",
    [b"[]", b'"a"', b"{", b'{"A":1} x', b'{"A":"\xff"}', b'{"A":"\\ud800"}', b'{"A":NaN}', b'{"A":1,"A":2}'],
)
def test_a_json_body_that_is_no_object_of_distinct_names_is_refused(body: bytes):
    with pytest.raises(UnparsableRequest):
        decode(posted(body))


def test_the_members_of_a_json_body_become_the_texts_that_other_clients_send():
    body = b'{"KeyId":"k","PageSize":7,"DryRun":true,"Gone":null,"EncryptionContext":{"b":"2","a":"1"}}'
    parameters = {name: str(value) for name, value in decode(posted(body)).parameters.items()}
    context = json.loads(parameters.pop("EncryptionContext"))
    assert context == {"a": "1", "b": "2"}
    assert parameters == {"KeyId": "k", "PageSize": "7", "DryRun": "true"}

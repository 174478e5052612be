"""What the SDK sends, as it was captured (reference 5.2): known as it is, and refused with any byte changed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.huawei.capture import also, captured, head_and_body, header_of, replay, without
from tests.huawei.sdk import Huawei
from tests.huawei.signing import ALGORITHM
from tests.support.server import Account, Server

KEY = "0d0466b0-e727-4d9c-b35d-f84bb474a37f"
# Reference 5.2: the path behind the project, and the exact body, in the SDK's own calls.
CAPTURED: dict[str, tuple[dict[str, Any], str, bytes]] = {
    "create_key": ({"key_alias": "lab"}, "POST kms/create-key", b'{"key_alias": "lab"}'),
    "create_datakey": (
        {"key_id": KEY, "datakey_length": "512"},
        "POST kms/create-datakey",
        b'{"key_id": "%b", "datakey_length": "512"}' % KEY.encode(),
    ),
    "encrypt_data": (
        {"key_id": KEY, "plain_text": "h\u00e9llo", "additional_authenticated_data": "a"},
        "POST kms/encrypt-data",
        b'{"key_id": "%b", "plain_text": "h\\u00e9llo", "additional_authenticated_data": "a"}' % KEY.encode(),
    ),
    "list_aliases": ({"key_id": KEY, "limit": 10}, f"GET kms/aliases?key_id={KEY}&limit=10", b""),
    "delete_alias": (
        {"aliases": ["alias/x"], "key_id": KEY},
        "DELETE kms/aliases",
        b'{"aliases": ["alias/x"], "key_id": "%b"}' % KEY.encode(),
    ),
}


def captured_call(account: Account, method: str, given: dict[str, Any]) -> bytes:
    return captured(lambda address: Huawei(address, account).call(method, **given))


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    return sqlite_server


@pytest.fixture
def account(server: Server, new_account: Callable[[], Account]) -> Account:
    return new_account()


@pytest.mark.parametrize("method", CAPTURED)
def test_the_sdk_signs_as_it_was_captured_and_is_known_by_it(server: Server, account: Account, method: str):
    given, path, body = CAPTURED[method]
    request = captured_call(account, method, given)
    verb, _, rest = path.partition(" ")
    lines, found = head_and_body(request)
    assert (lines[0].decode(), found) == (f"{verb} /v1.0/{account.project_id}/{rest} HTTP/1.1", body)
    signed_names = "content-type;host;user-agent;x-project-id;x-sdk-date"
    assert f"{ALGORITHM} Access={account.access_key_id}, SignedHeaders={signed_names}, Signature=" in header_of(
        request, "authorization"
    )
    # What the call is refused for, if it is, is not its sender.
    assert replay(server.address, request).status not in (401, 403)


def test_the_same_bytes_may_come_again(server: Server, account: Account):
    """There is no nonce (docs/security/limitations.md)."""
    request = captured_call(account, "list_keys", {"limit": "1"})
    assert [replay(server.address, request).status for _ in range(3)] == [200, 200, 200]


def test_no_byte_that_is_signed_can_be_another(server: Server, account: Account):
    request = captured_call(account, "list_keys", {"limit": "1", "key_state": "2"})
    assert replay(server.address, request).status == 200
    end = request.index(b" HTTP/1.1")
    places = [*range(end), *_places_of_signed_headers(request), *range(request.index(b"\r\n\r\n") + 4, len(request))]
    taken = [at for at in places if replay(server.address, _flipped(request, at)).status < 400]
    assert taken == []


def _places_of_signed_headers(request: bytes) -> list[int]:
    """Of Authorization too, but for the Connection and Accept headers, which nobody signs."""
    names = (b"content-type", b"host", b"user-agent", b"x-project-id", b"x-sdk-date", b"authorization")
    places: list[int] = []
    at = 0
    for line in head_and_body(request)[0]:
        if line.lower().startswith(names):
            places.extend(range(at, at + len(line)))
        at += len(line) + 2
    return places


def _flipped(request: bytes, at: int) -> bytes:
    return request[:at] + bytes((request[at] ^ 1,)) + request[at + 1 :]


@pytest.mark.parametrize("name", ["content-type", "host", "user-agent", "x-project-id", "x-sdk-date"])
def test_a_signed_header_cannot_be_left_out_or_doubled(server: Server, account: Account, name: str):
    request = captured_call(account, "list_keys", {})
    doubled = also(request, f"{name}: {header_of(request, name)}".encode())
    for changed in (without(request, name), doubled):
        assert replay(server.address, changed).status in (400, 401, 403)

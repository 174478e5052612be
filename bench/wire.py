"""One request at a time: to prepare the servers, and to see that what is measured is answered well."""

import json
import socket
from collections.abc import Mapping
from http.client import HTTPResponse

from process import BenchError


def answer(port: int, data: bytes, statuses: tuple[int, ...] = (200,)) -> bytes:
    """Send the very bytes that wrk would send and return the body; another status ends the benchmark."""
    status, body = exchange(port, data)
    if status not in statuses:
        raise BenchError(f"{data.split(b' HTTP')[0]!r} was answered {status}: {body[:1000].decode(errors='replace')}")
    return body


def exchange(port: int, data: bytes) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(data)
        response = HTTPResponse(connection)
        response.begin()
        return response.status, response.read()


def http(method: str, path: str, port: int, headers: Mapping[str, str] | None = None, body: object = None) -> bytes:
    """The bytes of a plain HTTP request, with a JSON body if one is given."""
    payload = b"" if body is None else json.dumps(body).encode()
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{lines}Content-Length: {len(payload)}\r\n\r\n"
    return head.encode() + payload

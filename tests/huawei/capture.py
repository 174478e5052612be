"""What a client sends, taken down byte for byte, and sent again to a server as it was or changed."""

import http.client
import re
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from tests.huawei.raw import Answer

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def captured(call: Callable[[str], object]) -> bytes:
    """The one request that `call` makes of the address that it is given."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening, ThreadPoolExecutor(1) as pool:
        listening.settimeout(30)
        calling = pool.submit(call, f"127.0.0.1:{listening.getsockname()[1]}")
        connection, _ = listening.accept()
        with closing(connection):
            request = _received(connection)
            connection.sendall(_ANSWER)
        calling.result(30)
    return request


def replay(address: str, request: bytes) -> Answer:
    """The server's answer. The request must be whole, or the server waits for the rest."""
    host, _, port = address.rpartition(":")
    with closing(socket.create_connection((host, int(port)), timeout=30)) as connection:
        connection.sendall(request)
        reply = http.client.HTTPResponse(connection)
        reply.begin()
        received = {name.lower(): value for name, value in reply.getheaders()}
        return Answer(reply.status, received, reply.read())


def head_and_body(request: bytes) -> tuple[list[bytes], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


def header_of(request: bytes, name: str) -> str:
    lines = [line.partition(b": ") for line in head_and_body(request)[0][1:]]
    return next((value.decode() for found, _, value in lines if found.decode().lower() == name), "")


def without(request: bytes, name: str) -> bytes:
    return _with_lines(request, [one for one in _lines(request) if not one.lower().startswith(f"{name}:".encode())])


def also(request: bytes, line: bytes) -> bytes:
    return _with_lines(request, [*_lines(request), line])


def _lines(request: bytes) -> list[bytes]:
    return head_and_body(request)[0]


def _with_lines(request: bytes, lines: Sequence[bytes]) -> bytes:
    return b"\r\n".join(lines) + b"\r\n\r\n" + head_and_body(request)[1]


def _received(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    found = _LENGTH.search(data)
    wanted = data.index(b"\r\n\r\n") + 4 + (int(found[1]) if found else 0)
    while len(data) < wanted:
        data += connection.recv(65_536)
    return data

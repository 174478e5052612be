"""One answer for one request, in order, whatever else is on the connection."""

import contextlib
import re
import socket
import time

import pytest

from tests.access.requests import v1_target
from tests.serving.processes import workers_of
from tests.support.server import Account, Server

UPGRADE = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"


def request(account: Account, headers: str = "", **parts: str) -> bytes:
    return f"POST {v1_target(account, **parts)} HTTP/1.1\r\nHost: x\r\n{headers}Content-Length: 0\r\n\r\n".encode()


def statuses(server: Server, sent: bytes) -> list[int]:
    """The statuses of all answers until the server closes or is silent."""
    received = b""
    with socket.create_connection((server.host, server.port), timeout=3) as connection:
        connection.sendall(sent)
        try:
            while piece := connection.recv(65536):
                received += piece
        except TimeoutError:
            pass
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", received)]


@pytest.mark.parametrize("action", ["DescribeRegions", "CreateKey"])
@pytest.mark.parametrize(
    ("behind", "status"),
    [(b"\x01\x02 garbage\r\n\r\n", 400), (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", 413)],
    ids=["garbage", "too large"],
)
def test_a_refusal_waits_for_the_answer_before_it(
    server: Server, account: Account, action: str, behind: bytes, status: int
):
    assert statuses(server, request(account, Action=action) + behind) == [200, status]


@pytest.mark.parametrize("action", ["DescribeRegions", "CreateKey"])
def test_an_upgrade_is_not_offered_and_the_request_answered_once(server: Server, account: Account, action: str):
    assert statuses(server, request(account, UPGRADE, Action=action)) == [200]


@pytest.mark.parametrize("behind", [b"garbage", b"GET /healthz HTTP/1.1\r\n\r\n"])
def test_behind_a_request_that_closes_nothing_is_read(server: Server, account: Account, behind: bytes):
    assert statuses(server, request(account, "Connection: close\r\n") + behind) == [200]


def test_pipelined_requests_are_answered_all(server: Server):
    assert statuses(server, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 500) == [200] * 500


def memory(server: Server) -> int:
    """Bytes of all workers together."""
    total = 0
    for pid in workers_of(server):
        with open(f"/proc/{pid}/statm") as file:  # noqa: PTH123  # procfs
            total += int(file.read().split()[1]) * 4096
    return total


def test_trailers_without_end_do_not_fill_the_memory(server: Server):
    before = memory(server)
    block = b"".join(b"x%07d: %s\r\n" % (number, b"y" * 20) for number in range(3000))
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        try:
            for _ in range(500):
                connection.sendall(block)
        except OSError:
            pass
        assert memory(server) - before < 30 << 20


def test_a_client_that_does_not_read_its_answers_does_not_fill_the_memory(server: Server, account: Account):
    before = memory(server)
    one = request(account, f"X: {'h' * 10_000}\r\n", Action="NoSuchOperation").replace(
        b"Host: x", b"Host: " + b"h" * 50_000
    )
    with socket.create_connection((server.host, server.port), timeout=0.5) as connection:
        until = time.monotonic() + 4
        while time.monotonic() < until:
            with contextlib.suppress(TimeoutError):
                connection.send(one)
        assert memory(server) - before < 60 << 20

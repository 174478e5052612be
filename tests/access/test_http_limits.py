"""Long requests, slow clients and bytes that are hardly HTTP."""

import socket
import time
from collections.abc import Generator
from contextlib import closing, contextmanager

import pytest

from tests.access.requests import v1_target, v3
from tests.support.client import now_text, query_of, send
from tests.support.server import Account, Server

FORM = {"content-type": "application/x-www-form-urlencoded"}
# What the loneliest of answers may take on a busy machine.
SOON = 5.0


@contextmanager
def connected(server: Server) -> Generator[socket.socket]:
    with closing(socket.create_connection((server.host, server.port), timeout=SOON)) as connection:
        yield connection


def test_a_request_line_of_128_kib_is_served(server: Server, account: Account):
    for junk in ("x" * 128 * 1024, "é%&" * 12_000):
        target = v1_target(account, Junk=junk)
        assert len(target) > 128 * 1024
        assert send(server.address, "POST", target).status == 200
    query = query_of({"Junk": "y" * 128 * 1024})
    headers = v3(account, server.address, query=query)
    assert send(server.address, "POST", f"/?{query}", headers).status == 200


def test_a_form_of_nearly_3_mib_is_served(server: Server, account: Account):
    body = b"Junk=" + b"x" * (3 * 1024 * 1024 - 100)
    headers = v3(account, server.address, body=body, headers=FORM)
    assert send(server.address, "POST", "/", headers, body).status == 200


def test_a_long_request_line_and_a_long_form_are_served_together(server: Server, account: Account):
    query, body = query_of({"Junk": "x" * 190 * 1024}), b"More=" + b"y" * 200 * 1024
    headers = v3(account, server.address, query=query, body=body, headers=FORM)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with connected(server) as connection:
        connection.sendall(f"POST /?{query}".encode())
        # The end of the head then comes together with the beginning of the body.
        time.sleep(0.2)
        connection.sendall(f" HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_form_of_more_than_3_mib_is_refused_so_that_its_sender_hears_it(server: Server, account: Account):
    body = b"Junk=" + b"x" * (4 << 20)
    headers = v3(account, server.address, body=body, headers=FORM)
    answer = send(server.address, "POST", "/", headers, body)
    assert answer.status == 413
    assert answer.json["HttpStatus"] == 413


def test_a_body_that_is_announced_too_long_is_refused_before_it_is_sent(server: Server):
    with connected(server) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_head_of_more_than_the_limit_is_refused(server: Server):
    with connected(server) as connection:
        connection.sendall(b"POST /?" + b"x" * 250_000)
        connection.sendall(b"y" * 20_000)
        assert connection.recv(1000).startswith(b"HTTP/1.1 431 ")


def test_clients_that_stall_in_the_middle_do_not_hinder_others(server: Server, account: Account):
    request = f"POST {v1_target(account)} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode()
    stalled = [socket.create_connection((server.host, server.port), timeout=SOON) for _ in range(100)]
    for number, connection in enumerate(stalled, 1):
        connection.sendall(request[:number])
    started = time.monotonic()
    for _ in range(4):
        assert send(server.address, "POST", v1_target(account)).status == 200
    assert time.monotonic() - started < SOON
    # The last of them goes on after all, and is answered.
    stalled[-1].sendall(request[len(stalled) :])
    assert stalled[-1].recv(100).startswith(b"HTTP/1.1 200 ")
    for connection in stalled:
        connection.close()


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_request_may_come_in_pieces(server: Server, account: Account, size: int):
    request = f"POST {v1_target(account)} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode()
    with connected(server) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(request), size):
            connection.sendall(request[start : start + size])
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")


def test_requests_on_one_connection_are_answered_in_order(server: Server, account: Account):
    actions = ["DescribeRegions", "ListKeys", "MakeTea", "DescribeRegions"]
    requests = [
        f"POST {v1_target(account, Action=action)} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
        for action in actions
    ]
    with connected(server) as connection:
        connection.sendall("".join(requests).encode())
        answers = b""
        while answers.count(b"RequestId") < len(actions):
            answers += connection.recv(65_536)
    places = [answers.index(mark) for mark in (b"Regions", b"TotalCount", b"InvalidAction")]
    assert places == sorted(places)
    assert answers.rindex(b"Regions") > places[-1]


@pytest.mark.parametrize("host", [b"x\xef\xbf\xbe", b"x\xff", b"<&>", b"", b"a,b"])
@pytest.mark.parametrize("access_key_id", ["LTAInobody", ""])
def test_an_error_in_xml_is_answered_whatever_the_host_header_holds(
    server: Server, account: Account, host: bytes, access_key_id: str
):
    target = v1_target(account, Format="XML", AccessKeyId=access_key_id)
    with connected(server) as connection:
        connection.sendall(f"POST {target} HTTP/1.1\r\n".encode())
        connection.sendall(b"Host: " + host + b"\r\nContent-Length: 0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 40")


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n",
        b"\0" * 100,
        b"GET\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\xfc\x03\x03",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=repr,
)
def test_what_is_not_http_ends_its_connection_and_nothing_else(server: Server, account: Account, data: bytes):
    with connected(server) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    assert received == b"" or received.startswith(b"HTTP/1.1 4")
    assert send(server.address, "POST", v1_target(account, Timestamp=now_text())).status == 200

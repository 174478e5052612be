"""A worker that the system gives no more threads."""

import os
import resource
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.serving.processes import serving, workers_of
from tests.support.client import query_of, v3_headers
from tests.support.server import Server, init


def connected(server: Server) -> socket.socket:
    connection = socket.create_connection((server.host, server.port), timeout=10)
    # The worker has it then.
    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: kms.test\r\n\r\n")
    assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    return connection


def call_of(server: Server, action: str) -> bytes:
    headers = v3_headers(server.account, action, query_of({}), server.address)
    lines = (f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /? HTTP/1.1\r\n{''.join(lines)}Content-Length: 0\r\n\r\n".encode()


@contextmanager
def no_new_threads(worker: int) -> Generator[None]:
    """Their stacks have no room."""
    status = Path(f"/proc/{worker}/status").read_text()
    used = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmSize:"))
    before = resource.prlimit(worker, resource.RLIMIT_AS, ((used + 4096) * 1024, resource.RLIM_INFINITY))
    yield
    resource.prlimit(worker, resource.RLIMIT_AS, before)


def test_who_cannot_be_served_is_hung_up_on_and_the_others_of_the_turn_are_answered(data: Path):
    with serving(Server(data, init(data), workers=1)) as server:
        (worker,) = workers_of(server)
        with connected(server) as writing, connected(server) as reading:
            reading.sendall(call_of(server, "DescribeRegions"))
            assert reading.recv(4096).startswith(b"HTTP/1.1 200")
            with no_new_threads(worker):
                os.kill(worker, signal.SIGSTOP)
                writing.sendall(call_of(server, "CreateKey"))
                reading.sendall(call_of(server, "DescribeRegions"))
                os.kill(worker, signal.SIGCONT)
                assert reading.recv(4096).startswith(b"HTTP/1.1 200")
                assert writing.recv(4096) == b""

"""/healthz and /metrics, which need no signature."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.processes import serving, wait_for
from tests.support.client import Client, send
from tests.support.server import Server, init, keyreeve


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    with serving(Server(data, init(data))) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server.address, server.account)


def count_of(server: Server, operation: str, result: str = "OK") -> float:
    text = send(server.address, "GET", "/metrics").body.decode()
    label = re.escape(f'{{operation="{operation}",result="{result}"}}')
    return sum(map(float, re.findall(rf"^keyreeve_requests_total{label} (\S+)$", text, re.MULTILINE)))


def test_healthz_says_ok(server: Server):
    health = send(server.address, "GET", "/healthz")
    assert (health.status, health.body) == (200, b"ok\n")


def test_calls_of_all_workers_are_counted_by_operation_and_result(server: Server, client: Client):
    key_id = client.create_key()
    for _ in range(100):
        client.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")
    client.refused("DescribeKey", KeyId="alias/no")
    client.refused("NoSuchOperation")
    # A worker adds its own calls up once a second.
    wait_for(lambda: count_of(server, "Encrypt") == 100)
    wait_for(lambda: count_of(server, "DescribeKey", "Forbidden.AliasNotFound") == 1)
    wait_for(lambda: count_of(server, "unknown", "InvalidAction.NotFound") == 1)
    metrics = send(server.address, "GET", "/metrics")
    assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert b'keyreeve_request_seconds_count{operation="Encrypt"} 100.0' in metrics.body
    assert key_id.encode() not in metrics.body
    assert b"NoSuchOperation" not in metrics.body


def test_calls_answered_at_the_same_time_are_all_counted(server: Server, client: Client):
    def work() -> None:
        for _ in range(100):
            client.call("DescribeAccountKmsStatus")
            client.call("ListKeys")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: count_of(server, "DescribeAccountKmsStatus") == 600)
    wait_for(lambda: count_of(server, "ListKeys") == 600)


def test_a_second_server_that_is_refused_leaves_the_firsts_metrics_alone(server: Server, client: Client):
    for _ in range(4):
        client.create_key()
    wait_for(lambda: count_of(server, "CreateKey") == 4)
    done = keyreeve("serve", "--data", str(server.data), "--listen", server.address)
    assert done.returncode == 1
    assert count_of(server, "CreateKey") == 4

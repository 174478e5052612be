"""After DisableKey or EnableKey has answered, no worker of the node goes by what was before."""

import contextlib
import http.client
import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.serving.processes import workers_of
from tests.support.client import Client, query_of, v1_parameters, v3_headers
from tests.support.server import Server

ROUNDS = {"sqlite": 200, "postgres": 50}
CONNECTIONS = 4


@dataclass(frozen=True)
class Seen:
    started: float
    ended: float
    status: int


@dataclass(eq=False)
class Hammer(threading.Thread):
    """Encrypts over one connection of its own, which one worker has, until told to stop."""

    client: Client
    key_id: str
    stop: threading.Event
    seen: list[Seen] = field(default_factory=list[Seen])

    def __post_init__(self) -> None:
        super().__init__()
        self.connection = http.client.HTTPConnection(self.client.address, timeout=60)

    def run(self) -> None:
        while not self.stop.is_set():
            self.encrypt()
        self.connection.close()

    def encrypt(self) -> int:
        query = query_of({"KeyId": self.key_id, "Plaintext": "aGVsbG8="})
        headers = v3_headers(self.client.account, "Encrypt", query, self.client.address)
        started = time.monotonic()
        self.connection.request("POST", f"/?{query}", headers=headers)
        response = self.connection.getresponse()
        response.read()
        self.seen.append(Seen(started, time.monotonic(), response.status))
        return response.status


def rounds(server: Server) -> int:
    return ROUNDS["sqlite" if (server.data / "keyreeve.db").exists() else "postgres"]


def test_at_once_after_a_switch_every_worker_goes_by_it(server: Server, client: Client):
    key_id = client.create_key()
    # Connections are dealt to the workers in turn, so that four cover both twice.
    lines = [Hammer(client, key_id, threading.Event()) for _ in range(CONNECTIONS)]
    for _ in range(rounds(server)):
        client.call("DisableKey", KeyId=key_id)
        assert [line.encrypt() for line in lines] == [409] * CONNECTIONS
        client.call("EnableKey", KeyId=key_id)
        assert [line.encrypt() for line in lines] == [200] * CONNECTIONS
    for line in lines:
        line.connection.close()


def test_connections_are_dealt_to_all_workers(server: Server):
    def sockets() -> list[int]:
        folders = [Path(f"/proc/{pid}/fd") for pid in workers_of(server)]
        return [sum("socket:" in str(one.readlink()) for one in folder.iterdir()) for folder in folders]

    # Connections of what ran before are closed by now.
    time.sleep(1)
    before = sockets()
    with contextlib.ExitStack() as lines:
        for _ in range(2 * server.workers):
            lines.enter_context(socket.create_connection((server.host, server.port)))
        time.sleep(1)
        assert [now - then for now, then in zip(sockets(), before, strict=True)] == [2] * server.workers


def test_under_load_no_call_that_began_after_a_switch_goes_by_what_was_before(server: Server, client: Client):
    key_id = client.create_key()
    stop = threading.Event()
    hammers = [Hammer(client, key_id, stop) for _ in range(2 * CONNECTIONS)]
    for hammer in hammers:
        hammer.start()
    spans: list[tuple[float, float, int]] = []
    for _ in range(max(20, rounds(server) // 4)):
        for operation, status in (("DisableKey", 409), ("EnableKey", 200)):
            client.call(operation, KeyId=key_id)
            answered = time.monotonic()
            time.sleep(0.02)
            spans.append((answered, time.monotonic(), status))
    stop.set()
    for hammer in hammers:
        hammer.join()
    checked = wrong = 0
    for seen in (one for hammer in hammers for one in hammer.seen):
        for answered, before_next, status in spans:
            if seen.started > answered and seen.ended < before_next:
                checked += 1
                wrong += seen.status != status
    assert checked > len(spans)
    assert wrong == 0


def test_a_version_1_request_signed_before_the_switch_is_judged_when_it_comes(client: Client):
    key_id = client.create_key()
    signed = v1_parameters(client.account, "Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="})
    client.call("DisableKey", KeyId=key_id)
    connection = http.client.HTTPConnection(client.address, timeout=60)
    connection.request("POST", "/?" + query_of(signed))
    assert connection.getresponse().status == 409
    connection.close()

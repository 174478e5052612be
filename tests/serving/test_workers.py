"""Workers that die, and servers that are told to stop."""

import http.client
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.load import start_writers, stop_writers
from tests.serving.processes import log_of, serving, wait_for, workers_of
from tests.serving.test_kill import require_audit, require_database, require_done
from tests.support.client import Client, send
from tests.support.server import Server, init


@pytest.fixture
def own(data: Path) -> Iterator[Server]:
    """A server that the test may harm."""
    with serving(Server(data, init(data))) as server:
        yield server


def replaced(server: Server, dead: int) -> bool:
    return dead not in workers_of(server) and len(workers_of(server)) == server.workers


@pytest.mark.parametrize("which", [0, 1])
def test_a_killed_worker_is_replaced_and_the_others_go_on(own: Server, which: int):
    writers = start_writers(own, 4, lasting=True)
    time.sleep(0.5)
    for _ in range(3):
        dead = workers_of(own)[which]
        os.kill(dead, signal.SIGKILL)
        wait_for(lambda gone=dead: replaced(own, gone))
        time.sleep(0.7)
    known = stop_writers(writers)
    # A dead worker takes with it the calls that it was answering and what was dealt to it while it died, and no more.
    assert sum(writer.broken for writer in writers) <= 2 * 3 * len(writers)
    assert [send(own.address, "GET", "/healthz").status for _ in range(6)] == [200] * 6
    answered = known.answered + require_done(own, known)
    require_database(own.data)
    require_audit(own.data, answered)


def test_a_server_whose_supervisor_is_killed_stops_by_itself(own: Server):
    assert own.process is not None
    workers = workers_of(own)
    own.process.kill()
    own.process.wait()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    own._forget()
    own.start()
    assert send(own.address, "GET", "/healthz").status == 200


def locked(data: Path) -> sqlite3.Connection:
    """The database's writing place, taken from the server."""
    connection = sqlite3.connect(data / "keyreeve.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_sigterm_lets_the_calls_in_flight_be_answered(own: Server):
    client = Client(own.address, own.account)
    lock = locked(own.data)
    codes: list[str] = []
    calls = [threading.Thread(target=lambda: codes.append(client.answer("CreateKey").code)) for _ in range(6)]
    for call in calls:
        call.start()
    time.sleep(0.5)
    assert own.process is not None
    own.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    with pytest.raises(ConnectionRefusedError):
        send(own.address, "GET", "/healthz")
    assert codes == []
    lock.rollback()
    lock.close()
    for call in calls:
        call.join(30)
    assert codes == ["OK"] * 6
    assert own.stop() == 0
    own.start()
    assert client_of(own).call("ListKeys")["TotalCount"] == 6


def client_of(server: Server) -> Client:
    return Client(server.address, server.account)


def test_sigterm_does_not_wait_for_connections_that_are_idle(own: Server):
    idle = http.client.HTTPConnection(own.address, timeout=10)
    idle.request("GET", "/healthz")
    idle.getresponse().read()
    started = time.monotonic()
    assert own.stop() == 0
    assert time.monotonic() - started < 5
    idle.close()


def test_sigterm_to_the_whole_group_as_a_terminal_sends_it_ends_well(own: Server):
    assert own.process is not None
    os.killpg(own.process.pid, signal.SIGINT)
    assert own.stop() == 0
    assert "Traceback" not in log_of(own)


def test_a_worker_that_died_just_before_sigterm_does_not_spoil_the_end(own: Server):
    """The supervisor is held still, so that it finds both at once."""
    assert own.process is not None
    own.process.send_signal(signal.SIGSTOP)
    os.kill(workers_of(own)[0], signal.SIGKILL)
    own.process.send_signal(signal.SIGTERM)
    own.process.send_signal(signal.SIGCONT)
    status = own.stop()
    assert "Traceback" not in log_of(own)
    assert status == 0

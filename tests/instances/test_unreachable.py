"""Who does not answer, or not as expected, is said to be unreachable in time."""

import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

import pytest

from keyreeve.crypto.secret import Secret
from keyreeve.instances.addresses import shares
from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.errors import TargetUnreachable
from keyreeve.instances.hosts.target import HostTarget
from keyreeve.instances.key_pairs import generate_key_pair
from keyreeve.instances.model import Engine, Instance, Tls, TlsMode
from keyreeve.instances.targets import open_target
from tests.support.ports import free_port

HOST_KEY = f"db {generate_key_pair('').public_key}"
ENGINES = list(Engine)


def target(engine: Engine, port: int, host: str = "127.0.0.1", tls: Tls | None = None) -> DatabaseTarget | HostTarget:
    host_key = HOST_KEY if engine is Engine.SSH else None
    return open_target(
        Instance("i", engine, host, port, "someone", Secret(b"hush"), host_key=host_key, tls=tls or Tls())
    )


def refusal(engine: Engine, port: int, host: str = "127.0.0.1", tls: Tls | None = None) -> str:
    with pytest.raises(TargetUnreachable) as caught:
        target(engine, port, host, tls).check()
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Generator[int]:
    """A server that talks to each that comes, until they are gone."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)

        def serve() -> None:
            try:
                connected, _ = server.accept()
            except OSError:
                return
            with connected, suppress(OSError):
                talk(connected)

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(server.getsockname()[1])
        thread.join()


@pytest.mark.parametrize("engine", ENGINES)
def test_nobody_listens(engine: Engine):
    assert "connection refused" in refusal(engine, free_port())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_name_that_is_not_known(engine: Engine):
    assert refusal(engine, 1, "no-such-host.invalid") == "the name no-such-host.invalid cannot be resolved"


@pytest.mark.parametrize("engine", ENGINES)
def test_who_hangs_up_at_once(engine: Engine):
    with listening(lambda _: None) as port:
        assert refusal(engine, port)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("speech", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\xff" * 5000, b"E\x00\x00\x00\x08bad\x00"])
def test_who_speaks_something_else(engine: Engine, speech: bytes):
    def talk(connected: socket.socket) -> None:
        connected.sendall(speech)
        connected.shutdown(socket.SHUT_WR)
        connected.recv(1000)

    with listening(talk) as port:
        assert refusal(engine, port)


def _silence(connected: socket.socket, _: Engine) -> None:
    while connected.recv(1000):
        pass


# How a message begins that has a long way to go.
_PROMISES = {
    Engine.MARIADB: b"\xff\xff\x00\x00",
    Engine.MYSQL: b"\xff\xff\x00\x00",
    Engine.POSTGRESQL: b"E\x00\x00\x70\x00",
    Engine.SSH: b"SSH-2.0-x\r\n\x00\x00\x80\x00",
}


def _trickle(connected: socket.socket, engine: Engine) -> None:
    """A byte a while: no single read ever waits long."""
    connected.sendall(_PROMISES[engine])
    while True:
        connected.sendall(b"x")
        time.sleep(0.3)


@pytest.mark.parametrize("talk", [_silence, _trickle])
def test_who_never_comes_to_an_end_is_left_after_five_seconds(talk: Callable[[socket.socket, Engine], None]):
    """All at once: the time is waited, not used."""
    taken: dict[str, float] = {}

    def ask(engine: Engine, tls: Tls) -> None:
        began = time.monotonic()
        with listening(lambda connected: talk(connected, engine)) as port, suppress(TargetUnreachable):
            target(engine, port, tls=tls).check()
        taken[f"{engine} {tls.mode}"] = time.monotonic() - began

    cases = [(engine, Tls()) for engine in ENGINES]
    if talk is _silence:
        cases += [(engine, Tls(TlsMode.UNVERIFIED)) for engine in ENGINES if engine is not Engine.SSH]
    threads = [threading.Thread(target=ask, args=case) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(cases)
    assert all(4.5 < seconds < 7 for seconds in taken.values()), taken


def test_an_address_that_swallows_everything_leaves_time_for_the_next():
    until = time.monotonic() + 1
    (first, one), (second, two) = ((address, deadline) for address, deadline in shares(["a", "b"], until))
    assert (first, second) == ("a", "b")
    assert one - time.monotonic() <= 0.5
    assert abs(two - until) < 0.01

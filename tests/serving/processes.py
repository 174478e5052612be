import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import Server


@contextmanager
def serving(server: Server) -> Generator[Server]:
    """A server that has started and that ends well, or is killed if the test fails first."""
    server.start()
    try:
        yield server
        if server.process is not None:
            assert server.stop() == 0
    finally:
        if server.process is not None:
            server.kill()


def wait_for(reached: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, "it did not come in time"
        time.sleep(0.02)


def workers_of(server: Server) -> list[int]:
    """The process ids of a running server's workers."""
    assert server.process is not None
    pid = server.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def log_of(server: Server) -> str:
    return server.log_path.read_text()

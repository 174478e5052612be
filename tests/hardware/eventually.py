"""What comes within some seconds, if not at once."""

import time
from collections.abc import Callable

from tests.support.client import Client

# Of calls in a row that all must succeed: connections are dealt to the workers in turn, so each of them has had some.
_IN_A_ROW = 6


def wait_until(reached: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, "it did not come in time"
        time.sleep(0.1)


def wait_until_all_workers_answer(client: Client, action: str, **parameters: str) -> None:
    wait_until(lambda: all(client.answer(action, **parameters).code == "OK" for _ in range(_IN_A_ROW)))

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from keyreeve.keysets.wrapping.remembering import Remembered


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def counted(seconds: float = 10) -> tuple[list[int], Callable[[], tuple[int, float]]]:
    """What has been made, and a maker that counts."""
    made: list[int] = []

    def make() -> tuple[int, float]:
        made.append(len(made))
        return made[-1], seconds

    return made, make


def test_a_value_is_made_again_when_its_time_is_over() -> None:
    clock = Clock()
    remembered, (_, make) = Remembered[int](10, clock), counted()
    answers: list[int] = []
    for clock.now in (0, 9.9, 10, 19.9, 20):
        answers.append(remembered.get("key", make))
    assert answers == [0, 0, 1, 1, 2]


def test_zero_seconds_remember_nothing() -> None:
    remembered, (made, make) = Remembered[int](10, Clock()), counted(0)
    remembered.get("key", make)
    remembered.get("key", make)
    assert len(made) == 2


def test_the_oldest_is_forgotten_for_the_newest() -> None:
    remembered, (made, make) = Remembered[int](2, Clock()), counted()
    for key in ("a", "b", "c", "b", "c"):
        remembered.get(key, make)
    assert len(made) == 3
    remembered.get("a", make)
    assert len(made) == 4


def test_what_is_over_is_forgotten_before_what_is_not() -> None:
    clock = Clock()
    remembered, (made, make) = Remembered[int](2, clock), counted()
    remembered.get("long", lambda: (0, 100))
    remembered.get("short", make)
    clock.now = 50
    remembered.get("other", make)
    remembered.get("long", make)
    assert len(made) == 2


def test_threads_that_ask_together_have_one_value_or_one_failure() -> None:
    remembered = Remembered[int](10)
    start, calls = threading.Barrier(8), list[int]()

    def fail() -> tuple[int, float]:
        time.sleep(0.3)
        calls.append(1)
        raise OSError

    def ask(_: int) -> bool:
        start.wait()
        with pytest.raises(OSError):  # noqa: PT011  # whatever it is
            remembered.get("key", fail)
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(8)))
    assert len(calls) == 1
    assert remembered.get("key", counted()[1]) == 0

"""The count of a second, which workers reach in another order than they read the clock."""

from pathlib import Path

import pytest

from keyreeve.errors import Throttled
from keyreeve.limits import Rate, RateCounter

ACCOUNT, MOST = "1234567890123456", 3


@pytest.fixture
def counter(tmp_path: Path) -> RateCounter:
    return RateCounter(tmp_path / "rates", {Rate.READ: MOST})


def passed(counter: RateCounter, count: int, now: float) -> int:
    """How many of some calls at one time may pass."""
    done = 0
    for _ in range(count):
        try:
            counter.take(ACCOUNT, Rate.READ, now)
            done += 1
        except Throttled:
            pass
    return done


def test_a_call_that_comes_late_over_a_seconds_edge_does_not_begin_the_second_anew(counter: RateCounter):
    """One worker read the clock just before the edge and got its turn after another that read it just behind."""
    assert passed(counter, 2 * MOST, 1000.5) == MOST
    behind_the_edge = 0
    for _ in range(5):
        behind_the_edge += passed(counter, MOST, 1001.0)
        passed(counter, 1, 1000.999)
    assert behind_the_edge <= MOST


def test_each_second_has_its_own_count(counter: RateCounter):
    assert [passed(counter, 2 * MOST, second + 0.5) for second in range(1000, 1005)] == [MOST] * 5


@pytest.mark.parametrize("back", [5, 3600, 86_400 * 365])
def test_a_clock_that_is_set_back_locks_nobody_out(counter: RateCounter, back: int):
    assert passed(counter, 2 * MOST, 10**9) == MOST
    assert passed(counter, 2 * MOST, 10**9 - back) == MOST


def test_a_rate_of_nothing_lets_nothing_pass(tmp_path: Path):
    assert passed(RateCounter(tmp_path / "none", {Rate.READ: 0}), 3, 1000.0) == 0

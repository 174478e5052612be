"""Which cores the measured side and its load run on, so that 'on the same cores' has one meaning in a report."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from process import BenchError

APART = 2
"""The fewest cores on which a server and wrk can be kept apart."""


@dataclass(frozen=True)
class Cores:
    """`measured` is where the servers and `openssl speed` run, each in its turn, and `load` is where wrk does."""

    measured: tuple[int, ...]
    load: tuple[int, ...]

    @property
    def are_shared(self) -> bool:
        return self.measured == self.load


def shared() -> Cores:
    """Everything may run on every core that this process was given."""
    every = _given()
    return Cores(every, every)


def apart() -> Cores:
    """One core for the measured side and the next for wrk, so that the load costs the measured side nothing."""
    every = _given()
    if len(every) < APART:
        raise BenchError("--pin needs two cores")
    return Cores(every[:1], every[1:2])


def bound(command: Sequence[str], cores: Sequence[int]) -> list[str]:
    """`command` as it runs on `cores` only, with all that it starts."""
    return ["taskset", "--cpu-list", ",".join(map(str, cores)), *command]


def _given() -> tuple[int, ...]:
    return tuple(sorted(os.sched_getaffinity(0)))

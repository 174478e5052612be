"""What takes turns in a group: a server under wrk's load, or `openssl speed` by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cores import bound
from load import Round, Wrk
from process import BenchError, run
from replay import Request

WARM_UP_SECONDS = 1
WARM_UP_REQUESTS = 250_000
MARGIN = 2.0
"""Requests signed for a round, as a multiple of what the fastest round before it would have taken."""

RATES = {"+F2": 3, "+F4": 3, "+F7": 4}
"""Where `openssl speed -mr` puts the private operations a second: RSA, ECDSA and SM2."""


class Lane(Protocol):
    @property
    def label(self) -> str: ...

    def warm_up(self) -> None: ...

    def round(self, seconds: int) -> Round: ...


@dataclass
class Served:
    """A server; each round has its requests made anew, as many as the rounds before it ask for."""

    label: str
    port: int
    request: Callable[[], Request]
    wrk: Wrk
    rate: float = 0

    def warm_up(self) -> None:
        self.rate = self.wrk.measure(self.port, self.request(), WARM_UP_REQUESTS, WARM_UP_SECONDS).rate

    def round(self, seconds: int) -> Round:
        enough = int(self.rate * seconds * MARGIN)
        done = self.wrk.measure(self.port, self.request(), enough, seconds)
        self.rate = max(done.rate, self.rate)
        return done


@dataclass(frozen=True)
class Speed:
    """`openssl speed`, one process a core: what the cores do a second with no server around it.

    A single process would count its processor time only, many count the time that passes, as wrk does; `-elapsed`
    makes it the latter for both.
    """

    label: str
    algorithm: str
    cores: Sequence[int]

    def warm_up(self) -> None:
        """Nothing is kept from one run to the next, so there is nothing to warm up."""

    def round(self, seconds: int) -> Round:
        many = ["-multi", str(len(self.cores))] if len(self.cores) > 1 else []
        command = ["openssl", "speed", *many, "-elapsed", "-seconds", str(seconds), "-mr", self.algorithm]
        return Round(private_rate(run(bound(command, self.cores))), p50=None, p99=None)


def private_rate(machine_readable: str) -> float:
    """The signatures a second; the line of all processes together begins with +F, those of one process do not."""
    for line in machine_readable.splitlines():
        fields = line.split(":")
        if fields[0] in RATES:
            return float(fields[RATES[fields[0]]])
    raise BenchError(f"openssl speed printed no result: {machine_readable!r}")

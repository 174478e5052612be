"""One timed round: requests written to a file, wrk over it, and wrk's own figures."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cores import bound
from process import BenchError, tell
from replay import Request
from wire import answer

CONNECTIONS = 16
TIMEOUT_SECONDS = 30
"""Longer than a writer may wait for its turn: how long it did is for the p99 to say."""

RAN_OUT = 3
"""What replay.lua ends with when it has no request left."""

SCRIPT = Path(__file__).with_name("replay.lua")
FAULTS = ("refused", "connect", "read", "write", "timeout")


@dataclass(frozen=True)
class Round:
    """Latencies are in microseconds; what has no requests has none."""

    rate: float
    p50: float | None
    p99: float | None


@dataclass(frozen=True)
class Wrk:
    """The load generator on its cores, with the file that it reads requests from."""

    cores: Sequence[int]
    scratch: Path

    def measure(self, port: int, request: Request, prepared: int, seconds: int) -> Round:
        """Load the server on `port`; a round with a fault (a status other than 200 too) ends the benchmark."""
        answer(port, request.once())
        done = self._replay(port, request, prepared, seconds)
        if done.returncode:
            raise BenchError(f"wrk ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
        figures: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
        faults = {name: figures[name] for name in FAULTS if figures[name]}
        if faults or not figures["requests"]:
            raise BenchError(f"of {figures['requests']} requests these failed: {faults} {done.stderr}")
        return Round(figures["requests"] / figures["microseconds"] * 1e6, figures["p50"], figures["p99"])

    def _replay(self, port: int, request: Request, prepared: int, seconds: int) -> subprocess.CompletedProcess[str]:
        """Again with more requests if the server was faster than expected: a round cut short says nothing."""
        while True:
            request.write(self.scratch, prepared)
            done = subprocess.run(self._command(port, seconds), capture_output=True, text=True, check=False)
            self.scratch.unlink()
            if done.returncode != RAN_OUT:
                return done
            prepared *= 2
            tell(f"{done.stderr.strip()}: again with {prepared:,}")

    def _command(self, port: int, seconds: int) -> list[str]:
        load = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"]
        load += ["--timeout", f"{TIMEOUT_SECONDS}s"]
        return bound([*load, "--script", str(SCRIPT), f"http://127.0.0.1:{port}", "--", str(self.scratch)], self.cores)

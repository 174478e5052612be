"""Run the rounds. `bench/run --help` lists the options; bench/README.md says how to read what comes out."""

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from keyreeve_side import Keyreeve, keyreeve
from load import Round, measure
from openbao_side import OpenBao, openbao
from process import BenchError, tell
from replay import Request
from report import Report, Result, Setting, as_json, as_table

OPERATIONS = ("Encrypt", "Decrypt", "GenerateDataKey")
EMPTY = "Empty answer"
DATA = Path("bench/.work/run")
SCRATCH = DATA / "requests"
WARM_UP_SECONDS = 1
WARM_UP_REQUESTS = 250_000
MARGIN = 2.0
"""Requests signed for a round, as a multiple of what the round before it would have taken."""


@dataclass(frozen=True)
class Lane:
    """One of the sides that take turns; each round has its requests made anew."""

    label: str
    port: int
    request: Callable[[], Request]


def lanes(operation: str, bao: OpenBao, own: Keyreeve) -> list[Lane]:
    if operation == EMPTY:
        return [
            Lane("bare request", own.port, own.empty),
            Lane("V3 request, replayed", own.port, partial(own.empty_signed, "V3")),
            Lane("V1 request, replayed", own.port, partial(own.empty_signed, "V1")),
        ]
    return [
        Lane("OpenBao 2.7.2", bao.port, partial(bao.request, operation)),
        Lane("Keyreeve, V3 signature", own.port, partial(own.request, operation, "V3")),
        Lane("Keyreeve, V1 signature", own.port, partial(own.request, operation, "V1")),
    ]


def compete(operation: str, sides: list[Lane], setting: Setting) -> list[Result]:
    """Warm every side up, then let them take turns, so that a slow minute of the machine meets them all."""
    rounds: dict[str, list[Round]] = {side.label: [] for side in sides}
    rates = {
        side.label: measure(side.port, side.request(), WARM_UP_REQUESTS, WARM_UP_SECONDS, SCRATCH).rate
        for side in sides
    }
    for number in range(1, setting.rounds + 1):
        for side in sides:
            enough = int(rates[side.label] * setting.seconds * MARGIN)
            done = measure(side.port, side.request(), enough, setting.seconds, SCRATCH)
            rounds[side.label].append(done)
            rates[side.label] = max(done.rate, rates[side.label])
            tell(f"{operation}, {side.label}, round {number} of {setting.rounds}: {done.rate:,.0f}/s")
    return [Result(operation, label, tuple(measured)) for label, measured in rounds.items()]


def run(setting: Setting, operations: list[str]) -> Report:
    shutil.rmtree(DATA, ignore_errors=True)
    DATA.mkdir(parents=True)
    plaintext = os.urandom(32)
    tell("starting OpenBao and Keyreeve")
    with (
        openbao(DATA / "openbao", plaintext) as bao,
        keyreeve(DATA / "keyreeve", plaintext, setting.workers) as own,
    ):
        groups = [compete(name, lanes(name, bao, own), setting) for name in [EMPTY, *operations]]
    return Report(setting, tuple(result for group in groups for result in group))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description="Keyreeve beside OpenBao on this machine.")
    parser.add_argument("--seconds", type=int, default=5, help="length of a round (5)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each side, of which the median counts (3)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="Keyreeve's workers (one a core)")
    parser.add_argument("--only", action="append", choices=OPERATIONS, help="this operation only; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON with every round, not a table")
    return parser.parse_args()


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    chosen = options()
    signal.signal(signal.SIGTERM, stop)
    try:
        report = run(Setting(chosen.seconds, chosen.rounds, chosen.workers), chosen.only or list(OPERATIONS))
    except BenchError as error:
        tell(f"bench: {error}")
        return 1
    except KeyboardInterrupt:
        tell("bench: stopped")
        return 130
    print(as_json(report) if chosen.json else as_table(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())

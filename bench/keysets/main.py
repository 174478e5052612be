"""Run the rounds: every lane in turn, so that a slow minute of the machine meets them all."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from keysets import duckdb_side, library_side, plain_side, spark_side
from keysets.lanes import Case, Lane, Work, case_of
from keysets.report import Result, as_json, as_table

LANES: tuple[Lane, ...] = (*plain_side.LANES, *library_side.LANES, *duckdb_side.LANES, *spark_side.LANES)
SIZES = (32, 256)


def measure(case: Case, lanes: Sequence[Lane], rounds: int) -> list[Result]:
    with ExitStack() as stack:
        works = {lane.label: stack.enter_context(lane.prepared(case)) for lane in lanes}
        require_the_same(case, works)
        return [
            *compete(case, "encrypt", {label: (work.encrypt, work.times) for label, work in works.items()}, rounds),
            *compete(case, "decrypt", {label: (work.decrypt, work.times) for label, work in works.items()}, rounds),
        ]


def require_the_same(case: Case, works: dict[str, Work]) -> None:
    """Which is the warm-up too."""
    for label, work in works.items():
        if work.encrypt() <= case.size * case.rows or work.decrypt() != case.size * case.rows:
            sys.exit(f"{label} does not return what was encrypted")


def compete(case: Case, operation: str, works: dict[str, tuple[Callable[[], int], int]], rounds: int) -> list[Result]:
    rates: dict[str, list[float]] = {label: [] for label in works}
    for number in range(1, rounds + 1):
        for label, (work, times) in works.items():
            start = time.perf_counter()
            work()
            rates[label].append(case.rows * times / (time.perf_counter() - start))
            told = f"{operation} {case.size} bytes, {label}, round {number} of {rounds}: {rates[label][-1]:,.0f}/s"
            print(told, file=sys.stderr)
    return [Result(case.size, operation, label, tuple(measured)) for label, measured in rates.items()]


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-keysets", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="values in a round (200,000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each lane, of which the median counts (5)")
    parser.add_argument("--json", action="store_true", help="print JSON with every round, not a table")
    return parser.parse_args()


def main() -> None:
    chosen = options()
    results = [result for size in SIZES for result in measure(case_of(size, chosen.rows), LANES, chosen.rounds)]
    print((as_json if chosen.json else as_table)(results, chosen.rows))


if __name__ == "__main__":
    main()

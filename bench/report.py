"""What the rounds add up to: medians, and how the sides compare."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from statistics import median

from load import CONNECTIONS, Round

HEADING = f"{'requests/s':>12}{'spread':>9}{'p50 ms':>10}{'p99 ms':>10}{'ratio':>9}{'of empty':>11}"


@dataclass(frozen=True)
class Setting:
    seconds: int
    rounds: int
    workers: int


@dataclass(frozen=True)
class Result:
    """The rounds of one side in one operation: of each figure the median, latencies in milliseconds."""

    operation: str
    side: str
    rounds: tuple[Round, ...]

    @property
    def rate(self) -> float:
        return median(one.rate for one in self.rounds)

    @property
    def spread(self) -> float:
        """How far apart the rounds are; a busy machine shows here."""
        rates = [one.rate for one in self.rounds]
        return (max(rates) - min(rates)) / self.rate

    @property
    def p50(self) -> float:
        return median(one.p50 for one in self.rounds) / 1000

    @property
    def p99(self) -> float:
        return median(one.p99 for one in self.rounds) / 1000


@dataclass(frozen=True)
class Report:
    """The first result is the empty answer, the first of each operation what the others are compared with."""

    setting: Setting
    results: tuple[Result, ...]

    def ratio(self, result: Result) -> float:
        """Rounds of one turn are compared with each other, so that a slow minute counts on both sides."""
        first = next(one for one in self.results if one.operation == result.operation)
        pairs = zip(result.rounds, first.rounds, strict=True)
        return median(own.rate / other.rate for own, other in pairs)

    def share_of_empty(self, result: Result) -> float:
        return result.rate / self.results[0].rate


def as_table(report: Report) -> str:
    setting = report.setting
    load = f"wrk with 1 thread and {CONNECTIONS} connections on the same {os.cpu_count()} cores"
    taken = f"{setting.workers} workers, medians of {setting.rounds} rounds of {setting.seconds} s"
    return "\n".join([f"{load}; {taken}", *_rows(report)])


def as_json(report: Report) -> str:
    results = [
        {
            "operation": result.operation,
            "side": result.side,
            "requests_per_second": round(result.rate),
            "spread": round(result.spread, 3),
            "p50_ms": result.p50,
            "p99_ms": result.p99,
            "ratio": round(report.ratio(result), 3),
            "share_of_empty_answer": round(report.share_of_empty(result), 3),
            "rounds": [asdict(one) for one in result.rounds],
        }
        for result in report.results
    ]
    setting = {**asdict(report.setting), "connections": CONNECTIONS, "cores": os.cpu_count()}
    return json.dumps({"setting": setting, "results": results}, indent=2)


def _rows(report: Report) -> Iterator[str]:
    operation = ""
    for result in report.results:
        if result.operation != operation:
            operation = result.operation
            yield f"\n{operation:26}{HEADING}"
        figures = f"{result.rate:12,.0f}{result.spread:9.0%}{result.p50:10.2f}{result.p99:10.2f}"
        yield f"  {result.side:24}{figures}{report.ratio(result):8.2f}x{report.share_of_empty(result):11.0%}"

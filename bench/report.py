"""What the rounds add up to: medians, and how the sides compare."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from statistics import median

from cores import Cores
from load import CONNECTIONS, Round

OPENBAO = "OpenBao 2.7.2"
SPEED = "openssl speed"
NAMES = (
    f"{'requests/s':>12}{'spread':>9}{'p50 ms':>10}{'p99 ms':>10}{'to OpenBao':>12}{'to openssl':>12}{'of empty':>10}"
)


@dataclass(frozen=True)
class Setting:
    """`libraries` names the OpenSSL of each side, as a newer one may be faster."""

    seconds: int
    rounds: int
    workers: int
    cores: Cores
    libraries: dict[str, str]


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
    def p50(self) -> float | None:
        return _milliseconds(one.p50 for one in self.rounds)

    @property
    def p99(self) -> float | None:
        return _milliseconds(one.p99 for one in self.rounds)


@dataclass(frozen=True)
class Report:
    """The first result is the empty answer."""

    setting: Setting
    results: tuple[Result, ...]

    def ratio(self, result: Result, side: str) -> float | None:
        """Requests a second against `side`, if it takes part in the operation.

        Rounds of one turn are compared with each other, so that a slow minute counts on both sides.
        """
        for other in self.results:
            if (other.operation, other.side) == (result.operation, side):
                pairs = zip(result.rounds, other.rounds, strict=True)
                return median(one.rate / against.rate for one, against in pairs)
        return None

    def share_of_empty(self, result: Result) -> float | None:
        """Only what is served over HTTP can be a share of serving nothing."""
        return None if result.side == SPEED else result.rate / self.results[0].rate


def as_table(report: Report) -> str:
    setting = report.setting
    workers = f"{setting.workers} worker{'s' if setting.workers > 1 else ''}"
    taken = f"{workers}, medians of {setting.rounds} rounds of {setting.seconds} s"
    libraries = ", ".join(f"{name}: {version}" for name, version in setting.libraries.items())
    return "\n".join([f"{_load(setting.cores)}; {taken}", libraries, *_rows(report)])


def as_json(report: Report) -> str:
    results = [
        {
            "operation": result.operation,
            "side": result.side,
            "requests_per_second": round(result.rate),
            "spread": round(result.spread, 3),
            "p50_ms": result.p50,
            "p99_ms": result.p99,
            "ratio_to_openbao": _rounded(report.ratio(result, OPENBAO)),
            "ratio_to_openssl_speed": _rounded(report.ratio(result, SPEED)),
            "share_of_empty_answer": _rounded(report.share_of_empty(result)),
            "rounds": [asdict(one) for one in result.rounds],
        }
        for result in report.results
    ]
    return json.dumps({"setting": {**asdict(report.setting), "connections": CONNECTIONS}, "results": results}, indent=2)


def _milliseconds(microseconds: Iterable[float | None]) -> float | None:
    known = [one for one in microseconds if one is not None]
    return median(known) / 1000 if known else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _load(cores: Cores) -> str:
    load = f"wrk with 1 thread and {CONNECTIONS} connections"
    if cores.are_shared:
        return f"{load} on the same {len(cores.load)} cores"
    return f"{load} bound to core {cores.load[0]}, what is measured to core {cores.measured[0]}"


def _rows(report: Report) -> Iterator[str]:
    operation = ""
    for result in report.results:
        if result.operation != operation:
            operation = result.operation
            yield f"\n{operation:26}{NAMES}"
        figures = (
            f"{result.rate:12,.0f}{result.spread:9.0%}{_cell(result.p50, '.2f', 10)}{_cell(result.p99, '.2f', 10)}"
        )
        ratios = "".join(_cell(report.ratio(result, side), ".2f", 11, "x") for side in (OPENBAO, SPEED))
        yield f"  {result.side:24}{figures}{ratios}{_cell(report.share_of_empty(result), '.0%', 10)}"


def _cell(value: float | None, form: str, width: int, unit: str = "") -> str:
    """Without a value a dash, as wide as the value and its unit would be."""
    return "-".rjust(width + len(unit)) if value is None else f"{value:{form}}".rjust(width) + unit

"""What the rounds add up to: medians, and how the lanes compare."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from keysets.lanes import PLAIN, SPARK


@dataclass(frozen=True)
class Result:
    """Rows a second of one lane, round by round."""

    size: int
    operation: str
    lane: str
    rates: tuple[float, ...]

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def spread(self) -> float:
        return (max(self.rates) - min(self.rates)) / self.rate


def ratio(results: Sequence[Result], result: Result, baseline: str) -> float | None:
    """Against the baseline's rounds of the same turns, so that a slow minute counts on both sides."""
    for other in results:
        if (other.size, other.operation, other.lane) == (result.size, result.operation, baseline):
            return median(one / against for one, against in zip(result.rates, other.rates, strict=True))
    return None


def as_table(results: Sequence[Result], rows: int) -> str:
    head = f"{'rows/s':>12}{'spread':>9}{'to the loop':>13}{'to Spark':>10}"
    return "\n".join([f"{rows:,} rows", *_lines(results, head)])


def _lines(results: Sequence[Result], head: str) -> Iterator[str]:
    title = ""
    for result in results:
        if title != (title := f"{result.operation} {result.size} bytes"):
            yield f"\n{title:36}{head}"
        ratios = "".join(
            f"{'-' if value is None else f'{value:.2f}':>{width}}"
            for value, width in ((ratio(results, result, PLAIN), 13), (ratio(results, result, SPARK), 10))
        )
        yield f"{result.lane:36}{result.rate:>12,.0f}{result.spread:>9.0%}{ratios}"


def as_json(results: Sequence[Result], rows: int) -> str:
    described = [
        {
            "size": result.size,
            "operation": result.operation,
            "lane": result.lane,
            "rows_per_second": round(result.rate),
            "rounds": [round(rate) for rate in result.rates],
            "to_plain_loop": ratio(results, result, PLAIN),
            "to_spark_aes_encrypt": ratio(results, result, SPARK),
        }
        for result in results
    ]
    return json.dumps({"rows": rows, "results": described}, indent=2)

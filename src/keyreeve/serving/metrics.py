"""Calls counted in memory that the workers share, and shown in Prometheus' text format by any of them."""

import mmap
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

_BOUNDS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0)
_BUCKETS = len(_BOUNDS) + 1
_WORD = 8


class SharedCounts:
    """Made before the workers are forked; a worker that is replaced goes on where its predecessor died.

    For each worker, operation and result one count, and for each worker and operation the buckets of a histogram with
    its sum in nanoseconds.
    """

    def __init__(self, workers: int, operations: Sequence[str], results: Sequence[str]) -> None:
        self.workers = workers
        self.operations = list(operations)
        self.results = list(results)
        self.results_words = len(self.operations) * len(self.results)
        self.worker_words = self.results_words + len(self.operations) * (_BUCKETS + 1)
        self.words = memoryview(mmap.mmap(-1, workers * self.worker_words * _WORD)).cast("Q")

    def total(self, offset: int) -> int:
        """One number over all workers."""
        return sum(self.words[slot * self.worker_words + offset] for slot in range(self.workers))


class Metrics:
    """One worker's view: counts its own calls, shows everybody's, and what is given beside them."""

    def __init__(self, counts: SharedCounts, slot: int, *beside: Collector) -> None:
        self._counts = counts
        self._first = slot * counts.worker_words
        self._operation = {name: number for number, name in enumerate(counts.operations)}
        self._result = {name: number for number, name in enumerate(counts.results)}
        self._lock = threading.Lock()
        self._registry = CollectorRegistry()
        for shown in (_Shown(counts), *beside):
            self._registry.register(shown)

    def measure(self, operation: str, result: str, seconds: float) -> None:
        counts, words, number = self._counts, self._counts.words, self._operation[operation]
        at = self._first + number * len(counts.results) + self._result[result]
        histogram = self._first + counts.results_words + number * (_BUCKETS + 1)
        with self._lock:
            words[at] += 1
            words[histogram + bisect_left(_BOUNDS, seconds)] += 1
            words[histogram + _BUCKETS] += max(0, int(seconds * 1e9))

    def text(self) -> bytes:
        """The Prometheus text format, over all workers of the node."""
        return generate_latest(self._registry)


class _Shown(Collector):
    def __init__(self, counts: SharedCounts) -> None:
        self._counts = counts

    def collect(self) -> Iterator[Metric]:
        yield self._requests()
        yield self._seconds()

    def _requests(self) -> Metric:
        family = CounterMetricFamily(
            "keyreeve_requests", "Calls by operation and result.", labels=["operation", "result"]
        )
        for number, operation in enumerate(self._counts.operations):
            for offset, result in enumerate(self._counts.results):
                count = self._counts.total(number * len(self._counts.results) + offset)
                if count:
                    family.add_metric([operation, result], count)
        return family

    def _seconds(self) -> Metric:
        family = HistogramMetricFamily(
            "keyreeve_request_seconds", "From the request to its answer, by operation.", labels=["operation"]
        )
        for number, operation in enumerate(self._counts.operations):
            first = self._counts.results_words + number * (_BUCKETS + 1)
            cumulated, buckets = 0, list[tuple[str, float]]()
            for offset, bound in enumerate((*map(str, _BOUNDS), "+Inf")):
                cumulated += self._counts.total(first + offset)
                buckets.append((bound, cumulated))
            if cumulated:
                family.add_metric([operation], buckets, self._counts.total(first + _BUCKETS) / 1e9)
        return family

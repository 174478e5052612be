"""Prometheus metrics of all workers together. Import it in a worker, after the folder's name is in the environment."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_AT_ONCE = 64
_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0)


class Metrics:
    """Counts a worker's calls in files that every worker's /metrics adds up."""

    def __init__(self, folder: Path, slot: int) -> None:
        # The library looks for the folder when it is imported.
        os.environ[FOLDER_VARIABLE] = str(folder)
        from prometheus_client import values  # noqa: PLC0415  # not before the line above

        # Files are named by slot: a worker goes on counting where its predecessor died, and no call asks for its pid.
        cast("Any", values).ValueClass = cast("Any", values).MultiProcessValue(lambda: slot)
        from prometheus_client import (  # noqa: PLC0415  # not before the line above
            CollectorRegistry,
            Counter,
            Histogram,
            generate_latest,
            multiprocess,
        )

        self._registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(self._registry)
        self._render = generate_latest
        self._requests = Counter(
            "keyreeve_requests", "Calls by operation and result.", ["operation", "result"], registry=None
        )
        self._seconds = Histogram(
            "keyreeve_request_seconds",
            "From the first byte understood to the answer, by operation.",
            ["operation"],
            buckets=_BUCKETS,
            registry=None,
        )
        self._pending: list[tuple[str, str, float]] = []
        # A metric with its labels is looked up for every call; ours are few.
        self._known: dict[tuple[str, str], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def measure(self, operation: str, result: str, seconds: float) -> None:
        """Note a call. Many at once are counted much faster than each by itself."""
        self._pending.append((operation, result, seconds))
        if len(self._pending) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Count what has been noted; the worker does so every second."""
        pending, self._pending = self._pending, []
        for operation, result, seconds in pending:
            increase, observe = self._counting(operation, result)
            increase()
            observe(seconds)

    def _counting(self, operation: str, result: str) -> tuple[Callable[[], None], Callable[[float], None]]:
        found = self._known.get((operation, result))
        if found is None:
            found = (self._requests.labels(operation, result).inc, self._seconds.labels(operation).observe)
            self._known[operation, result] = found
        return found

    def text(self) -> bytes:
        """The Prometheus text format, over all workers of the node."""
        self.flush()
        return self._render(self._registry)

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass, field
from math import inf
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(slots=True)
class _Entry(Generic[Value]):
    """In the making until `until` is a time."""

    future: Future[Value] = field(default_factory=Future[Value])
    until: float = inf


class Remembered(Generic[Value]):
    """Values that are made once, however many threads ask at the same time, and forgotten in time.

    `clock` is in seconds. A failure is not remembered, but those who waited for it have it too.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._entries: dict[Hashable, _Entry[Value]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], tuple[Value, float]]) -> Value:
        """What is remembered, or else what `make` returns, for as many seconds as it says."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.until > self._clock():
                making = None
            else:
                self._make_room()
                making = entry = self._entries[key] = _Entry[Value]()
        if making is not None:
            self._make(key, making, make)
        return entry.future.result()

    def _make(self, key: Hashable, entry: _Entry[Value], make: Callable[[], tuple[Value, float]]) -> None:
        try:
            value, seconds = make()
        except BaseException as error:
            with self._lock:
                if self._entries.get(key) is entry:
                    del self._entries[key]
            entry.future.set_exception(error)
            raise
        else:
            with self._lock:
                entry.until = self._clock() + seconds
            entry.future.set_result(value)

    def _make_room(self) -> None:
        now = self._clock()
        for key in [key for key, entry in self._entries.items() if entry.until <= now]:
            del self._entries[key]
        # The oldest, which stand first; who waits for one has it in hand.
        for key in list(self._entries)[: max(0, len(self._entries) + 1 - self._most)]:
            del self._entries[key]

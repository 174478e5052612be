"""The writer's place, handed from process to process of a node.

SQLite's own lock would have to be asked for again and again, by a statement that fails each time and keeps the
interpreter from other work. It still decides: who writes from elsewhere, by a program of its own, is waited for as
before.
"""

import fcntl
import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from keyreeve.errors import Unavailable

PATIENCE_SECONDS = 30.0
# A waiting `flock` could not be given up.
_PAUSE_SECONDS = 0.00005


class WriterPlace:
    """Any thread of any process that opened the same path; held once at a time, and free when its holder dies."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._lock = threading.Lock()

    @contextmanager
    def held(self) -> Generator[None]:
        """Raises Unavailable if it cannot be had in time."""
        until = time.monotonic() + PATIENCE_SECONDS
        if not self._lock.acquire(timeout=PATIENCE_SECONDS):
            raise Unavailable
        try:
            while not self._take():
                if time.monotonic() > until:
                    raise Unavailable
                time.sleep(_PAUSE_SECONDS)
            try:
                yield
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        finally:
            self._lock.release()

    def close(self) -> None:
        os.close(self._descriptor)

    def _take(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

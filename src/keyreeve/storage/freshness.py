"""How a cache learns that somebody has written: see docs/architecture.md, "What a cache may say"."""

import mmap
import sqlite3
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from keyreeve.storage.database import Database
from keyreeve.storage.schema import state_generation

LEASE_SECONDS = 1.0


class WouldBlock(Exception):
    """The answer needs the database and the caller must not wait for it here."""


class NodeCounters:
    """The commits of one node's workers, counted in memory that they share; made before they are forked.

    Each worker has a slot of its own, so that no count is lost to a race.
    """

    _FORMAT = struct.Struct("<Q")

    def __init__(self, workers: int) -> None:
        self._bytes = workers * self._FORMAT.size
        self._memory = mmap.mmap(-1, self._bytes)
        self._lock = threading.Lock()

    def read(self) -> bytes:
        return self._memory[: self._bytes]

    def bump(self, slot: int) -> None:
        offset = slot * self._FORMAT.size
        with self._lock:
            (count,) = self._FORMAT.unpack_from(self._memory, offset)
            self._FORMAT.pack_into(self._memory, offset, count + 1)


class Freshness:
    """Writes of this node's workers show at once, in the counters; others' within LEASE_SECONDS, in the database.

    `look` reads a number from the database that every commit changes.
    """

    def __init__(self, node: NodeCounters, look: Callable[[], int], *, look_waits: bool) -> None:
        self._node = node
        self._look = look
        self._look_waits = look_waits
        self._lock = threading.Lock()
        self._seen: tuple[bytes, int] = (b"", -1)
        self._generation = 0
        self._valid_until = 0.0

    def generation(self, *, may_block: bool) -> int:
        """A number that has changed if somebody has written since it was last read. Raises WouldBlock."""
        if time.monotonic() < self._valid_until and self._node.read() == self._seen[0]:
            return self._generation
        if self._look_waits and not may_block:
            raise WouldBlock
        with self._lock:
            # The lease runs from before the question, so that a slow answer does not lengthen it.
            asked_at, node = time.monotonic(), self._node.read()
            seen = (node, self._look())
            if seen != self._seen:
                self._generation += 1
            self._seen = seen
            self._valid_until = asked_at + LEASE_SECONDS
            return self._generation


def sqlite_freshness(path: Path, node: NodeCounters) -> Freshness:
    """`PRAGMA data_version`, which costs microseconds, on a connection that never writes."""
    cursor = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None).cursor()
    return Freshness(node, lambda: int(cursor.execute("PRAGMA data_version").fetchone()[0]), look_waits=False)


def postgres_freshness(database: Database, node: NodeCounters) -> Freshness:
    """The row that every writing transaction counts up."""

    def look() -> int:
        with database.reading() as connection:
            return int(connection.execute(select(state_generation.c.generation)).scalar_one())

    return Freshness(node, look, look_waits=True)

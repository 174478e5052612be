"""How a cache learns that somebody has written: see docs/architecture.md, "What a cache may say"."""

import mmap
import sqlite3
import struct
import threading
import time
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from keyreeve.storage.database import Database
from keyreeve.storage.schema import state_generation

LEASE_SECONDS = 1.0


class WouldBlock(Exception):  # a signal to the event loop, not an error
    """The answer needs the database and the caller must not wait for it here."""


class Freshness(Protocol):
    def generation(self, *, may_block: bool) -> int:
        """A number that has changed if any process has committed since it was last read. Raises WouldBlock."""
        ...


class SqliteFreshness:
    """`PRAGMA data_version` on a connection that never writes sees the commit of every other connection."""

    def __init__(self, path: Path) -> None:
        self._cursor = sqlite3.connect(
            f"file:{path}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
        ).cursor()
        self._lock = threading.Lock()

    def generation(self, *, may_block: bool) -> int:  # noqa: ARG002  # a look at shared memory never waits
        with self._lock:
            return int(self._cursor.execute("PRAGMA data_version").fetchone()[0])


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


class PostgresFreshness:
    """Within the node, the shared counters, at once; across nodes, the generation row, within LEASE_SECONDS."""

    def __init__(self, database: Database, node: NodeCounters) -> None:
        self._database = database
        self._node = node
        self._lock = threading.Lock()
        self._seen: tuple[bytes, int] = (b"", -1)
        self._generation = 0
        self._valid_until = 0.0

    def generation(self, *, may_block: bool) -> int:
        if time.monotonic() < self._valid_until and self._node.read() == self._seen[0]:
            return self._generation
        if not may_block:
            raise WouldBlock
        with self._lock:
            return self._look()

    def _look(self) -> int:
        # The lease runs from before the question, so that a slow answer does not lengthen it.
        asked_at, node = time.monotonic(), self._node.read()
        with self._database.reading() as connection:
            row = int(connection.execute(select(state_generation.c.generation)).scalar_one())
        if (node, row) != self._seen:
            self._generation += 1
        self._seen = (node, row)
        self._valid_until = asked_at + LEASE_SECONDS
        return self._generation

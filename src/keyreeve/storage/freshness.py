"""How a cache learns that somebody has written: see docs/architecture.md, "What a cache may say"."""

import fcntl
import mmap
import os
import sqlite3
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from keyreeve.errors import Unavailable
from keyreeve.storage.database import Database
from keyreeve.storage.schema import state_generation

LEASE_SECONDS = 1.0


class WouldBlock(Exception):
    """The answer needs the database and the caller must not wait for it here."""


class CommitCounter:
    """Counts the commits of every process that works on a data directory, in a page of a file that they all map."""

    _FORMAT = struct.Struct("<Q")

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        # Allocated, not sparse: a full disk must not strike when the mapping is written.
        os.posix_fallocate(self._descriptor, 0, self._FORMAT.size)
        self._memory = mmap.mmap(self._descriptor, self._FORMAT.size)
        self._lock = threading.Lock()

    def read(self) -> bytes:
        return self._memory[:]

    def bump(self) -> None:
        """One at a time, so that no count is lost to a race."""
        with self._lock:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            try:
                (count,) = self._FORMAT.unpack_from(self._memory)
                self._FORMAT.pack_into(self._memory, 0, (count + 1) % 2**64)
            finally:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)


class Freshness:
    """Writes of this node's processes show at once, in the counter; others' within LEASE_SECONDS, in the database.

    `look` reads a number from the database that every commit changes.
    """

    def __init__(self, node: CommitCounter, look: Callable[[], int], *, look_waits: bool) -> None:
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


def sqlite_freshness(path: Path, node: CommitCounter) -> Freshness:
    """`PRAGMA data_version`, which costs microseconds, on a connection that never writes."""
    cursor = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
    ).cursor()

    def look() -> int:
        try:
            return int(cursor.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            raise Unavailable from None

    return Freshness(node, look, look_waits=False)


def postgres_freshness(database: Database, node: CommitCounter) -> Freshness:
    """The row that every writing transaction counts up."""

    def look() -> int:
        with database.reading() as connection:
            return int(connection.execute(select(state_generation.c.generation)).scalar_one())

    return Freshness(node, look, look_waits=True)

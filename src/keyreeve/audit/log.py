"""Writing the audit log: in turn with the node's other workers, killed anywhere, disk full (docs/formats/audit.md)."""

import fcntl
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from keyreeve.audit.chain import REPAIR, Record, Walk, link, walk_file
from keyreeve.audit.head import Head, HeadFile, this_boot
from keyreeve.errors import Unavailable

LOG_NAME = "audit.jsonl"
HEAD_NAME = "head"


class AuditLog:
    """One writer; each process opens its own. Every method may be called from any thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._path = folder / LOG_NAME
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._head = HeadFile(folder / HEAD_NAME)
        self._boot_id = this_boot()
        self._turn = _Turn(self._descriptor)

    def append(self, *records: Record, durable: bool = False) -> None:
        """Write a line for each, all or none, and flush them if `durable`.

        Raises Unavailable; then no call whose line was to be written may be answered as done.
        """
        try:
            with self._turn:
                self._write(self._agreed_head(), records)
        except OSError:
            raise Unavailable("the audit log cannot be written") from None
        if durable:
            self.flush()

    def flush(self) -> None:
        """Bring what has been written so far to the disk. Raises Unavailable."""
        try:
            self._flush()
        except OSError:
            raise Unavailable("the audit log cannot be written") from None

    def _flush(self) -> None:
        size = os.lseek(self._descriptor, 0, os.SEEK_END)
        if self._head.read().flushed >= size:
            return
        os.fdatasync(self._descriptor)
        with self._turn:
            head = self._agreed_head()
            if head.flushed < size:
                self._head.write(replace(head, flushed=size))

    def settle(self) -> None:
        """Bring the head to the disk too, once a second or so: an older one is corrected from the log."""
        self.flush()
        self._head.flush()

    def close(self) -> None:
        self._head.close()
        os.close(self._descriptor)

    def _agreed_head(self) -> Head:
        """Under the lock: a head that agrees with the log."""
        head = self._head.read()
        size = os.lseek(self._descriptor, 0, os.SEEK_END)
        if size != head.size or head.boot_id != self._boot_id:
            return self._repair(head, size)
        return head

    def _write(self, head: Head, records: Sequence[Record], before: bytes = b"") -> Head:
        lines, chain = [before], head.chain
        for number, record in enumerate(records, head.lines + 1):
            line, chain = link(chain, number, record)
            lines.append(line)
        content = b"".join(lines)
        size = head.size + len(content)
        announces = len(records) > 1
        if announces:
            # Killed behind them, a writer leaves more than one call's line that the head does not know.
            self._head.write(replace(head, announced=size))
        if not self._put(content, head.size):
            if announces:
                self._head.write(replace(head, announced=0))
            raise OSError("the audit log's disk is full")
        after = Head(head.lines + len(records), size, head.flushed, self._boot_id, chain)
        self._head.write(after)
        return after

    def _put(self, content: bytes, size: int) -> bool:
        """Append `content` to a log of `size` bytes; False if there is no room, and then it is as before."""
        try:
            if os.write(self._descriptor, content) == len(content):
                return True
        except OSError:
            pass
        os.ftruncate(self._descriptor, size)
        return False

    def _repair(self, head: Head, size: int) -> Head:
        """Go on from what is there after a crash, and say in the log what was found (docs/formats/audit.md)."""
        same_boot = head.boot_id == self._boot_id
        if size < head.size:
            kind = "lost" if not same_boot and size >= head.flushed else "cut"
            return self._note(self._walk(Walk(), size), size, f"{kind}/{head.size - size}")
        walk = self._walk(Walk(head.lines, head.size, head.chain), size)
        # One call's line, or those announced, may be ahead of the head: their writer died before it could say so.
        expected = walk.calls <= 1 or size <= head.announced or not (same_boot or head.lines == 0)
        if not expected:
            return self._note(walk, size, f"inserted/{size - head.size}")
        if walk.end < size:
            return self._note(walk, size, f"torn/{size - walk.end}")
        if walk.end > head.size:
            return self._note(walk, size, f"ahead/{size - head.size}")
        of_this_boot = replace(head, boot_id=self._boot_id, announced=0)
        self._head.write(of_this_boot)
        return of_this_boot

    def _note(self, walk: Walk, size: int, what: str) -> Head:
        from_here = Head(walk.lines, size, 0, self._boot_id, walk.chain)
        # A torn line is ended first, so that the note stands on a line of its own.
        unended = size > walk.end and os.pread(self._descriptor, 1, size - 1) != b"\n"
        return self._write(from_here, (_repair_record(what),), b"\n" if unended else b"")

    def _walk(self, walk: Walk, size: int) -> Walk:
        # A file of its own: the offset of ours moves with every write and flush.
        with self._path.open("rb") as file:
            return walk_file(walk, file, walk.end, size)


class _Turn:
    """Holds the log for one thread of one process; an object once, for it is entered for every call."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._lock.release()


def _repair_record(what: str) -> Record:
    return Record(
        time="",
        request_id="",
        account_id="",
        access_key_id="job",
        source="",
        operation=REPAIR,
        resource=what,
        result="OK",
    )

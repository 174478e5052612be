"""The head file of the audit log: where it ends (docs/formats/audit.md)."""

import mmap
import os
import struct
from pathlib import Path
from uuid import UUID

from msgspec import Struct

_SLOT = struct.Struct("<QQQ16s32sQ")
_OFFSETS = (0, 128)
_CHOICE = 256
BYTES = 512
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Head(Struct, frozen=True, gc=False):
    """`announced` is where the log will end when the lines of several calls, which are being written, are there."""

    lines: int
    size: int
    flushed: int
    boot_id: bytes
    chain: bytes
    announced: int = 0


def this_boot() -> bytes:
    """The machine's boot id; zeros where the system has none, which then looks like one endless boot."""
    try:
        return UUID(_BOOT_ID.read_text().strip()).bytes
    except (OSError, ValueError):
        return bytes(16)


class HeadFile:
    """Read and written under the log's lock. One byte chooses the slot, so that no kill can leave half a head."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # Allocated, not sparse: a full disk must not strike when the mapping is written.
            os.posix_fallocate(descriptor, 0, BYTES)
            self._memory = mmap.mmap(descriptor, BYTES)
        finally:
            os.close(descriptor)

    def read(self) -> Head:
        return _unpack(self._memory)

    def write(self, head: Head) -> None:
        other = 1 - (self._memory[_CHOICE] & 1)
        fields = (head.lines, head.size, head.flushed, head.boot_id, head.chain, head.announced)
        _SLOT.pack_into(self._memory, _OFFSETS[other], *fields)
        self._memory[_CHOICE] = other

    def flush(self) -> None:
        self._memory.flush()

    def close(self) -> None:
        self._memory.close()


def read_head(path: Path) -> Head | None:
    """The head as it stands in the file, None if there is no whole one."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    return _unpack(content) if len(content) == BYTES else None


def _unpack(content: bytes | mmap.mmap) -> Head:
    return Head(*_SLOT.unpack_from(content, _OFFSETS[content[_CHOICE] & 1]))

"""Checking an audit log from its first line to its head (docs/formats/audit.md)."""

import fcntl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from keyreeve.audit.chain import REPAIR, START, read_line
from keyreeve.audit.head import Head, read_head, this_boot
from keyreeve.audit.log import HEAD_NAME, LOG_NAME


@dataclass(slots=True)
class Finding:
    """What a verification found; `fault` is empty if the log is whole, `remarks` are no faults."""

    lines: int = 0
    chain: bytes = START
    fault: str = ""
    remarks: list[str] = field(default_factory=list[str])


def verify(folder: Path) -> Finding:
    """Walk the log in `folder`. Raises FileNotFoundError if there is none."""
    with (folder / LOG_NAME).open("rb") as file:
        # Writers wait only while the end is read; what they add after that is not looked at.
        fcntl.flock(file, fcntl.LOCK_SH)
        head = read_head(folder / HEAD_NAME)
        size = file.seek(0, 2)
        fcntl.flock(file, fcntl.LOCK_UN)
        file.seek(0)
        return _verify_lines(file, size, head)


def _verify_lines(file: BinaryIO, size: int, head: Head | None) -> Finding:
    finding = Finding()
    if head is None:
        if size:
            finding.fault = "the head file is missing or damaged: a cut-off end could not be seen"
        return finding
    offset, torn_at, torn_whole = 0, -1, False
    seen_head = head.size == 0
    for line in _lines(file, size):
        read = read_line(finding.chain, line[:-1]) if line.endswith(b"\n") else None
        if read is None:
            if torn_at >= 0:
                break
            torn_at, torn_whole = offset, line.endswith(b"\n")
        elif not _accept(finding, read.number, read.operation, read.resource, offset, torn_at):
            return finding
        else:
            finding.lines, finding.chain, torn_at, torn_whole = read.number, read.chain, -1, False
        offset += len(line)
        seen_head = seen_head or (offset == head.size and finding.chain == head.chain)
    if torn_whole and torn_at >= head.size:
        finding.fault = f"line {finding.lines + 1} (offset {torn_at}) is whole but does not follow the line before"
        return finding
    return _verify_end(finding, size, head, torn_at, seen_head=seen_head)


def _accept(finding: Finding, number: int, operation: str, resource: str, offset: int, torn_at: int) -> bool:
    """Judge a rightly linked line; False if it shows a fault."""
    where = f"line {finding.lines + 1} (offset {offset})"
    if number != finding.lines + 1:
        finding.fault = f"{where} bears the number {number}"
    elif operation == REPAIR and resource.startswith("cut/"):
        finding.fault = f"{where} notes that the log had been cut before it: {resource[4:]} bytes are missing"
    elif torn_at >= 0 and not (operation == REPAIR and resource.startswith(("torn/", "lost/"))):
        finding.fault = f"line {finding.lines + 1} (offset {torn_at}) was changed or inserted"
    elif operation == REPAIR:
        finding.remarks.append(f"{where} notes an end that was never answered: {resource}")
    return not finding.fault


def _verify_end(finding: Finding, size: int, head: Head, torn_at: int, *, seen_head: bool) -> Finding:
    where = f"line {finding.lines + 1} (offset {torn_at if torn_at >= 0 else size})"
    if size < head.size:
        missing = f"{head.size - size} bytes are missing at the end, from {where} on"
        if head.boot_id != this_boot() and size >= head.flushed and torn_at < 0:
            finding.remarks.append(f"{missing}: lost with the machine before they were flushed")
        else:
            finding.fault = missing
    elif 0 <= torn_at < head.size:
        finding.fault = f"{where} was changed, removed, inserted or moved"
    elif not seen_head:
        finding.fault = f"the head does not belong to this log: it ends with line {head.lines}"
    elif torn_at >= 0:
        finding.remarks.append(f"{where} is not whole: it was never answered")
    elif finding.lines > head.lines + 1 and head.boot_id in (this_boot(), bytes(16)):
        finding.fault = f"{finding.lines - head.lines} lines stand behind the head, where one may: it is not this log's"
    elif finding.lines > head.lines:
        finding.remarks.append(f"{finding.lines - head.lines} lines at the end were never answered")
    return finding


def _lines(file: BinaryIO, size: int) -> Iterator[bytes]:
    while (left := size - file.tell()) > 0:
        line = file.readline(left)
        if not line:
            return
        yield line

"""Checking an audit log from its first line to its head (docs/formats/audit.md)."""

import fcntl
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from keyreeve.audit.chain import REPAIR, START, ReadLine, Walk, walk_file
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
    walk, ahead = Walk(), Walk()
    seen_head = head.size == 0

    def seen(read: ReadLine) -> None:
        nonlocal seen_head, ahead
        seen_head = seen_head or (walk.end == head.size and walk.chain == head.chain)
        if walk.end <= head.size:
            ahead = replace(walk, calls=0)
        elif read.operation != REPAIR:
            ahead.calls += 1
        _note_repair(finding, read)

    walk_file(walk, file, 0, size, seen)
    finding.lines, finding.chain = walk.lines, walk.chain
    if not finding.fault:
        _verify_end(finding, walk, size, head, ahead.calls, seen_head=seen_head)
    return finding


def _note_repair(finding: Finding, read: ReadLine) -> None:
    if read.operation != REPAIR:
        return
    kind, _, amount = read.resource.partition("/")
    if kind in ("cut", "inserted"):
        what = "bytes are missing" if kind == "cut" else "bytes were inserted"
        finding.fault = (
            finding.fault or f"line {read.number} notes that the log had been {kind} before it: {amount} {what}"
        )
    else:
        finding.remarks.append(f"line {read.number} notes an end that was never answered: {read.resource}")


def _verify_end(finding: Finding, walk: Walk, size: int, head: Head, ahead: int, *, seen_head: bool) -> None:
    same_boot = head.boot_id in (this_boot(), bytes(16))
    where = f"line {walk.lines + 1} (offset {walk.torn_at if walk.torn_at >= 0 else walk.end})"
    missing = f"{head.size - size} bytes are missing at the end, from {where} on"
    lost = size < head.size and not same_boot and size >= head.flushed and not 0 <= walk.torn_at < head.flushed
    faults = (
        (walk.wrong_number > 0, f"{where} bears the number {walk.wrong_number}"),
        (size < head.size and not lost, missing),
        (0 <= walk.torn_at < head.size and not lost, f"{where} was changed, removed, inserted or moved"),
        (walk.torn_at >= 0 and walk.torn_is_whole, f"{where} is whole but does not follow the line before"),
        (not seen_head and not lost, f"the head does not belong to this log: it ends with line {head.lines}"),
        (
            ahead > 1 and same_boot and size > head.announced,
            f"{ahead} lines stand behind the head, where one may: they were inserted",
        ),
    )
    remarks = (
        (lost, f"{missing}: lost with the machine before they were flushed"),
        (walk.torn_at >= 0 and not lost, f"{where} is not whole: it was never answered"),
        (ahead > 0, f"{ahead} lines at the end were never answered"),
    )
    finding.fault = next((text for found, text in faults if found), "")
    if not finding.fault:
        finding.remarks += [text for found, text in remarks if found]

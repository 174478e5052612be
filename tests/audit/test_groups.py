"""The lines of several calls, written at once by a writer that may die anywhere (docs/formats/audit.md, "The head")."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from keyreeve.audit import log as log_module
from keyreeve.audit.chain import link
from keyreeve.audit.head import Head, HeadFile
from keyreeve.audit.log import AuditLog
from keyreeve.audit.verification import verify
from tests.audit.logs import fault_of, lines_of, path_of, read, record, write_lines

LINES, GROUP = 3, 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lines(tmp_path / "audit", LINES)
    return tmp_path / "audit"


def write_group(folder: Path) -> None:
    log = AuditLog(folder)
    log.append(*(record(number) for number in range(100, 100 + GROUP)))
    log.close()


def die_while_writing(folder: Path, arm: Callable[[], None]) -> None:
    """Write a group in a process of its own, which `arm` makes die on the way."""
    child = os.fork()
    if child == 0:
        arm()
        write_group(folder)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, "it lived on"


def dying_after(size: int) -> Callable[[], None]:
    """Once so many bytes have reached the log."""

    def write(descriptor: int, content: bytes) -> int:
        os.write(descriptor, content[:size])
        os._exit(0)

    class Os:
        def __getattr__(self, name: str) -> object:
            return write if name == "write" else getattr(os, name)

    return lambda: setattr(log_module, "os", Os())


def notes(folder: Path) -> list[str]:
    # A torn line is no JSON.
    found = [json.loads(line) for line in lines_of(folder) if b'"op":"audit.repair"' in line]
    return [line["on"].partition("/")[0] for line in found]


def test_a_group_is_lines_like_any_others(folder: Path):
    write_group(folder)
    write_lines(folder, 1)
    finding = verify(folder)
    assert (finding.fault, finding.remarks, finding.lines) == ("", [], LINES + GROUP + 1)
    assert [line["id"][-3:] for line in read(folder)[LINES:-1]] == ["100", "101", "102", "103"]


@pytest.mark.parametrize("whole", range(GROUP + 1))
def test_a_writer_that_died_behind_some_of_its_lines_is_no_tampering(folder: Path, whole: int):
    sizes = _sizes_of_a_group(folder)
    die_while_writing(folder, dying_after(sum(sizes[:whole])))
    assert fault_of(folder) == ""
    write_lines(folder, 2, first=50)
    finding = verify(folder)
    assert (finding.fault, finding.lines) == ("", LINES + whole + (whole > 0) + 2)
    assert notes(folder) == ["ahead"] * (whole > 0)


@pytest.mark.parametrize("whole", range(GROUP))
def test_a_writer_that_died_within_a_line_is_no_tampering(folder: Path, whole: int):
    sizes = _sizes_of_a_group(folder)
    die_while_writing(folder, dying_after(sum(sizes[:whole]) + 30))
    assert fault_of(folder) == ""
    write_lines(folder, 2, first=50)
    assert (fault_of(folder), notes(folder)) == ("", ["torn"])
    assert verify(folder).lines == LINES + whole + 3


def test_a_writer_that_died_before_its_lines_left_nothing(folder: Path):
    def arm() -> None:
        write = HeadFile.write

        def announce_and_die(self: HeadFile, head: Head) -> None:
            write(self, head)
            os._exit(0)

        HeadFile.write = announce_and_die

    die_while_writing(folder, arm)
    write_lines(folder, 2, first=50)
    assert (fault_of(folder), notes(folder), verify(folder).lines) == ("", [], LINES + 2)


def test_more_than_was_announced_is_noted_for_ever(folder: Path):
    sizes = _sizes_of_a_group(folder)
    die_while_writing(folder, dying_after(sum(sizes)))
    _append_linked_rightly(folder, LINES + GROUP + 1)
    assert "they were inserted" in fault_of(folder)
    write_lines(folder, 1, first=50)
    assert "bytes were inserted" in fault_of(folder)
    assert notes(folder) == ["inserted"]


def test_an_announcement_ends_with_its_group(folder: Path):
    write_group(folder)
    for number in (1, 2):
        _append_linked_rightly(folder, LINES + GROUP + number)
    assert "they were inserted" in fault_of(folder)


def test_a_group_for_which_the_disk_has_no_room_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    before, real = lines_of(folder), os.write

    def half(descriptor: int, content: bytes) -> int:
        return real(descriptor, content[:500])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(log_module.Unavailable):
        write_group(folder)
    monkeypatch.undo()
    assert lines_of(folder) == before
    write_group(folder)
    assert (fault_of(folder), notes(folder), verify(folder).lines) == ("", [], LINES + GROUP)


@pytest.mark.parametrize("written", [0, 500])
def test_an_announcement_that_comes_to_nothing_is_withdrawn(
    folder: Path, monkeypatch: pytest.MonkeyPatch, written: int
):
    real = os.write

    def full(descriptor: int, content: bytes) -> int:
        if not written:
            raise OSError(errno.ENOSPC, "no space left on device")
        return real(descriptor, content[:written])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(log_module.Unavailable):
        write_group(folder)
    monkeypatch.undo()
    for number in (1, 2):
        _append_linked_rightly(folder, LINES + number)
    assert "they were inserted" in fault_of(folder)
    write_lines(folder, 1, first=50)
    assert notes(folder) == ["inserted"]


def _sizes_of_a_group(folder: Path) -> list[int]:
    chain, sizes = verify(folder).chain, list[int]()
    for number in range(GROUP):
        line, chain = link(chain, LINES + number + 1, record(100 + number))
        sizes.append(len(line))
    return sizes


def _append_linked_rightly(folder: Path, number: int) -> None:
    with path_of(folder).open("ab") as file:
        file.write(link(verify(folder).chain, number, record(number))[0])

"""Going on after a crash or a cut: what was found is said in the log (docs/formats/audit.md, "A repair line")."""

import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from keyreeve.audit.chain import link
from keyreeve.audit.log import AuditLog
from keyreeve.audit.verification import verify
from tests.audit.logs import fault_of, lines_of, path_of, put_lines, read, record, write_lines

LINES = 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lines(tmp_path / "audit", LINES)
    return tmp_path / "audit"


def repairs(folder: Path) -> list[str]:
    return [line["on"] for line in read(folder) if line["op"] == "audit.repair"]


def append(folder: Path, content: bytes) -> None:
    with path_of(folder).open("ab") as file:
        file.write(content)


@pytest.mark.parametrize("length", [1, 10, 200])
def test_a_torn_line_behind_the_head_is_no_fault_but_a_note(folder: Path, length: int):
    append(folder, lines_of(folder)[0][:length])
    finding = verify(folder)
    assert finding.fault == ""
    assert "never answered" in finding.remarks[0]


@pytest.mark.parametrize("length", [1, 10, 200])
def test_after_a_torn_line_the_log_goes_on_and_says_so(folder: Path, length: int):
    append(folder, lines_of(folder)[0][:length])
    write_lines(folder, 3, first=50)
    finding = verify(folder)
    assert (finding.fault, finding.lines) == ("", LINES + 4)
    assert f"torn/{length}" in finding.remarks[0]


def test_a_whole_line_that_the_head_does_not_know_belongs_to_the_log(folder: Path):
    """The process died between line and head."""
    chain = verify(folder).chain
    append(folder, link(chain, LINES + 1, record(77))[0])
    finding = verify(folder)
    assert (finding.fault, finding.lines) == ("", LINES + 1)
    assert "never answered" in finding.remarks[0]
    write_lines(folder, 2)
    assert fault_of(folder) == ""
    assert [one.partition("/")[0] for one in repairs(folder)] == ["ahead"]


def test_a_cut_is_noted_for_ever(folder: Path):
    removed = len(lines_of(folder)[-1])
    put_lines(folder, lines_of(folder)[:-1])
    write_lines(folder, 5, first=50)
    assert repairs(folder) == [f"cut/{removed}"]
    assert f"{removed} bytes are missing" in fault_of(folder)
    write_lines(folder, 5, first=60)
    assert repairs(folder) == [f"cut/{removed}"]
    assert "had been cut" in fault_of(folder)


def test_a_cut_in_the_middle_of_a_line_is_noted_for_ever(folder: Path):
    content = path_of(folder).read_bytes()
    path_of(folder).write_bytes(content[:-30])
    write_lines(folder, 3, first=50)
    assert fault_of(folder)
    write_lines(folder, 3, first=60)
    assert fault_of(folder)


def test_the_whole_log_deleted_is_noted_for_ever(folder: Path):
    path_of(folder).unlink()
    write_lines(folder, 3)
    assert fault_of(folder)


def pretend_restart(folder: Path, *, flushed: int) -> None:
    """Write another boot id and a flushed size into the head's present slot."""
    head = bytearray((folder / "head").read_bytes())
    slot = (0, 128)[head[256] & 1]
    struct.pack_into("<Q16s", head, slot + 16, flushed, os.urandom(16))
    (folder / "head").write_bytes(head)


def test_what_the_machine_lost_before_it_was_flushed_is_a_note(folder: Path):
    kept = lines_of(folder)[:-2]
    pretend_restart(folder, flushed=sum(map(len, kept)))
    put_lines(folder, kept)
    assert fault_of(folder) == ""
    assert verify(folder).remarks
    write_lines(folder, 3, first=50)
    assert fault_of(folder) == ""
    assert repairs(folder)[0].startswith("lost/")


def test_what_is_missing_though_it_was_flushed_is_a_fault_even_after_a_restart_of_the_machine(folder: Path):
    lines = lines_of(folder)
    pretend_restart(folder, flushed=sum(map(len, lines)))
    put_lines(folder, lines[:-2])
    assert fault_of(folder)
    write_lines(folder, 3, first=50)
    assert fault_of(folder)
    assert repairs(folder)[0].startswith("cut/")


def test_a_head_from_before_is_found_out_by_a_log_that_goes_on(folder: Path):
    """Somebody puts back an old pair of files."""
    before = (folder / "head").read_bytes()
    write_lines(folder, 3, first=50)
    (folder / "head").write_bytes(before)
    assert "3 lines stand behind the head" in fault_of(folder)


WRITER = """
import sys
import threading
from pathlib import Path
from tests.audit.logs import write_lines
write_lines(Path(sys.argv[1]), 300, int(sys.argv[2]))
"""


def test_many_processes_write_one_chain(tmp_path: Path):
    root = Path(__file__).parents[2]
    start = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*start, str(number * 1000)], cwd=root) for number in range(6)]
    assert [writer.wait(60) for writer in writers] == [0] * 6
    finding = verify(tmp_path)
    assert (finding.fault, finding.remarks, finding.lines) == ("", [], 1800)
    assert len({line["on"] for line in read(tmp_path)}) == 1800


def test_writers_that_are_killed_leave_a_log_that_others_go_on_with(tmp_path: Path):
    root = Path(__file__).parents[2]
    start = [sys.executable, "-c", WRITER.replace("300", "10**6"), str(tmp_path)]
    for _ in range(3):
        writers = [subprocess.Popen([*start, str(number)], cwd=root) for number in range(3)]
        while not path_of(tmp_path).exists() or path_of(tmp_path).stat().st_size < 50_000:
            assert all(writer.poll() is None for writer in writers)
        for writer in writers:
            writer.kill()
        assert [writer.wait(60) for writer in writers] == [-9] * 3
        write_lines(tmp_path, 1)
        assert fault_of(tmp_path) == ""


def test_flushing_remembers_how_far(folder: Path):
    log = AuditLog(folder)
    log.append(record(), durable=True)
    log.close()
    head = (folder / "head").read_bytes()
    (size, flushed) = struct.unpack_from("<QQ", head, (0, 128)[head[256] & 1] + 8)
    assert size == flushed == path_of(folder).stat().st_size


def restart_machine(folder: Path, flushed: int) -> None:
    """Another boot id in the head, and what was flushed before it."""
    head = bytearray((folder / "head").read_bytes())
    slot = (0, 128)[head[256] & 1]
    struct.pack_into("<Q16s", head, slot + 16, flushed, os.urandom(16))
    (folder / "head").write_bytes(head)


def test_a_crash_that_loses_the_tail_of_a_log_with_an_old_repair_is_no_tampering(folder: Path):
    append(folder, b'{"n":7,"ti')
    write_lines(folder, 6, first=50)
    kept = lines_of(folder)[:-2]
    restart_machine(folder, sum(map(len, kept)))
    put_lines(folder, kept)
    assert fault_of(folder) == ""
    write_lines(folder, 3, first=80)
    assert fault_of(folder) == ""


def test_a_crash_that_leaves_half_a_line_behind_what_was_flushed_is_no_tampering(folder: Path):
    restart_machine(folder, sum(map(len, lines_of(folder)[:3])))
    path_of(folder).write_bytes(path_of(folder).read_bytes()[:-30])
    assert fault_of(folder) == ""
    write_lines(folder, 2, first=50)
    finding = verify(folder)
    assert (finding.fault, len(finding.remarks)) == ("", 1)
    assert "lost/30" in finding.remarks[0]


def test_a_head_older_than_a_repair_is_no_tampering_after_a_crash(folder: Path):
    before = (folder / "head").read_bytes()
    append(folder, b'{"n":7,"ti')
    write_lines(folder, 3, first=50)
    (folder / "head").write_bytes(before)
    restart_machine(folder, 0)
    assert fault_of(folder) == ""
    write_lines(folder, 3, first=60)
    assert fault_of(folder) == ""


def test_several_lines_behind_the_head_are_noted_for_ever(folder: Path):
    before = (folder / "head").read_bytes()
    write_lines(folder, 3, first=50)
    (folder / "head").write_bytes(before)
    write_lines(folder, 1, first=60)
    assert "bytes were inserted" in fault_of(folder)
    write_lines(folder, 1, first=70)
    assert "bytes were inserted" in fault_of(folder)


def test_a_torn_line_does_not_hide_several_behind_the_head(folder: Path):
    before = (folder / "head").read_bytes()
    write_lines(folder, 3, first=50)
    (folder / "head").write_bytes(before)
    append(folder, b'{"n":10,"ti')
    assert "3 lines stand behind the head" in fault_of(folder)
    write_lines(folder, 1, first=60)
    assert "bytes were inserted" in fault_of(folder)
    write_lines(folder, 1, first=70)
    assert "bytes were inserted" in fault_of(folder)
    assert verify(folder).lines == LINES + 6


def test_a_flush_beside_a_repair_does_not_move_its_place(folder: Path):
    write_lines(folder, 1500, first=100)
    head = bytearray((folder / "head").read_bytes())
    slot = (0, 128)[head[256] & 1]
    struct.pack_into("<QQQ16s32s", head, slot, 0, 0, 0, os.urandom(16), bytes(32))
    (folder / "head").write_bytes(head)
    log = AuditLog(folder)
    threads = [threading.Thread(target=log.flush) for _ in range(6)]
    for thread in threads:
        thread.start()
    log.append(record(1))
    for thread in threads:
        thread.join()
    log.close()
    assert [one.partition("/")[0] for one in repairs(folder)] == ["inserted"]
    assert verify(folder).lines == LINES + 1502

"""What somebody does to the log afterwards is found, and named."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from keyreeve.audit.verification import verify
from tests.audit.logs import fault_of, lines_of, path_of, put_lines, write_lines

LINES = 7


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lines(tmp_path / "audit", LINES)
    return tmp_path / "audit"


def named_line(fault: str) -> int:
    found = re.search(r"line (\d+)", fault)
    assert found, fault
    return int(found[1])


def test_a_log_that_nobody_touched_is_whole(folder: Path):
    finding = verify(folder)
    assert (finding.lines, finding.fault, finding.remarks) == (LINES, "", [])


@pytest.mark.parametrize("line", range(LINES))
def test_a_changed_byte_is_found_wherever_in_a_line_it_is(folder: Path, line: int):
    lines = lines_of(folder)
    for place in range(len(lines[line])):
        changed = bytearray(lines[line])
        changed[place] ^= 1
        put_lines(folder, [*lines[:line], bytes(changed), *lines[line + 1 :]])
        assert named_line(fault_of(folder)) == line + 1, place


@pytest.mark.parametrize("line", range(LINES))
def test_a_removed_line_is_found(folder: Path, line: int):
    lines = lines_of(folder)
    put_lines(folder, lines[:line] + lines[line + 1 :])
    assert named_line(fault_of(folder)) == line + 1


@pytest.mark.parametrize("line", range(LINES - 1))
def test_two_lines_in_another_order_are_found(folder: Path, line: int):
    lines = lines_of(folder)
    lines[line], lines[line + 1] = lines[line + 1], lines[line]
    put_lines(folder, lines)
    assert named_line(fault_of(folder)) == line + 1


@pytest.mark.parametrize("line", range(LINES - 1))
def test_a_line_that_is_there_twice_is_found(folder: Path, line: int):
    lines = lines_of(folder)
    put_lines(folder, lines[: line + 1] + lines[line:])
    assert named_line(fault_of(folder)) == line + 2


@pytest.mark.parametrize("line", range(LINES))
def test_an_inserted_line_is_found_though_it_is_linked_rightly(folder: Path, line: int):
    lines = lines_of(folder)
    put_lines(folder, [*lines[:line], forged(lines, line), *lines[line:]])
    assert named_line(fault_of(folder)) in (line + 1, line + 2)


def forged(lines: list[bytes], at: int) -> bytes:
    """A line of somebody who knows the format: its link follows the line before."""
    before = bytes(32)
    if at:
        before = base64.urlsafe_b64decode(lines[at - 1].rpartition(b'"chain":"')[2][:43] + b"=")
    body = lines[0].rpartition(b',"chain"')[0].replace(b'"n":1,', b'"n":%d,' % (at + 1))
    chain = base64.urlsafe_b64encode(hashlib.sha256(before + body).digest())[:-1]
    return body + b',"chain":"' + chain + b'"}\n'


def test_the_forger_of_this_test_knows_the_format(folder: Path):
    lines = lines_of(folder)
    assert forged(lines, 0) == lines[0]


@pytest.mark.parametrize("kept", range(LINES))
def test_an_end_that_was_cut_off_is_found(folder: Path, kept: int):
    put_lines(folder, lines_of(folder)[:kept])
    assert named_line(fault_of(folder)) == kept + 1
    assert "missing" in fault_of(folder)


def test_an_end_that_was_cut_off_in_the_middle_of_a_line_is_found(folder: Path):
    content = path_of(folder).read_bytes()
    last = len(lines_of(folder)[-1])
    for cut in (1, 2, last // 2, last - 1):
        path_of(folder).write_bytes(content[:-cut])
        assert named_line(fault_of(folder)) == LINES


def test_a_missing_head_is_found(folder: Path):
    (folder / "head").unlink()
    assert "head" in fault_of(folder)


@pytest.mark.parametrize("content", [b"", bytes(100), bytes(512)])
def test_a_damaged_head_is_found(folder: Path, content: bytes):
    (folder / "head").write_bytes(content)
    finding = verify(folder)
    assert finding.fault or any("never answered" in remark for remark in finding.remarks)


def test_the_head_of_another_log_is_found(folder: Path, tmp_path: Path):
    write_lines(tmp_path / "other", LINES, first=100)
    (folder / "head").write_bytes((tmp_path / "other" / "head").read_bytes())
    assert fault_of(folder)


def test_a_log_whose_file_was_replaced_by_a_consistent_shorter_one_is_found(folder: Path, tmp_path: Path):
    write_lines(tmp_path / "other", LINES - 2, first=100)
    path_of(folder).write_bytes(path_of(tmp_path / "other").read_bytes())
    assert fault_of(folder)


def test_a_line_that_was_copied_behind_the_end_is_found(folder: Path):
    lines = lines_of(folder)
    put_lines(folder, [*lines, lines[-1]])
    assert named_line(fault_of(folder)) == LINES + 1


def test_a_cut_with_a_deleted_head_is_not_forgotten_when_the_writer_goes_on(folder: Path):
    put_lines(folder, lines_of(folder)[:-2])
    (folder / "head").unlink()
    write_lines(folder, 1)
    finding = verify(folder)
    assert finding.fault or finding.remarks

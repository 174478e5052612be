"""`keyreeve audit show` on logs that are damaged, in use, or long."""

import subprocess
import time
from pathlib import Path

from keyreeve.audit.log import AuditLog
from tests.audit.logs import lines_of, path_of, put_lines, record, write_lines
from tests.cli.test_audit_show import DAY, directory, numbers, run, show
from tests.support.server import KEYREEVE, keyreeve

MANY, SECONDS = 100_000, 10


def torn(data: Path, content: bytes) -> None:
    with path_of(data / "audit").open("ab") as file:
        file.write(content)


def test_a_torn_last_line_is_passed_over(tmp_path: Path):
    directory(tmp_path, DAY)
    torn(tmp_path, lines_of(tmp_path / "audit")[0][:100])
    assert numbers(tmp_path) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_repair_and_the_torn_line_before_it_do_not_hide_what_follows(tmp_path: Path):
    directory(tmp_path, DAY)
    torn(tmp_path, lines_of(tmp_path / "audit")[0][:100])
    write_lines(tmp_path / "audit", 2, first=50)
    found = show(tmp_path)
    assert [line["n"] for line in found] == list(range(1, 12))
    assert found[8]["op"] == "audit.repair"
    assert found[8]["on"].startswith("torn/")
    assert numbers(tmp_path, "--operation", "audit.repair") == [9]
    assert numbers(tmp_path, "--since", "2026-01-02T10:00", "--key", "000000000051") == []
    assert len(run(tmp_path).stdout.splitlines()) == 11


def test_a_repair_line_which_has_no_time_is_not_of_any_time(tmp_path: Path):
    directory(tmp_path, DAY)
    torn(tmp_path, b'{"n":9')
    write_lines(tmp_path / "audit", 1, first=50)
    assert numbers(tmp_path, "--since", "2020-01-01", "--operation", "audit.repair") == []
    assert numbers(tmp_path, "--until", "2030-01-01", "--operation", "audit.repair") == []


def test_what_is_no_line_in_the_middle_is_passed_over(tmp_path: Path):
    directory(tmp_path, DAY)
    lines = lines_of(tmp_path / "audit")
    junk = [b"\n", b"\xff\xfe\n", b"[]\n", b'{"n":"x"}\n', b"null\n", b"{" * 5000 + b"\n"]
    put_lines(tmp_path / "audit", [*lines[:4], *junk, *lines[4:]])
    assert numbers(tmp_path) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_an_empty_log_shows_nothing(tmp_path: Path):
    directory(tmp_path, [])
    assert numbers(tmp_path) == []


def test_a_log_of_a_mixed_day_is_whole_after_it_was_shown(tmp_path: Path):
    directory(tmp_path, DAY * 20)
    before = path_of(tmp_path / "audit").read_bytes()
    assert len(run(tmp_path).stdout.splitlines()) == 160
    assert path_of(tmp_path / "audit").read_bytes() == before
    done = keyreeve("audit", "verify", "--data", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_who_has_seen_enough_is_no_mistake(tmp_path: Path):
    """`keyreeve audit show | head -1`."""
    directory(tmp_path, DAY * 1000)
    words = f"'{KEYREEVE}' audit show --data '{tmp_path}' | head -1"
    done = subprocess.run(["sh", "-c", words], capture_output=True, text=True, timeout=60, check=False)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


def test_a_hundred_thousand_lines_are_searched_in_a_few_seconds(tmp_path: Path):
    directory(tmp_path, [])
    log = AuditLog(tmp_path / "audit")
    for number in range(MANY):
        log.append(record(number, by="user/alice" if number % 1000 == 0 else "user/bob", why="no statement allows it"))
    log.close()
    started = time.process_time()
    assert len(numbers(tmp_path, "--caller", "alice", "--outcome", "ok")) == MANY // 1000
    assert time.process_time() - started < SECONDS

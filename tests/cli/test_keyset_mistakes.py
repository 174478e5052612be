"""What goes wrong with `keyreeve keyset encrypt` and `decrypt`: one line, and no file is left, whatever happened."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from keyreeve import keysets
from keyreeve.keysets.keyset import KeyType
from tests.cli.keyset import Folder, done, folder, mistake
from tests.keysets.documented import K1, K1_RAW_KEY
from tests.keysets.duck import assert_no_key_in
from tests.keysets.examples import one_key
from tests.support.server import KEYREEVE

__all__ = ["folder"]  # the fixture

TEL = ("--column", "tel")


@pytest.mark.parametrize(
    ("source", "words", "told"),
    [
        ("nowhere.csv", TEL, "nowhere.csv: No such file"),
        ("a.csv", ("--column", "fax"), "has no column fax; it has id, tel, n"),
        ("a.csv", ("--column", "tel", "--column", "tel"), "twice"),
        ("a.parquet", ("--column", "n"), "column n is int64"),
        ("a.parquet", ("--column", "list"), "column list is list"),
        ("a.parquet", (*TEL, "--additional-data-column", "fax"), "no column fax"),
        ("a.parquet", (*TEL, "--additional-data-column", "tel"), "its own additional data"),
        ("a.parquet", (*TEL, "--additional-data-column", "list"), "additional data is text"),
        ("a.parquet", (*TEL, "--additional-data-column", "n", "--additional-data", "x"), "not both"),
        ("a.csv", (*TEL, "--delimiter", ";;"), "--delimiter"),
        ("a.csv", (*TEL, "--delimiter", ";"), "no column tel"),
        ("bad.parquet", TEL, "not a Parquet file"),
        ("cut.parquet", TEL, "not a Parquet file"),
        ("empty.csv", TEL, "Empty CSV"),
        ("twice.csv", TEL, "has 2 columns tel"),
        ("ragged.csv", TEL, "row 3 has 2 fields instead of 3"),
        ("latin.csv", TEL, "UTF8"),
        ("long.csv", TEL, "a row is longer than 4 MiB"),
        ("a.txt", TEL, "neither *.parquet nor *.csv"),
    ],
)
def test_a_file_or_a_column_that_is_not_fit_is_told_and_nothing_is_written(
    folder: Folder, source: str, words: tuple[str, ...], told: str
) -> None:
    folder.put("a.csv", "id,tel,n\n1,secret-tel,1\n")
    folder.put_parquet("a.parquet", {"tel": ["a"], "n": [1], "list": [[1]]})
    folder.put("cut.parquet", (folder / "a.parquet").read_bytes()[:-20])
    folder.put("bad.parquet", "this is no Parquet file")
    folder.put("empty.csv", "")
    folder.put("twice.csv", "tel,tel\na,b\n")
    folder.put("ragged.csv", "id,tel,n\n1,secret-tel,1\n2,secret-tel\n")
    folder.put("latin.csv", b"id,tel\n1,secret-tel \xe4\n")
    folder.put("long.csv", f"id,tel\n1,{'secret-tel' * 1_000_000}\n")
    folder.put("a.txt", "tel\n")
    before = folder.names()
    line = mistake("encrypt", folder / source, folder / "out.parquet", *words, *folder.keyset)
    assert told in line
    assert "secret-tel" not in line
    assert folder.names() == before


def test_an_output_that_is_there_is_not_replaced_without_being_told_to(folder: Folder) -> None:
    source, target = folder.put("a.csv", "tel\nx\n"), folder.put("b.csv", "mine")
    assert "--overwrite" in mistake("encrypt", source, target, *TEL, *folder.keyset)
    assert target.read_text() == "mine"
    assert "No such file" in mistake("encrypt", source, folder / "none" / "b.csv", *TEL, *folder.keyset)
    (folder / "folder.csv").mkdir()
    assert "is a directory" in mistake("encrypt", source, folder / "folder.csv", *TEL, *folder.keyset, "--overwrite")


def changed(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


BAD: dict[str, Any] = {
    "changed": changed(keysets.enhanced_sym_encrypt(K1, "secret-tel")),
    "cut": keysets.enhanced_sym_encrypt(K1, "secret-tel")[:-1],
    "short": b"short",
    "empty": b"",
    "of another keyset": keysets.enhanced_sym_encrypt(one_key(KeyType.GCM_256), "secret-tel"),
    "with additional data": keysets.enhanced_sym_encrypt(K1, "secret-tel", "row"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_value_that_does_not_open_is_told_by_its_row_and_nothing_is_written(folder: Folder, bad: str) -> None:
    """Row 20,001, behind batches that were good."""
    values = [keysets.enhanced_sym_encrypt(K1, "secret-tel")] * 20_000 + [BAD[bad]]
    source = folder.put_parquet("a.parquet", {"tel": values})
    line = mistake("decrypt", source, folder / "b.parquet", *TEL, *folder.keyset)
    assert "column tel, row 20,001: the ciphertext does not open" in line
    assert "secret-tel" not in line
    assert_no_key_in(line, K1_RAW_KEY)
    assert folder.names() == {"a.parquet"}


def test_what_is_not_base64_or_not_text_is_told(folder: Folder) -> None:
    source = folder.put("a.csv", "tel\n\nno Base64\n")
    assert "column tel, row 2: not Base64" in mistake("decrypt", source, folder / "b.csv", *TEL, *folder.keyset)
    source = folder.put_parquet("a.parquet", {"tel": [keysets.enhanced_sym_encrypt(K1, b"\xff")]})
    assert "--as bytes" in mistake("decrypt", source, folder / "b.csv", *TEL, *folder.keyset)
    assert folder.names() == {"a.csv", "a.parquet"}


def test_a_list_does_not_go_into_csv(folder: Folder) -> None:
    source = folder.put_parquet("a.parquet", {"tel": ["a"], "list": [[1]]})
    assert "*.parquet" in mistake("encrypt", source, folder / "b.csv", *TEL, *folder.keyset)
    assert folder.names() == {"a.parquet"}


def started(*words: object, **more: Any) -> "subprocess.Popen[str]":
    command = [str(KEYREEVE), "keyset", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def many_rows(folder: Folder) -> Path:
    return folder.put_parquet("a.parquet", {"tel": [f"secret-tel {n}" for n in range(1_000_000)]}, 10_000)


def written_so_far(process: "subprocess.Popen[str]", place: Path) -> int:
    """Bytes in the file without a name, or with one, that a process has open in a folder."""
    size = 0
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            if link.readlink().parent == place and link.readlink().name != "a.parquet":
                size += link.stat().st_size
        except OSError:
            continue
    return size


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_a_command_that_is_killed_half_way_leaves_nothing(folder: Folder, how: signal.Signals) -> None:
    process = started("encrypt", many_rows(folder), folder / "b.parquet", *TEL, *folder.keyset)
    until = time.monotonic() + 120
    while not written_so_far(process, folder.path):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(how)
    _, told = process.communicate(timeout=60)
    assert process.returncode != 0
    assert folder.names() == {"a.parquet"}
    assert "secret-tel" not in told


def test_a_full_disk_is_told_and_leaves_nothing(folder: Folder) -> None:
    """Full for this process: it may write files of a megabyte."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    source = many_rows(folder)
    for target in ("b.parquet", "b.csv"):
        process = started("encrypt", source, folder / target, *TEL, *folder.keyset, preexec_fn=limit)
        out, told = process.communicate(timeout=120)
        assert (process.returncode, out) == (1, "")
        assert told.startswith("keyreeve: ")
        assert "File too large" in told
        assert told.count("\n") == 1
        assert folder.names() == {"a.parquet"}


@pytest.mark.parametrize("command", ["encrypt", "decrypt", "rewrap"])
def test_a_missing_extra_is_told_in_one_line(folder: Folder, command: str) -> None:
    """In a process where pyarrow cannot be imported."""
    blocked = folder.put("sitecustomize.py", "import sys\nsys.modules['pyarrow'] = None\n")
    source = folder.put("a.csv", "tel\n")
    more = ("--key", "acs:kms:r:1:key/k") if command == "rewrap" else folder.keyset
    environment = {**os.environ, "PYTHONPATH": str(blocked.parent)}
    process = started(command, source, folder / "b.csv", *TEL, *more, env=environment)
    _, told = process.communicate(timeout=120)
    assert process.returncode == 1
    assert told == "keyreeve: pyarrow is not installed: pip install 'keyreeve[duckdb]'\n"


def test_keysets_are_made_and_shown_without_the_extra(folder: Folder) -> None:
    blocked = folder.put("sitecustomize.py", "import sys\nsys.modules['pyarrow'] = sys.modules['numpy'] = None\n")
    environment = {**os.environ, "PYTHONPATH": str(blocked.parent)}
    process = started("show", *folder.keyset, env=environment)
    out, told = process.communicate(timeout=120)
    assert (process.returncode, told) == (0, "")
    assert "AES-GCM-256" in out
    assert done("show", *folder.keyset) == out

"""Columns of Parquet and CSV files through `keyreeve keyset encrypt` and `decrypt`."""

import csv
import os
import pty
import random
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keyreeve import keysets
from keyreeve.cli.keyset.sources import CsvSource, ParquetSource
from keyreeve.keysets.keyset import KeyType
from tests.cli.keyset import Folder, done, folder, json_of, opened
from tests.keysets.documented import K1
from tests.keysets.examples import one_key
from tests.support.server import KEYREEVE

__all__ = ["folder"]  # the fixture

TEXTS = ['a "quoted" one', "two\nlines", "comma, and\r\nmore", "", None, "äöü €", "  spaces ", "NULL", "'", '""']


@pytest.mark.parametrize(
    ("kind", "decrypted"),
    [
        (pa.string(), pa.binary()),
        (pa.large_string(), pa.large_binary()),
        (pa.string_view(), pa.binary()),
        (pa.binary(), pa.binary()),
        (pa.large_binary(), pa.large_binary()),
    ],
)
@pytest.mark.parametrize("as_text", [True, False])
def test_columns_of_parquet_are_blobs_and_then_text_or_bytes_again(
    folder: Folder, kind: pa.DataType, decrypted: pa.DataType, as_text: bool
) -> None:
    source = folder.put_parquet(
        "a.parquet", {"id": list(range(10)), "tel": pa.array(TEXTS).cast(kind), "x": [1.5] * 10}
    )
    summary = done("encrypt", source, folder / "b.parquet", "--column", "tel", *folder.keyset, "--json")
    assert json_of(summary) == {"output": str(folder / "b.parquet"), "rows": 10, "encrypted": {"tel": 9}}
    encrypted = pq.read_table(folder / "b.parquet")
    assert encrypted.schema.field("tel").type == decrypted
    expected = [None if text is None else text.encode() for text in TEXTS]
    assert opened(encrypted.column("tel").to_pylist()) == expected
    form = "text" if as_text else "bytes"
    done("decrypt", folder / "b.parquet", folder / "c.parquet", "--column", "tel", "--as", form, *folder.keyset)
    assert folder.columns("c.parquet") == {
        "id": list(range(10)),
        "tel": TEXTS if as_text else expected,
        "x": [1.5] * 10,
    }


def test_a_dictionary_and_bytes_of_one_length_are_encrypted_too(folder: Folder) -> None:
    columns: dict[str, Any] = {
        "colour": pa.array(["red", None, "red"]).dictionary_encode(),
        "hash": pa.array([b"1234", b"5678", None], pa.binary(4)),
    }
    source = folder.put_parquet("a.parquet", columns)
    done("encrypt", source, folder / "b.parquet", "--column", "colour", "--column", "hash", *folder.keyset)
    made = folder.columns("b.parquet")
    assert opened(made["colour"]) == [b"red", None, b"red"]
    assert opened(made["hash"]) == [b"1234", b"5678", None]


def test_every_text_comes_out_of_csv_as_it_went_in(folder: Folder) -> None:
    with (folder / "a.csv").open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([["id", "tel"], *([f"{n:03}", text] for n, text in enumerate(TEXTS))])
    done("encrypt", folder / "a.csv", folder / "b.csv", "--column", "tel", *folder.keyset)
    done("decrypt", folder / "b.csv", folder / "c.csv", "--column", "tel", *folder.keyset)
    with (folder / "c.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["id", "tel"], *([f"{n:03}", text or ""] for n, text in enumerate(TEXTS))]


def test_null_and_empty_stay_apart_in_csv(folder: Folder) -> None:
    source = folder.put("a.csv", 'tel\na\n""\n\n"b"\n')
    summary = done("encrypt", source, folder / "b.csv", "--column", "tel", *folder.keyset, "--json")
    assert json_of(summary)["encrypted"] == {"tel": 3}
    done("decrypt", folder / "b.csv", folder / "c.csv", "--column", "tel", *folder.keyset)
    assert (folder / "c.csv").read_text() == '"tel"\n"a"\n""\n\n"b"\n'


def test_what_is_not_named_stays_as_it_is_written(folder: Folder) -> None:
    source = folder.put("a.csv", "\ufeffid;date;sum;tel\n007;2026-01-02;1.50;x\n1e5;;NaN;y\n")
    done("encrypt", source, folder / "b.csv", "--column", "tel", "--delimiter", ";", *folder.keyset)
    lines = (folder / "b.csv").read_text().splitlines()
    assert [line.rpartition(";")[0] for line in lines] == [
        '"id";"date";"sum"',
        '"007";"2026-01-02";"1.50"',
        '"1e5";;"NaN"',
    ]


@pytest.mark.parametrize("text", ["id,tel\n", "id,tel"])
def test_a_file_without_rows_stays_one(folder: Folder, text: str) -> None:
    source = folder.put("a.csv", text)
    assert "0 rows" in done("encrypt", source, folder / "b.csv", "--column", "tel", *folder.keyset)
    assert (folder / "b.csv").read_text() == '"id","tel"\n'
    done("encrypt", source, folder / "b.parquet", "--column", "tel", *folder.keyset)
    done("decrypt", folder / "b.parquet", folder / "c.parquet", "--column", "tel", *folder.keyset)
    assert folder.columns("c.parquet") == {"id": [], "tel": []}


def test_a_file_may_change_its_form_on_the_way(folder: Folder) -> None:
    source = folder.put_parquet("a.parquet", {"id": [1, 2], "tel": ["a", None], "raw": [b"\0\xff", b""]})
    words = ("--column", "tel", *folder.keyset)
    done("encrypt", source, folder / "b.csv", *words)
    assert '"AP8="' in (folder / "b.csv").read_text()
    done("decrypt", folder / "b.csv", folder / "c.parquet", "--as", "text", *words)
    assert folder.columns("c.parquet") == {"id": ["1", "2"], "tel": ["a", None], "raw": ["AP8=", ""]}


def test_bytes_in_csv_are_base64(folder: Folder) -> None:
    source = folder.put_parquet("a.parquet", {"raw": [b"\0\xff"]})
    done("encrypt", source, folder / "b.parquet", "--column", "raw", *folder.keyset)
    done("decrypt", folder / "b.parquet", folder / "c.csv", "--column", "raw", "--as", "bytes", *folder.keyset)
    assert (folder / "c.csv").read_text() == '"raw"\n"AP8="\n'


def test_additional_data_is_one_text_or_a_column_of_texts_or_numbers(folder: Folder) -> None:
    source = folder.put_parquet("a.parquet", {"id": [7, 8, None], "tel": ["a", "b", "c"]})
    words = ("--column", "tel", *folder.keyset)
    done("encrypt", source, folder / "b.parquet", "--additional-data-column", "id", *words)
    done("encrypt", source, folder / "c.parquet", "--additional-data", "row", *words)
    rows = zip(folder.columns("b.parquet")["tel"], ["7", "8", None], strict=True)
    assert [keysets.enhanced_sym_decrypt(K1, *row) for row in rows] == [b"a", b"b", b"c"]
    assert keysets.enhanced_sym_decrypt(K1, folder.columns("c.parquet")["tel"][0], "row") == b"a"
    done("decrypt", folder / "b.parquet", folder / "d.csv", "--additional-data-column", "id", *words)
    assert (folder / "d.csv").read_text() == '"id","tel"\n7,"a"\n8,"b"\n,"c"\n'


def test_equal_values_are_equal_with_siv_only(folder: Folder) -> None:
    folder.put("siv", one_key(KeyType.SIV_256))
    source = folder.put_parquet("a.parquet", {"tel": ["same"] * 1000})
    for keyset, count in (("k1.keyset", 1000), ("siv", 1)):
        done("encrypt", source, folder / "b.parquet", "--column", "tel", "--keyset", folder / keyset, "--overwrite")
        assert len(set(folder.columns("b.parquet")["tel"])) == count


def test_many_rows_are_streamed_in_batches(folder: Folder) -> None:
    """In batches of rows that are few when rows are long; all arrive, in order."""
    count = 300_000
    values = [f"value {number}" for number in range(count)]
    source = folder.put_parquet("a.parquet", {"n": list(range(count)), "tel": values}, 200_000)
    with source.open("rb") as file:
        sizes = [batch.num_rows for batch in ParquetSource(source, file).batches()]
    assert max(sizes) <= 8192
    done("encrypt", source, folder / "b.csv", "--column", "tel", *folder.keyset)
    with (folder / "b.csv").open("rb") as file:
        sizes = [batch.num_rows for batch in CsvSource(folder / "b.csv", file, ",").batches()]
    assert len(sizes) > 1
    done("decrypt", folder / "b.csv", folder / "c.parquet", "--column", "tel", "--as", "text", *folder.keyset)
    back = folder.columns("c.parquet")
    assert back["tel"] == values
    assert back["n"] == [str(number) for number in range(count)]


def test_long_values_are_read_a_few_at_a_time(folder: Folder) -> None:
    values = [random.Random(n).randbytes(4 << 20 if n % 3 else 4) for n in range(18)]
    source = folder.put_parquet("a.parquet", {"blob": values})
    with source.open("rb") as file:
        assert max(batch.num_rows for batch in ParquetSource(source, file).batches()) <= 16
    done("encrypt", source, folder / "b.parquet", "--column", "blob", *folder.keyset)
    assert opened(folder.columns("b.parquet")["blob"]) == values


def test_the_input_may_be_replaced(folder: Folder) -> None:
    source = folder.put("a.csv", "tel\nx\n")
    done("encrypt", source, source, "--column", "tel", "--overwrite", *folder.keyset)
    done("decrypt", source, source, "--column", "tel", "--overwrite", *folder.keyset)
    assert source.read_text() == '"tel"\n"x"\n'
    assert folder.names() == {"a.csv"}


def test_the_output_is_ones_own(folder: Folder, tmp_path: Path) -> None:
    source = folder.put("a.csv", "tel\nx\n")
    done("encrypt", source, folder / "b.csv", "--column", "tel", *folder.keyset)
    assert (folder / "b.csv").stat().st_mode & 0o777 == 0o600


def test_a_terminal_sees_how_far_it_is_and_standard_output_stays_clean(folder: Folder) -> None:
    source = folder.put_parquet("a.parquet", {"tel": ["a"] * 50_000})
    ours, theirs = pty.openpty()
    words = ["keyset", "encrypt", str(source), str(folder / "b.parquet"), "--column", "tel", *folder.keyset, "--json"]
    out = subprocess.run([KEYREEVE, *words], stdout=subprocess.PIPE, stderr=theirs, check=True).stdout
    os.close(theirs)
    drawn = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "100%" in drawn
    assert json_of(out.decode())["rows"] == 50_000

"""Files of rows, read in batches of a size that memory does not notice."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NoReturn, Protocol

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from keyreeve.cli.keyset.mistakes import TableMistake

_BATCH_BYTES = 32 << 20
# A dictionary's values count once in the size that a file tells, however many rows have them.
_MOST_ROWS = 1 << 13
# A row that is longer cannot be read; some blocks are read ahead, so that more would cost memory many times.
_CSV_BLOCK_BYTES = 4 << 20


class Source(Protocol):
    """`size` is what `read` tells at the end, in rows or in bytes."""

    schema: pa.Schema
    size: int

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Raises TableMistake."""
        ...

    def read(self) -> int: ...


class ParquetSource:
    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path = path
        try:
            self._file = pq.ParquetFile(file)
        except (pa.ArrowException, OSError) as error:
            raise TableMistake(f"{path} is not a Parquet file: {_line(error)}") from None
        self.schema = self._file.schema_arrow
        self.metadata = self._file.metadata
        self.size = self.metadata.num_rows
        self._read = 0

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._file.iter_batches(batch_size=self._rows_at_once()):
                self._read += batch.num_rows
                yield batch
        except (pa.ArrowException, OSError) as error:
            raise TableMistake(f"{self._path} cannot be read: {_line(error)}") from None

    def _rows_at_once(self) -> int:
        groups = [self.metadata.row_group(number) for number in range(self.metadata.num_row_groups)]
        widest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
        return max(1, min(_MOST_ROWS, _BATCH_BYTES // max(widest, 1)))

    def read(self) -> int:
        return self._read


class CsvSource:
    """Every column is text, so that all but the changed ones come out as they went in.

    An empty field is NULL, and "" is empty.
    """

    def __init__(self, path: Path, file: BinaryIO, delimiter: str) -> None:
        self._path = path
        self._source = _with_line_end(file)
        self._delimiter = delimiter
        self._bad_row = ""
        self.size = path.stat().st_size
        names = self._open({}).schema.names
        for name in names:
            if names.count(name) > 1:
                raise TableMistake(f"{path} has {names.count(name)} columns {name}: their names must differ")
        self._source.seek(0)
        self._reader = self._open(dict.fromkeys(names, pa.string()))
        self.schema = self._reader.schema

    def _open(self, column_types: dict[str, pa.DataType]) -> pacsv.CSVStreamingReader:
        options = pacsv.ParseOptions(
            delimiter=self._delimiter,
            newlines_in_values=True,
            # In a single column an empty line is a NULL.
            ignore_empty_lines=len(column_types) != 1,
            invalid_row_handler=self._note,
        )
        conversion = pacsv.ConvertOptions(
            column_types=column_types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        )
        # Rows are counted, for messages, by one thread only.
        reading = pacsv.ReadOptions(block_size=_CSV_BLOCK_BYTES, use_threads=False)
        try:
            return pacsv.open_csv(self._source, reading, options, conversion)
        except pa.ArrowInvalid as error:
            self._refuse(error)

    def _note(self, row: pacsv.InvalidRow) -> str:
        self._bad_row = f"row {row.number} has {row.actual_columns} fields instead of {row.expected_columns}"
        return "error"

    def _refuse(self, error: Exception) -> NoReturn:
        """Arrow's own text of a bad row would show the row."""
        why = "a row is longer than 4 MiB" if "straddl" in str(error) else self._bad_row or _line(error)
        raise TableMistake(f"{self._path} cannot be read: {why}") from None

    def batches(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._reader
        except pa.ArrowInvalid as error:
            self._refuse(error)

    def read(self) -> int:
        return self._source.tell()


def _with_line_end(file: BinaryIO) -> BinaryIO:
    """Of a file that is but a header without one, which Arrow does not take."""
    head = file.read(_CSV_BLOCK_BYTES)
    file.seek(0)
    return file if b"\n" in head or b"\r" in head else BytesIO(head + b"\n")


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0]

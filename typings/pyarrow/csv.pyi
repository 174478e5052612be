from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO

from pyarrow import DataType, RecordBatch, Schema

class InvalidRow:
    expected_columns: int
    actual_columns: int
    number: int | None
    text: str

class ReadOptions:
    def __init__(self, *, use_threads: bool | None = None, block_size: int | None = None) -> None: ...

class ParseOptions:
    def __init__(
        self,
        *,
        delimiter: str | None = None,
        newlines_in_values: bool | None = None,
        ignore_empty_lines: bool | None = None,
        invalid_row_handler: Callable[[InvalidRow], str] | None = None,
    ) -> None: ...

class ConvertOptions:
    def __init__(
        self,
        *,
        column_types: Mapping[str, DataType] | None = None,
        null_values: Sequence[str] | None = None,
        strings_can_be_null: bool | None = None,
        quoted_strings_can_be_null: bool | None = None,
    ) -> None: ...

class WriteOptions:
    def __init__(self, *, delimiter: str | None = None) -> None: ...

class CSVStreamingReader:
    @property
    def schema(self) -> Schema: ...
    def __iter__(self) -> Iterator[RecordBatch]: ...

class CSVWriter:
    def __init__(self, sink: BinaryIO, schema: Schema, *, write_options: WriteOptions | None = None) -> None: ...
    def write_batch(self, batch: RecordBatch) -> None: ...
    def close(self) -> None: ...

def open_csv(
    input_file: BinaryIO,
    read_options: ReadOptions | None = None,
    parse_options: ParseOptions | None = None,
    convert_options: ConvertOptions | None = None,
) -> CSVStreamingReader: ...

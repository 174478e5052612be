"""Files of rows, written batch by batch."""

import base64
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from keyreeve.cli.keyset.kinds import is_bytes
from keyreeve.cli.keyset.mistakes import TableMistake

# A row group of a Parquet file ends with whichever comes first.
_GROUP_ROWS, _GROUP_BYTES = 1 << 17, 64 << 20


class Sink(Protocol):
    def write(self, batch: pa.RecordBatch) -> None: ...

    def close(self) -> None: ...


class ParquetSink:
    """`incompressible` columns are stored as they are: to try a dictionary or compression on ciphertext is in vain."""

    def __init__(self, file: BinaryIO, schema: pa.Schema, incompressible: tuple[str, ...]) -> None:
        others = [name for name in schema.names if name not in incompressible]
        compression = {name: "NONE" if name in incompressible else "SNAPPY" for name in schema.names}
        self._writer = pq.ParquetWriter(file, schema, compression=compression, use_dictionary=others)
        self._held: list[pa.RecordBatch] = []

    def write(self, batch: pa.RecordBatch) -> None:
        self._held.append(batch)
        rows, size = sum(each.num_rows for each in self._held), sum(each.nbytes for each in self._held)
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        held, self._held = self._held, []
        if held:
            self._writer.write_table(pa.Table.from_batches(held))

    def close(self) -> None:
        self._write_group()
        self._writer.close()


class CsvSink:
    """Bytes are written as Base64."""

    def __init__(self, file: BinaryIO, schema: pa.Schema, delimiter: str) -> None:
        self._schema = pa.schema([field.with_type(_csv_type(field.type)) for field in schema])
        try:
            self._writer = pacsv.CSVWriter(file, self._schema, write_options=pacsv.WriteOptions(delimiter=delimiter))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise TableMistake("a CSV file cannot hold lists and structures: name the output *.parquet") from None

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [_base64(column) if is_bytes(column.type) else column for column in batch.columns]
        try:
            self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=self._schema))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise TableMistake("a CSV file cannot hold lists and structures: name the output *.parquet") from None

    def close(self) -> None:
        self._writer.close()


def _csv_type(kind: pa.DataType) -> pa.DataType:
    return pa.string() if is_bytes(kind) else kind


def _base64(column: pa.Array) -> pa.Array:
    texts = [None if value is None else base64.b64encode(value).decode() for value in column.to_pylist()]
    return pa.array(texts, pa.string())

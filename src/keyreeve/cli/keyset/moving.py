"""A file's rows through a change of some columns into another file."""

import sys
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

from keyreeve.cli.keyset.changes import Change
from keyreeve.cli.keyset.replacing import replacing, require_free
from keyreeve.cli.keyset.sinks import CsvSink, ParquetSink, Sink
from keyreeve.cli.keyset.sources import CsvSource, ParquetSource, Source
from keyreeve.cli.output import fail, print_json

_PARQUET, _CSV = frozenset({".parquet", ".pq"}), frozenset({".csv"})


@dataclass(frozen=True, slots=True)
class Job:
    source: Path
    target: Path
    columns: tuple[str, ...]
    delimiter: str
    overwrite: bool

    @property
    def writes_csv(self) -> bool:
        return self.target.suffix.lower() in _CSV

    def check(self) -> None:
        """What can be known to be wrong before any work is done, and before KMS is asked."""
        for path in (self.source, self.target):
            if path.suffix.lower() not in _PARQUET | _CSV:
                fail(f"{path} is neither *.parquet nor *.csv: its name tells how it is read or written")
        if len(self.delimiter) != 1 or not self.delimiter.isascii():
            fail("--delimiter is one ASCII character")
        if len(set(self.columns)) != len(self.columns):
            fail("--column names a column twice")
        if not self.source.exists():
            fail(f"{self.source}: No such file or directory")
        require_free(self.target, overwrite=self.overwrite)


@dataclass(slots=True)
class Moved:
    """How many rows there were, and how many values were not NULL in each changed column."""

    rows: int = 0
    values: dict[str, int] = field(default_factory=dict[str, int])


def move(job: Job, change: Change) -> Moved:
    """Raises TableMistake, KeysetError, OSError."""
    moved = Moved(values=dict.fromkeys(job.columns, 0))
    with job.source.open("rb") as read:
        source = _source(job, read)
        for column in job.columns:
            change.require(source.schema, column)
        schema = _schema_after(source.schema, job.columns, change)
        with (
            replacing(job.target, overwrite=job.overwrite) as file,
            closing(_sink(job, file, schema)) as sink,
            _progress(source) as advance,
        ):
            for batch in source.batches():
                sink.write(_changed(batch, schema, job.columns, change, moved))
                advance()
    return moved


def _source(job: Job, file: BinaryIO) -> Source:
    if job.source.suffix.lower() in _CSV:
        return CsvSource(job.source, file, job.delimiter)
    return ParquetSource(job.source, file)


def _sink(job: Job, file: BinaryIO, schema: pa.Schema) -> Sink:
    if job.writes_csv:
        return CsvSink(file, schema, job.delimiter)
    return ParquetSink(file, schema, job.columns)


def _schema_after(schema: pa.Schema, columns: tuple[str, ...], change: Change) -> pa.Schema:
    for column in columns:
        number = schema.names.index(column)
        changed = schema.field(column)
        schema = schema.set(number, changed.with_type(change.type_of(changed.type)))
    return schema


def _changed(
    batch: pa.RecordBatch, schema: pa.Schema, columns: tuple[str, ...], change: Change, moved: Moved
) -> pa.RecordBatch:
    made = {column: change.apply(batch, column, moved.rows) for column in columns}
    moved.rows += batch.num_rows
    for column, values in made.items():
        moved.values[column] += len(values) - values.null_count
    every = [made[name] if name in made else batch.column(number) for number, name in enumerate(schema.names)]
    return pa.RecordBatch.from_arrays(every, schema=schema)


@contextmanager
def _progress(source: Source) -> Generator[Callable[[], None]]:
    """A bar on standard error, if that is a terminal, which what is yielded moves on."""
    shown = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=source.size)
        yield lambda: progress.update(task, completed=source.read())


def tell(job: Job, moved: Moved, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"output": str(job.target), "rows": moved.rows, done: moved.values})
        return
    counts = ", ".join(f"{count:,} values of {column}" for column, count in moved.values.items())
    typer.echo(f"{job.target}: {moved.rows:,} rows, {done} {counts}")

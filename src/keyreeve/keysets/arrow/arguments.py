"""What both column functions take: one value for all rows or a column of them, in one array or in chunks."""

import os
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from keyreeve.keysets.arguments import as_bytes
from keyreeve.keysets.arrow.columns import as_binary, rows_of_array
from keyreeve.keysets.batch.rows import Rows
from keyreeve.keysets.errors import ArgumentInvalid
from keyreeve.keysets.opening import KeysetArgument

Column = pa.Array | pa.ChunkedArray
# Of one chunk's rows, and of a whole column's.
OneKeysetsArgument = KeysetArgument | pa.Array | None
OneAdditionalArgument = str | bytes | pa.Array | None
KeysetsArgument = OneKeysetsArgument | pa.ChunkedArray
AdditionalArgument = OneAdditionalArgument | pa.ChunkedArray

BATCH_VARIABLE = "KEYREEVE_KEYSETS_BATCH"


def batch_wanted(argument: bool | None) -> bool:
    """The argument, or else the environment: `off` has every value go through the cipher by itself."""
    return os.environ.get(BATCH_VARIABLE, "") != "off" if argument is None else argument


def additional_rows(argument: OneAdditionalArgument) -> Rows:
    """One row for all, or one for each; NULL is as if absent."""
    if isinstance(argument, pa.Array):
        return rows_of_array(as_binary(argument))
    return Rows.one(as_bytes(argument))


def by_chunk(work: Callable[..., pa.Array], column: Column, *others: Any) -> Column:
    """`work` of a column and what goes with it: of the whole, or of each chunk, whose results are chunks again."""
    if isinstance(column, pa.Array):
        return work(column, *(_part(other, 0, len(column), len(column)) for other in others))
    results: list[pa.Array] = []
    start = 0
    for chunk in column.chunks or [pa.array([], column.type)]:
        results.append(work(chunk, *(_part(other, start, len(chunk), len(column)) for other in others)))
        start += len(chunk)
    return pa.chunked_array(results)


def _part(argument: Any, start: int, count: int, whole: int) -> Any:
    """What belongs to `count` rows of `whole`, in one array, or one value for all rows. Raises ArgumentInvalid."""
    if not isinstance(argument, pa.Array | pa.ChunkedArray):
        return argument
    if len(argument) != whole:
        raise ArgumentInvalid(f"columns of {whole:,} and {len(argument):,} rows do not go together")
    part = argument.slice(start, count)
    return part if isinstance(part, pa.Array) else pa.concat_arrays([pa.array([], part.type), *part.chunks])

"""Between Arrow's arrays and rows of bytes."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import types

from keyreeve.keysets.batch.rows import Integers, Rows, joined
from keyreeve.keysets.errors import ArgumentInvalid, ValueTooLarge

# UsedWrappedKeyset as a column (docs/formats/keysets.md, The used wrapped keyset).
USED_WRAPPED_KEYSET = pa.struct(
    [
        ("kms_cmk_arn", pa.string()),
        ("role_arn", pa.string()),
        ("role_chain", pa.string()),
        ("wrapped_keyset", pa.binary()),
        ("wrapped_keyset_info", pa.string()),
    ]
)
_MOST_BYTES_OF_BINARY = 2**31 - 1


def as_binary(array: pa.Array) -> pa.Array:
    """Text, or bytes in any of Arrow's layouts, as binary or large_binary. Raises ArgumentInvalid."""
    if isinstance(array, pa.DictionaryArray):
        array = array.dictionary_decode()
    if types.is_binary(array.type) or types.is_large_binary(array.type):
        return array
    large = types.is_large_string(array.type)
    try:
        return array.cast(pa.large_binary() if large else pa.binary())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        raise ArgumentInvalid(f"a column of {array.type} is neither bytes nor text") from None


def rows_of_array(array: pa.Array) -> Rows:
    """The rows of binary or large_binary, without a copy; a NULL is an empty row."""
    offset_type = np.dtype(np.int64 if types.is_large_binary(array.type) else np.int32)
    _, offsets, data = array.buffers()
    if offsets is None or not len(array):
        return Rows.of([b""] * len(array))
    bounds = np.frombuffer(
        memoryview(offsets), offset_type, len(array) + 1, array.offset * offset_type.itemsize
    ).astype(np.int64)
    lengths = np.diff(bounds)
    if array.null_count:
        lengths *= _valid(array)
    return Rows(np.frombuffer(memoryview(data or b""), np.uint8), bounds[:-1], lengths)


def valid_among(array: pa.Array, rows: Integers) -> Integers:
    """Those of the rows that are not NULL."""
    return rows[_valid(array)[rows]] if array.null_count else rows


def _valid(array: pa.Array) -> NDArray[np.bool_]:
    return array.is_valid().to_numpy(zero_copy_only=False)


def array_of_rows(rows: Rows, data_type: pa.DataType) -> pa.Array:
    """Packed rows as binary or large_binary, without a copy of their bytes. Raises ValueTooLarge."""
    large = types.is_large_binary(data_type)
    total = int(rows.lengths.sum())
    if total > _MOST_BYTES_OF_BINARY and not large:
        raise ValueTooLarge(
            "the column's result has more than 2 GiB: cast the column to large_binary, or take fewer rows"
        )
    offsets = np.zeros(len(rows) + 1, np.int64 if large else np.int32)
    np.cumsum(rows.lengths, out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(rows.data)]
    return pa.Array.from_buffers(data_type, len(rows), buffers)


def assembled(parts: Sequence[tuple[Integers, Rows]], count: int, data_type: pa.DataType) -> pa.Array:
    """An array of `count` rows: each part's at its places, NULL where there is none. Raises ValueTooLarge."""
    places = np.concatenate([np.zeros(0, np.int64), *(places for places, _ in parts)])
    array = array_of_rows(joined([rows for _, rows in parts]), data_type)
    if len(places) == count and (np.diff(places) == 1).all():
        return array
    source = np.full(count, -1, np.int64)
    source[places] = np.arange(len(places))
    return array.take(pa.array(source, mask=source < 0))

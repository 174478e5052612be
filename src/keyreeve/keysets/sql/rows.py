"""The functions that make and change keysets, value by value: their cost lies in KMS and in keys, not in columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from functools import cache
from typing import Any

import pyarrow as pa
from pyarrow import types

from keyreeve.keysets.errors import ArgumentInvalid

Run = Callable[[Sequence[pa.Array]], pa.Array]


def by_row(function: Callable[..., Any], result: pa.DataType) -> Run:
    """Call it for each row."""

    def run(columns: Sequence[pa.Array]) -> pa.Array:
        return pa.array([function(*row) for row in _rows(columns)], result)

    return run


def by_distinct_row(function: Callable[..., Any], result: pa.DataType) -> Run:
    """Call it once for rows that are equal."""

    def run(columns: Sequence[pa.Array]) -> pa.Array:
        answer = cache(lambda *row: _as_plain(function(*row)))
        return pa.array([answer(*row) for row in _rows(columns)], result)

    return run


def _rows(columns: Sequence[pa.Array]) -> Iterator[tuple[Any, ...]]:
    """Raises ArgumentInvalid."""
    for column in columns:
        if types.is_nested(column.type):
            raise ArgumentInvalid(
                "an argument is neither text nor bytes: a STRUCT goes into enhanced_sym_encrypt and "
                "enhanced_sym_decrypt only"
            )
    return zip(*(column.to_pylist() for column in columns), strict=True)


def _as_plain(value: Any) -> Any:
    """A dataclass as Arrow takes it for a struct."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value

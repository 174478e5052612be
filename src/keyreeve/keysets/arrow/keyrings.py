"""Which keyset opens which rows of a column."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from keyreeve.keysets.arrow.columns import as_binary, rows_of_array
from keyreeve.keysets.batch.rows import Integers, windows
from keyreeve.keysets.ciphers.keyring import Keyring
from keyreeve.keysets.opening import KeysetArgument, keyring_of
from keyreeve.keysets.wrapping.connection import Connection
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset

_OPTIONAL_FIELDS = ("role_arn", "role_chain")


def keyrings(
    keysets: KeysetArgument | pa.Array | None, count: int, connection: Connection | None
) -> Iterator[tuple[Keyring, Integers]]:
    """Each keyring and the rows that it is for; rows without a keyset are in none. Raises what `keyring_of` raises."""
    if keysets is None or not count:
        return
    if not isinstance(keysets, pa.Array):
        yield keyring_of(keysets, connection), np.arange(count)
    elif isinstance(keysets, pa.StructArray):
        for values, rows in _distinct(_struct_columns(keysets)):
            yield keyring_of(UsedWrappedKeyset(*values), connection), rows
    else:
        for (keyset,), rows in _distinct([as_binary(keysets)]):
            yield keyring_of(keyset, connection), rows


def _struct_columns(column: pa.StructArray) -> list[pa.Array]:
    """What opens a used wrapped keyset, in the order of its fields; its information is not needed."""
    fields = dict(zip(column.type.names, column.flatten(), strict=True))
    for name in _OPTIONAL_FIELDS:
        fields[name] = fields[name].fill_null("")
    return [fields[name] for name in ("kms_cmk_arn", *_OPTIONAL_FIELDS, "wrapped_keyset")]


def _distinct(columns: Sequence[pa.Array]) -> Iterator[tuple[tuple[Any, ...], Integers]]:
    """Each combination of values in columns side by side, and its rows; rows with a NULL are left out."""
    if all(_all_equal(column) for column in columns):
        yield tuple(column[0].as_py() for column in columns), np.arange(len(columns[0]))
        return
    codes = np.stack([_codes(column) for column in columns])
    valid = np.flatnonzero((codes >= 0).all(axis=0))
    if not len(valid):
        return
    _, group_of = np.unique(codes[:, valid], axis=1, return_inverse=True)
    by_group = np.argsort(group_of.ravel(), kind="stable")
    for members in np.split(by_group, np.cumsum(np.bincount(group_of.ravel()))[:-1]):
        rows = valid[members]
        yield tuple(column[int(rows[0])].as_py() for column in columns), rows


def _all_equal(column: pa.Array) -> bool:
    """Whether every row has the one value, as an engine expands a constant."""
    if column.null_count:
        return False
    rows = rows_of_array(as_binary(column))
    if (rows.lengths != rows.lengths[0]).any():
        return False
    matrix = windows(rows.data, rows.starts, int(rows.lengths[0]))
    return bool((matrix == matrix[0]).all())


def _codes(column: pa.Array) -> Integers:
    """A number for each distinct value, and -1 for NULL."""
    return column.dictionary_encode().indices.fill_null(-1).to_numpy().astype(np.int64)

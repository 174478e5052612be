"""Encryption and decryption of columns, whose keysets are `references`."""

from collections.abc import Callable, Sequence
from functools import partial

import pyarrow as pa

from keyreeve.keysets.arrow import decrypt_column, encrypt_column
from keyreeve.keysets.arrow.arguments import Column
from keyreeve.keysets.arrow.columns import as_binary
from keyreeve.keysets.sql.references import is_constant, keysets_of

# From here on a result may have more than the 2 GiB that the offsets of `binary` can tell.
_LARGE_BYTES = 1 << 30


def encrypted(columns: Sequence[pa.Array]) -> Column:
    """`enhanced_sym_encrypt` over columns: keysets, plaintexts, and perhaps additional data. Raises KeysetError."""
    return _run(encrypt_column, columns)


def decrypted(columns: Sequence[pa.Array]) -> Column:
    """`enhanced_sym_decrypt` over columns: keysets, ciphertexts, and perhaps additional data. Raises KeysetError."""
    return _run(decrypt_column, columns)


def tried(columns: Sequence[pa.Array]) -> Column:
    """`decrypted`, with NULL for what does not open. Raises KeysetError."""
    return _run(partial(decrypt_column, on_error="null"), columns)


def _run(work: Callable[..., Column], columns: Sequence[pa.Array]) -> Column:
    keysets, values, *rest = columns
    values = as_binary(values)
    if values.nbytes > _LARGE_BYTES:
        values = values.cast(pa.large_binary())
    return work(keysets_of(keysets, values), values, *(_additional(column) for column in rest))


def _additional(column: pa.Array) -> bytes | pa.Array | None:
    """One value, if it is the same for all rows."""
    column = as_binary(column)
    if column.null_count == len(column):
        return None
    return column[0].as_py() if is_constant(column) else column

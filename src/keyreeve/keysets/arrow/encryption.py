from functools import partial

import pyarrow as pa

from keyreeve.keysets.arrow.arguments import (
    AdditionalArgument,
    Column,
    KeysetsArgument,
    OneAdditionalArgument,
    OneKeysetsArgument,
    additional_rows,
    batch_wanted,
    by_chunk,
)
from keyreeve.keysets.arrow.columns import as_binary, assembled, rows_of_array, valid_among
from keyreeve.keysets.arrow.keyrings import keyrings
from keyreeve.keysets.batch.roads import encrypt_rows
from keyreeve.keysets.wrapping.connection import Connection


def encrypt_column(
    keysets: KeysetsArgument,
    plaintexts: Column,
    additional_data: AdditionalArgument = None,
    *,
    batch: bool | None = None,
    connection: Connection | None = None,
) -> Column:
    """`enhanced_sym_encrypt` of every row, in the order of its arguments.

    `plaintexts` are text or bytes; the result is binary (large_binary for a large column), in chunks if they are.
    `keysets` and `additional_data` are one for all rows or a column; used wrapped keysets are a column of the type
    USED_WRAPPED_KEYSET. NULL where plaintext or keyset are; NULL additional data is as if absent. With `batch` False,
    or KEYREEVE_KEYSETS_BATCH=off in the environment, each value goes through pyca's cipher by itself. `connection`
    opens wrapped keysets, by default that of `connect`. Raises KeysetError.
    """
    return by_chunk(
        partial(_encrypted, batch=batch_wanted(batch), connection=connection), plaintexts, keysets, additional_data
    )


def _encrypted(
    plaintexts: pa.Array,
    keysets: OneKeysetsArgument,
    additional_data: OneAdditionalArgument,
    *,
    batch: bool,
    connection: Connection | None,
) -> pa.Array:
    column, additional = as_binary(plaintexts), additional_rows(additional_data)
    texts = rows_of_array(column)
    parts = [
        (rows, encrypt_rows(ring.primary(), texts.at(rows), additional.for_rows(rows), batch=batch))
        for ring, candidates in keyrings(keysets, len(column), connection)
        if len(rows := valid_among(column, candidates))
    ]
    return assembled(parts, len(column), column.type)

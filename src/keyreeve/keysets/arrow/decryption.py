from collections.abc import Iterator, Sequence
from functools import partial
from typing import Literal

import numpy as np
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
from keyreeve.keysets.batch.roads import decrypt_rows
from keyreeve.keysets.batch.rows import Integers, Rows, windows
from keyreeve.keysets.ciphers.keyring import Keyring
from keyreeve.keysets.errors import CiphertextNotOpened
from keyreeve.keysets.keyset import PREFIX_BYTES
from keyreeve.keysets.wrapping.connection import Connection

OnError = Literal["raise", "null"]
# Enough of a prefix to choose the key to try first; whatever is chosen, the tag decides.
_HINT_BYTES = 8


def decrypt_column(
    keysets: KeysetsArgument,
    ciphertexts: Column,
    additional_data: AdditionalArgument = None,
    *,
    on_error: OnError = "raise",
    batch: bool | None = None,
    connection: Connection | None = None,
) -> Column:
    """`enhanced_sym_decrypt` of every row; arguments and NULLs are as with `encrypt_column`.

    A ciphertext that does not open raises CiphertextNotOpened, whose `row` is the first such in its chunk, or is NULL
    with `on_error="null"`. Raises KeysetError.
    """
    work = partial(_decrypted, on_error=on_error, batch=batch_wanted(batch), connection=connection)
    return by_chunk(work, ciphertexts, keysets, additional_data)


def _decrypted(
    ciphertexts: pa.Array,
    keysets: OneKeysetsArgument,
    additional_data: OneAdditionalArgument,
    *,
    on_error: OnError,
    batch: bool,
    connection: Connection | None,
) -> pa.Array:
    column, additional = as_binary(ciphertexts), additional_rows(additional_data)
    values = rows_of_array(column)
    parts: list[tuple[Integers, Rows]] = []
    for ring, candidates in keyrings(keysets, len(column), connection):
        rows = valid_among(column, candidates)
        opened = list(_opened(ring, values.at(rows), additional.for_rows(rows), batch=batch))
        if on_error == "raise":
            _require_all(rows, [at for at, _ in opened])
        parts += [(rows[at], texts) for at, texts in opened]
    return assembled(parts, len(column), column.type)


def _opened(ring: Keyring, values: Rows, additional: Rows, *, batch: bool) -> Iterator[tuple[Integers, Rows]]:
    """Which rows opened, and their texts, key by key in the order of `Keyring.candidates`."""
    bodies, pending = values.part(PREFIX_BYTES, PREFIX_BYTES), np.arange(len(values))
    first, orders = _first_keys(ring, values), _orders(len(ring.ciphers))
    for attempt in range(len(ring.ciphers)):
        rest: list[Integers] = []
        for number, cipher in enumerate(ring.ciphers):
            rows = pending[orders[first[pending], attempt] == number]
            if len(rows):
                texts, agreed = decrypt_rows(cipher, bodies.at(rows), additional.for_rows(rows), batch=batch)
                yield rows[agreed], texts
                rest.append(rows[~agreed])
        pending = np.concatenate([pending[:0], *rest])


def _first_keys(ring: Keyring, values: Rows) -> Integers:
    """The number of the cipher to try first for each row: of the prefix, or else the primary key's."""
    first = np.full(len(values), ring.first_number)
    hints = windows(values.data, values.starts, _HINT_BYTES)
    for number, cipher in enumerate(ring.ciphers):
        first[(hints == np.frombuffer(cipher.prefix[:_HINT_BYTES], np.uint8)).all(axis=1)] = number
    return first


def _orders(count: int) -> Integers:
    """Row f is every number below `count`, f first."""
    return np.array([[f, *(other for other in range(count) if other != f)] for f in range(count)], np.int64)


def _require_all(rows: Integers, opened: Sequence[Integers]) -> None:
    missing = np.ones(len(rows), bool)
    for at in opened:
        missing[at] = False
    if missing.any():
        raise CiphertextNotOpened(row=int(rows[missing].min()))

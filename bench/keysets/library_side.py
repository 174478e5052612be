"""keyreeve.keysets without an engine: value by value, and columns with and without the batch cipher."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import pyarrow as pa

from keyreeve import keysets as functions
from keyreeve.keysets.arrow import decrypt_column, encrypt_column
from keysets.lanes import Case, Lane, Work


class Values:
    label = "library, values"

    @contextmanager
    def prepared(self, case: Case) -> Generator[Work]:
        encrypt, decrypt, keyset = functions.enhanced_sym_encrypt, functions.enhanced_sym_decrypt, case.keyset
        made = [encrypt(keyset, value) for value in case.values]
        yield Work(
            lambda: sum(map(len, [encrypt(keyset, value) for value in case.values])),
            lambda: sum(map(len, [decrypt(keyset, value) for value in made])),
        )


@dataclass(frozen=True)
class Column:
    label: str
    batch: bool

    @contextmanager
    def prepared(self, case: Case) -> Generator[Work]:
        values = pa.array(case.values)
        made = encrypt_column(case.keyset, values)
        yield Work(
            lambda: _size(encrypt_column(case.keyset, values, batch=self.batch)),
            lambda: _size(decrypt_column(case.keyset, made, batch=self.batch)),
        )


def _size(column: pa.Array | pa.ChunkedArray) -> int:
    """Of the values: the last buffer, as nothing is NULL or a slice here."""
    data = cast("pa.Array", column).buffers()[-1]
    return 0 if data is None else len(memoryview(data))


LANES: tuple[Lane, ...] = (
    Values(),
    Column("library, column", batch=True),
    Column("library, column without batches", batch=False),
)

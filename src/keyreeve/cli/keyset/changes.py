"""What is done to a column: its new type, and its values batch by batch."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

import pyarrow as pa
from pyarrow import types

from keyreeve import keysets
from keyreeve.cli.keyset.given import Kms, bare_wrapped
from keyreeve.cli.keyset.kinds import bare, is_bytes, is_large, is_text
from keyreeve.cli.keyset.mistakes import TableMistake
from keyreeve.keysets import CiphertextNotOpened, KeysetError
from keyreeve.keysets.arrow import decrypt_column, encrypt_column
from keyreeve.keysets.opening import KeysetArgument

_REMEMBERED_KEYSETS = 10_000


class Change(Protocol):
    def require(self, schema: pa.Schema, column: str) -> None:
        """Raises TableMistake, if the column is not fit for it."""
        ...

    def type_of(self, column_type: pa.DataType) -> pa.DataType: ...

    def apply(self, batch: pa.RecordBatch, column: str, first_row: int) -> pa.Array:
        """The column's new values. `first_row` is the batch's, for messages. Raises KeysetError, TableMistake."""
        ...


@dataclass(frozen=True, slots=True)
class Additional:
    """Additional data for all rows, or in a column."""

    text: str | None
    column: str | None

    def require(self, schema: pa.Schema, changed: str) -> None:
        if self.column is None:
            return
        if self.text is not None:
            raise TableMistake("give --additional-data or --additional-data-column, not both")
        if self.column == changed:
            raise TableMistake(f"column {changed} cannot be its own additional data: decryption would need it first")
        kind = _type_in(schema, self.column)
        if not (is_text(kind) or types.is_integer(kind)):
            raise TableMistake(f"column {self.column} is {kind}: additional data is text or an integer")

    def of(self, batch: pa.RecordBatch) -> str | pa.Array | None:
        if self.column is None:
            return self.text
        values = batch.column(self.column)
        return values if is_text(values.type) else values.cast(pa.string())


@dataclass(frozen=True, slots=True)
class Encryption:
    keyset: KeysetArgument
    additional: Additional

    def require(self, schema: pa.Schema, column: str) -> None:
        kind = _type_in(schema, column)
        if not (is_text(kind) or is_bytes(kind)):
            raise TableMistake(f"column {column} is {kind}: text and bytes are encrypted; cast it to text before")
        self.additional.require(schema, column)

    def type_of(self, column_type: pa.DataType) -> pa.DataType:
        return pa.large_binary() if is_large(column_type) else pa.binary()

    def apply(self, batch: pa.RecordBatch, column: str, first_row: int) -> pa.Array:
        del first_row
        made = encrypt_column(self.keyset, batch.column(column), self.additional.of(batch))
        return cast("pa.Array", made).cast(self.type_of(batch.column(column).type))


@dataclass(frozen=True, slots=True)
class Decryption:
    keyset: KeysetArgument
    additional: Additional
    as_text: bool

    def require(self, schema: pa.Schema, column: str) -> None:
        kind = _type_in(schema, column)
        if not (is_text(kind) or is_bytes(kind)):
            raise TableMistake(f"column {column} is {kind}: ciphertexts are bytes, or Base64 in text")
        self.additional.require(schema, column)

    def type_of(self, column_type: pa.DataType) -> pa.DataType:
        if self.as_text:
            return pa.large_string() if is_large(column_type) else pa.string()
        return pa.large_binary() if is_large(column_type) else pa.binary()

    def apply(self, batch: pa.RecordBatch, column: str, first_row: int) -> pa.Array:
        values = batch.column(column)
        if is_text(values.type):
            values = _by_value(values, _from_base64, pa.large_binary(), column, first_row)
        try:
            opened = decrypt_column(self.keyset, values, self.additional.of(batch))
        except CiphertextNotOpened as error:
            raise TableMistake(f"{_place(column, first_row + (error.row or 0))}: {error}") from None
        try:
            return cast("pa.Array", opened).cast(self.type_of(batch.column(column).type))
        except pa.ArrowInvalid:
            raise TableMistake(f"column {column} has values that are not UTF-8 text: give --as bytes") from None


class Rewrapping:
    """Of wrapped keysets, in HEX or bare, which they stay. Equal ones are asked for once."""

    def __init__(self, kms: Kms) -> None:
        key = kms.require_key()

        def rewrap(wrapped: bytes) -> bytes:
            return keysets.rewrap_keyset(key, kms.role, wrapped, kms.role_chain)

        self._rewrapped = lru_cache(_REMEMBERED_KEYSETS)(rewrap)

    def require(self, schema: pa.Schema, column: str) -> None:
        kind = _type_in(schema, column)
        if not (is_text(kind) or is_bytes(kind)):
            raise TableMistake(f"column {column} is {kind}: wrapped keysets are text or bytes")

    def type_of(self, column_type: pa.DataType) -> pa.DataType:
        return bare(column_type)

    def apply(self, batch: pa.RecordBatch, column: str, first_row: int) -> pa.Array:
        values = batch.column(column)
        return _by_value(values, self._again, pa.binary(), column, first_row).cast(bare(values.type))

    def _again(self, value: str | bytes) -> bytes:
        given = value.encode() if isinstance(value, str) else value
        wrapped = bare_wrapped(given)
        rewrapped = self._rewrapped(wrapped)
        return rewrapped if wrapped is given else rewrapped.hex().upper().encode()


def _by_value(
    values: pa.Array, change: Callable[[str | bytes], bytes], result: pa.DataType, column: str, first_row: int
) -> pa.Array:
    """`change` of each value that is not NULL. Raises TableMistake, which says where."""
    made: list[bytes | None] = []
    for number, value in enumerate(values.to_pylist()):
        try:
            made.append(None if value is None else change(value))
        except binascii.Error:
            raise TableMistake(f"{_place(column, first_row + number)}: not Base64") from None
        except KeysetError as error:
            raise TableMistake(f"{_place(column, first_row + number)}: {error}") from None
    return pa.array(made, result)


def _from_base64(value: str | bytes) -> bytes:
    return base64.b64decode(value, validate=True)


def _place(column: str, row: int) -> str:
    return f"column {column}, row {row + 1:,}"


def _type_in(schema: pa.Schema, column: str) -> pa.DataType:
    """Raises TableMistake."""
    found = schema.names.count(column)
    if found != 1:
        how = "no column" if not found else f"{found} columns"
        raise TableMistake(f"the file has {how} {column}; it has {', '.join(schema.names)}")
    return schema.field(column).type

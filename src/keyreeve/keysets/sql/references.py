"""A keyset argument as one short blob, because an engine expands the structure of use_wrapped_keyset for every row.

A plain keyset stays as it is. The structure becomes what opens the keyset again, without the information about it,
which is most of its bytes; neither holds key material.
"""

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keyreeve.keysets.arrow import USED_WRAPPED_KEYSET
from keyreeve.keysets.arrow.columns import as_binary
from keyreeve.keysets.errors import ArgumentInvalid
from keyreeve.keysets.opening import KeysetArgument
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset

# No keyset begins like that: its first byte would be the tag of field 13.
_MARK = b"keyreeve used wrapped keyset 1\0"
_FIELDS = ("kms_cmk_arn", "role_arn", "role_chain", "wrapped_keyset")


def references_of(keysets: pa.Array) -> pa.Array:
    """A blob for each row, perhaps as indices into a dictionary; NULL for NULL. Raises ArgumentInvalid."""
    if not isinstance(keysets, pa.StructArray):
        return as_binary(keysets)
    names = keysets.type.names
    if any(name not in names for name in _FIELDS):
        raise ArgumentInvalid("a keyset is a BLOB or the STRUCT that use_wrapped_keyset returns")
    fields = dict(zip(names, keysets.flatten(), strict=True))
    columns = [fields[name] for name in _FIELDS]
    if all(is_constant(column) for column in columns):
        return repeated(_reference(*(column[0].as_py() for column in columns)), len(keysets))
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return pa.array([_reference(*row) for row in rows], pa.binary())


def reference_of(used: UsedWrappedKeyset) -> bytes:
    return _MARK + msgspec.msgpack.encode((used.kms_cmk_arn, used.role_arn, used.role_chain, used.wrapped_keyset))


def repeated(reference: bytes | None, count: int) -> pa.DictionaryArray:
    """One blob for all rows, without a copy for each."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int8)), pa.array([reference], pa.binary()))


def _reference(arn: str | None, role: str | None, chain: str | None, wrapped: bytes | None) -> bytes | None:
    if arn is None or wrapped is None:
        return None
    return reference_of(UsedWrappedKeyset(arn, role or "", chain or "", wrapped))


def keysets_of(references: pa.Array, values: pa.Array) -> KeysetArgument | pa.Array | None:
    """What `encrypt_column` and `decrypt_column` take: one keyset for all rows, if it is, or a column of one kind.

    The keyset of a value that is NULL is not looked at, be it malformed or not to be had from KMS. Raises
    ArgumentInvalid.
    """
    if values.null_count == len(values):
        return None
    if isinstance(references, pa.DictionaryArray) and len(references.dictionary) == 1 and not references.null_count:
        return _keyset_of(references.dictionary[0].as_py())
    references = as_binary(references)
    if is_constant(references):
        return _keyset_of(references[0].as_py())
    if values.null_count:
        references = pc.if_else(values.is_valid(), references, pa.scalar(None, references.type))
    return _column_of(references)


def _column_of(references: pa.Array) -> pa.Array | None:
    if references.null_count == len(references):
        return None
    distinct = references.dictionary_encode()
    found = [_keyset_of(blob) for blob in distinct.dictionary.to_pylist()]
    used = [keyset for keyset in found if isinstance(keyset, UsedWrappedKeyset)]
    if not used:
        return references
    if len(used) < len(found):
        raise ArgumentInvalid("a column of keysets is either of plain ones or of wrapped ones")
    return pa.array([_fields_of(keyset) for keyset in used], USED_WRAPPED_KEYSET).take(distinct.indices)


def is_constant(column: pa.Array) -> bool:
    """Whether every row has the same value, as an engine expands a constant; not so if it is NULL."""
    return not column.null_count and len(column) > 0 and bool(pc.all(pc.equal(column, column[0])).as_py())


def _keyset_of(blob: bytes) -> KeysetArgument:
    """Raises ArgumentInvalid."""
    if not blob.startswith(_MARK):
        return blob
    try:
        arn, role, chain, wrapped = msgspec.msgpack.decode(blob[len(_MARK) :], type=tuple[str, str, str, bytes])
    except msgspec.DecodeError:
        raise ArgumentInvalid("a keyset is a BLOB or the STRUCT that use_wrapped_keyset returns") from None
    return UsedWrappedKeyset(arn, role, chain, wrapped)


def _fields_of(used: UsedWrappedKeyset) -> dict[str, str | bytes]:
    return {name: getattr(used, name) for name in _FIELDS}

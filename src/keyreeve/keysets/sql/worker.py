"""The functions as Spark's Python workers run them.

A worker process is given what is pickled here, so that holds no keyset but wrapped ones, and no AccessKey.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, Signature
from typing import cast

import pyarrow as pa
from pyarrow import types

from keyreeve.keysets.errors import ArgumentInvalid, CiphertextNotOpened, NotConnected
from keyreeve.keysets.sql.functions import SQL_FUNCTIONS, SqlFunction
from keyreeve.keysets.sql.references import is_constant, reference_of, references_of, repeated
from keyreeve.keysets.wrapping.connection import disconnect
from keyreeve.keysets.wrapping.used import UsedWrappedKeyset

_FUNCTIONS = {function.name: function for function in SQL_FUNCTIONS}
_TAKES_KEYSETS = frozenset({"enhanced_sym_encrypt", "enhanced_sym_decrypt", "try_enhanced_sym_decrypt"})
_NEEDS_KMS = frozenset({"new_wrapped_keyset", "rotate_wrapped_keyset", "rewrap_keyset", "use_wrapped_keyset"})


@dataclass(frozen=True, slots=True)
class Registration:
    """`connect` is called once in each worker process that needs KMS, and `number` tells whether it was."""

    number: str
    keysets: Mapping[str, UsedWrappedKeyset]
    connect: Callable[[], object]


class _Process:
    """Whose connection this process has."""

    registration: str | None = None


def run(name: str, registration: Registration, *columns: pa.Array, **named: pa.Array) -> pa.Array:
    """A function over a batch of rows. Raises KeysetError."""
    function = _FUNCTIONS[name]
    arguments = _in_order(function, columns, named)
    unconnected = None
    if name in _NEEDS_KMS or (name in _TAKES_KEYSETS and _is_wrapped(arguments[0], registration)):
        unconnected = _connect(registration)
    if name in _TAKES_KEYSETS:
        arguments[0] = _keysets(arguments[0], registration)
    try:
        # In one array, as what it is given.
        return cast("pa.Array", function.run(arguments))
    except NotConnected as error:
        # Only now is it known that a KMS is needed; why there is none was known before.
        raise unconnected or error from None
    except CiphertextNotOpened:
        # Where in the batch it was means nothing to who knows only the table.
        raise CiphertextNotOpened from None


def _in_order(function: SqlFunction, columns: Sequence[pa.Array], named: Mapping[str, pa.Array]) -> list[pa.Array]:
    """Raises ArgumentInvalid."""
    parameters = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=Parameter.empty if at < function.required else None)
        for at, name in enumerate(function.parameters)
    ]
    try:
        given = Signature(parameters).bind(*columns, **named)
    except TypeError as error:
        takes = ", ".join(function.parameters)
        raise ArgumentInvalid(
            f"{function.name} takes {takes}, of which {function.required} are needed: {error}"
        ) from None
    last = max(function.parameters.index(parameter) for parameter in given.arguments)
    given.apply_defaults()
    rows = len(given.args[0])
    # What is absent at the end stays absent: a column of NULLs would be looked at.
    return [pa.nulls(rows) if column is None else column for column in given.args[: last + 1]]


def _is_wrapped(column: pa.Array, registration: Registration) -> bool:
    return isinstance(column, pa.StructArray) or _is_name(column, registration)


def _is_name(column: pa.Array, registration: Registration) -> bool:
    return bool(registration.keysets) and (types.is_string(column.type) or types.is_large_string(column.type))


def _keysets(column: pa.Array, registration: Registration) -> pa.Array:
    """A keyset argument as `references`. Raises ArgumentInvalid."""
    if isinstance(column, pa.StructArray):
        return references_of(column)
    return _named(column, registration.keysets) if _is_name(column, registration) else column


def _named(column: pa.Array, keysets: Mapping[str, UsedWrappedKeyset]) -> pa.Array:
    """Raises ArgumentInvalid."""
    if is_constant(column):
        return repeated(_reference_named(column[0].as_py(), keysets), len(column))
    distinct = column.dictionary_encode()
    found = [_reference_named(name, keysets) for name in distinct.dictionary.to_pylist()]
    return pa.array(found, pa.binary()).take(distinct.indices)


def _reference_named(name: str, keysets: Mapping[str, UsedWrappedKeyset]) -> bytes:
    if name not in keysets:
        raise ArgumentInvalid(f"a keyset given as text is one of the names {', '.join(keysets)}")
    return reference_of(keysets[name])


def _connect(registration: Registration) -> NotConnected | None:
    """Connects once in a process; why it cannot, which matters only where a KMS is really needed."""
    if _Process.registration == registration.number:
        return None
    # A process may have worked for another session, whose rights are not this one's.
    _Process.registration = None
    disconnect()
    try:
        registration.connect()
    except NotConnected as error:
        return error
    _Process.registration = registration.number
    return None

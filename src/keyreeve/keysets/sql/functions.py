"""What an engine has to know of each function to register it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any

import pyarrow as pa

from keyreeve.keysets import functions
from keyreeve.keysets.arrow import USED_WRAPPED_KEYSET
from keyreeve.keysets.arrow.arguments import Column
from keyreeve.keysets.sql.rows import by_distinct_row, by_row
from keyreeve.keysets.sql.values import decrypted, encrypted, tried


@dataclass(frozen=True, slots=True)
class SqlFunction:
    """`run` takes columns of one length, with or without those for the last optional parameters.

    What is not deterministic gives another result for each row and must not be computed once for many.
    """

    name: str
    parameters: tuple[str, ...]
    required: int
    result: pa.DataType
    deterministic: bool
    run: Callable[[Sequence[pa.Array]], Column]


def _function(
    function: Callable[..., Any],
    run: Callable[[Sequence[pa.Array]], Column],
    *,
    result: pa.DataType,
    deterministic: bool = False,
) -> SqlFunction:
    positional = [each for each in signature(function).parameters.values() if each.kind is not Parameter.KEYWORD_ONLY]
    required = sum(each.default is Parameter.empty for each in positional)
    names = tuple(each.name for each in positional)
    return SqlFunction(function.__name__, names, required, result, deterministic, run)


def _generating(function: Callable[..., Any]) -> SqlFunction:
    """One that draws a key, or an id: anew for each row."""
    return _function(function, by_row(function, pa.binary()), result=pa.binary())


def _pure(function: Callable[..., Any], result: pa.DataType) -> SqlFunction:
    return _function(function, by_distinct_row(function, result), result=result, deterministic=True)


# As constants of a statement they are the same in each row; equal ones in a column cost one call to KMS.
_REWRAP = _function(functions.rewrap_keyset, by_distinct_row(functions.rewrap_keyset, pa.binary()), result=pa.binary())
SQL_FUNCTIONS: tuple[SqlFunction, ...] = (
    _generating(functions.new_keyset),
    _generating(functions.add_key_to_keyset),
    _pure(functions.keyset_to_json, pa.string()),
    _pure(functions.keyset_from_json, pa.binary()),
    _generating(functions.rotate_keyset),
    _generating(functions.new_wrapped_keyset),
    _generating(functions.rotate_wrapped_keyset),
    _REWRAP,
    _pure(functions.use_wrapped_keyset, USED_WRAPPED_KEYSET),
    _function(functions.enhanced_sym_encrypt, encrypted, result=pa.binary()),
    _function(functions.enhanced_sym_decrypt, decrypted, result=pa.binary(), deterministic=True),
    _function(functions.try_enhanced_sym_decrypt, tried, result=pa.binary(), deterministic=True),
)

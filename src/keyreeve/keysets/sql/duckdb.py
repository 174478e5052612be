"""The functions in DuckDB's SQL.

Each function is a macro of the documented name and arguments over a Python function `keyreeve_<name>`: DuckDB's Python
functions have no optional arguments, and macros have, with the binder's errors for a wrong number of them. A macro also
puts `keyreeve_keyset` around a keyset argument, which the optimiser computes once for a constant (`references`).
"""

from collections.abc import Callable, Iterator, Sequence

import duckdb
import pyarrow as pa
from duckdb.func import FunctionNullHandling, PythonUDFType

from keyreeve.keysets.arrow.arguments import Column
from keyreeve.keysets.sql.functions import SQL_FUNCTIONS, SqlFunction
from keyreeve.keysets.sql.references import references_of

_PREFIX = "keyreeve_"
_KEYSET_FUNCTION = f"{_PREFIX}keyset"
# MaxCompute's names of functions that its statements on keysets use and DuckDB has under other names.
_MAXCOMPUTE_MACROS = (
    "unbase64(text) AS from_base64(text)",
    "get_json_object(json, path) AS json_extract_string(json, path)",
)
_TAKES_KEYSETS = frozenset({"enhanced_sym_encrypt", "enhanced_sym_decrypt", "try_enhanced_sym_decrypt"})
_TYPES = {pa.binary(): "BLOB", pa.string(): "VARCHAR"}


def register(connection: duckdb.DuckDBPyConnection) -> None:
    """See `keyreeve.keysets.register_duckdb`."""
    if not _is_registered(connection):
        _create(connection, _KEYSET_FUNCTION, lambda columns: references_of(columns[0]), pa.binary(), pure=True)
        for function in SQL_FUNCTIONS:
            name = _PREFIX + function.name
            _create(connection, name, function.run, function.result, pure=function.deterministic)
    for macro in (*_MAXCOMPUTE_MACROS, *map(_macro, SQL_FUNCTIONS)):
        # Temporary ones, so that no database file keeps a macro whose function is gone when it is opened again.
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")


def _is_registered(connection: duckdb.DuckDBPyConnection) -> bool:
    """The Python functions belong to the database, the macros to the connection: a cursor finds only the former."""
    known = "SELECT 1 FROM duckdb_functions() WHERE function_name = ?"
    return bool(connection.execute(known, [_KEYSET_FUNCTION]).fetchall())


def _create(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    run: Callable[[Sequence[pa.Array]], Column],
    result: pa.DataType,
    *,
    pure: bool,
) -> None:
    def call(*columns: pa.ChunkedArray) -> Column:
        return run([_in_one(column) for column in columns])

    connection.create_function(
        name,
        call,
        # Any number of arguments of any type: a keyset is a BLOB or a STRUCT, and many are text or BLOB.
        None,
        _sql_type(result),
        type=PythonUDFType.ARROW,
        # Else NULL in an optional argument would give NULL.
        null_handling=FunctionNullHandling.SPECIAL,
        # What is not pure is neither computed once for many rows nor while planning.
        side_effects=not pure,
    )


def _in_one(column: pa.ChunkedArray) -> pa.Array:
    chunks = column.chunks
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays([pa.array([], column.type), *chunks])


def _sql_type(result: pa.DataType) -> str:
    if isinstance(result, pa.StructType):
        return f"STRUCT({', '.join(f'{field.name} {_TYPES[field.type]}' for field in result)})"
    return _TYPES[result]


def _macro(function: SqlFunction) -> str:
    """An overload for each number of arguments."""
    return f"{function.name}{', '.join(_overloads(function))}"


def _overloads(function: SqlFunction) -> Iterator[str]:
    for count in range(function.required, len(function.parameters) + 1):
        names = function.parameters[:count]
        passed = list(names)
        if function.name in _TAKES_KEYSETS:
            passed[0] = f"{_KEYSET_FUNCTION}({names[0]})"
        yield f"({', '.join(names)}) AS {_PREFIX}{function.name}({', '.join(passed)})"

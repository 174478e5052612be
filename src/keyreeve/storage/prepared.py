"""Statements of the hot path: written in SQLAlchemy Core, compiled once, run by the driver alone.

What SQLAlchemy does for each execution costs five to ten times what SQLite does.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, cast

import psycopg
from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

_Values = Mapping[str, object]


class _Cursor(Protocol):
    rowcount: int

    def execute(self, sql: str, values: object = ..., /) -> object: ...
    def executemany(self, sql: str, values: object, /) -> object: ...
    def fetchall(self) -> list[tuple[Any, ...]]: ...
    def close(self) -> object: ...


class _Driver(Protocol):
    def cursor(self) -> _Cursor: ...


class _Compiled:
    """A statement in one dialect's SQL, with what its values and rows have to go through."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, column_keys: Sequence[str] | None) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=dialect, column_keys=column_keys))
        self.sql = str(compiled)
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._order: list[str] | None = compiled.positiontup
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        names = [str(column.key) for column in columns]
        # The columns are known at run time only.
        self._row = namedtuple("Row", names) if names else None  # noqa: PYI024  # pyright: ignore[reportUntypedNamedTuple]
        processors = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        self._processors = [(place, process) for place, process in enumerate(processors) if process is not None]

    def values(self, given: _Values) -> object:
        every = {**self._constants, **given}
        return every if self._order is None else [every[name] for name in self._order]

    def row(self, found: tuple[Any, ...]) -> Any:
        assert self._row is not None, "only a query has rows"
        if self._processors:
            fields = list(found)
            for place, process in self._processors:
                fields[place] = process(fields[place])
            return self._row._make(fields)
        return self._row._make(found)


class Prepared:
    """`column_keys` names what an INSERT or UPDATE is given where the statement itself does not."""

    def __init__(self, statement: ClauseElement, column_keys: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._column_keys = column_keys
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **values: object) -> list[Any]:
        """The rows, each with its columns as attributes. Raises DBAPIError."""
        compiled = self._for(connection)

        def run(cursor: _Cursor) -> list[Any]:
            cursor.execute(compiled.sql, compiled.values(values))
            return [compiled.row(found) for found in cursor.fetchall()]

        return _run(connection, compiled.sql, run)

    def one(self, connection: Connection, **values: object) -> Any | None:
        """The row, if there is one."""
        found = self.rows(connection, **values)
        return found[0] if found else None

    def run(self, connection: Connection, *every: _Values) -> None:
        """Once for each set of values. Raises DBAPIError."""
        compiled = self._for(connection)
        values = [compiled.values(one) for one in every]
        if len(values) == 1:
            _run(connection, compiled.sql, lambda cursor: cursor.execute(compiled.sql, values[0]))
        elif values:
            _run(connection, compiled.sql, lambda cursor: cursor.executemany(compiled.sql, values))

    def _for(self, connection: Connection) -> _Compiled:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._statement, dialect, self._column_keys)
        return found


def run_plain(connection: Connection, sql: str) -> None:
    """A statement without values or rows. Raises DBAPIError."""
    _run(connection, sql, lambda cursor: cursor.execute(sql))


def _run(connection: Connection, sql: str, use: Callable[[_Cursor], Any]) -> Any:
    cursor = cast("_Driver", connection.connection.driver_connection).cursor()
    try:
        return use(cursor)
    except (sqlite3.Error, psycopg.Error) as error:
        raise OperationalError(sql, None, error) from None
    finally:
        cursor.close()

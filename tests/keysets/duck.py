"""DuckDB with the functions in it."""

import base64
from typing import Any

import duckdb
import pytest

from keyreeve import keysets


class Duck:
    """A connection that is asked for one thing at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, list(parameters)).fetchall()

    def column(self, statement: str, *parameters: object) -> list[Any]:
        return [row[0] for row in self.rows(statement, *parameters)]

    def value(self, statement: str, *parameters: object) -> Any:
        [value] = self.column(statement, *parameters)
        return value

    def refusal(self, statement: str, *parameters: object) -> str:
        """What DuckDB says of a statement that it refuses."""
        with pytest.raises(duckdb.Error) as refused:
            self.rows(statement, *parameters)
        return str(refused.value)

    def plan(self, statement: str, *parameters: object) -> str:
        """As one text, without the frames and line ends that cut what is long."""
        drawn = "".join(row[1] for row in self.rows(f"EXPLAIN {statement}", *parameters))
        return "".join(character for character in drawn if character.isascii() and not character.isspace())


def assert_no_key_in(text: str, raw_key: bytes) -> None:
    """Nor any six bytes of it, in any spelling that there is for bytes."""
    value = base64.b64encode(raw_key).decode()
    pieces = [raw_key[at : at + 6] for at in range(len(raw_key) - 6)]
    spellings = [form for piece in pieces for form in (piece.hex(), "".join(f"\\x{byte:02x}" for byte in piece))]
    assert not [spelling for spelling in spellings if spelling in text.lower()]
    assert not [at for at in range(len(value) - 8) if value[at : at + 8] in text]
    assert repr(raw_key)[2:-1] not in text


def registered() -> Duck:
    connection = duckdb.connect()
    keysets.register_duckdb(connection)
    return Duck(connection)


@pytest.fixture
def sql() -> Duck:
    return registered()

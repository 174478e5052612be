"""The doors to engines, which are optional: nothing is imported before one of these is called."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def register_duckdb(connection: "duckdb.DuckDBPyConnection") -> None:
    """The eleven functions and try_enhanced_sym_decrypt in the SQL of a connection, under their documented names.

    Wrapped keysets are opened by the connection that `keysets.connect` made. A cursor of the connection is to be
    registered by itself, which may be done again and again. Nothing is written to the database. Raises ImportError with
    the name of the extra that is missing (docs/keysets.md, SQL in DuckDB).
    """
    try:
        from keyreeve.keysets.sql import duckdb as engine  # noqa: PLC0415  # optional
    except ImportError as error:
        raise missing_extra(error, "duckdb") from None
    engine.register(connection)


def missing_extra(error: ImportError, extra: str) -> ImportError:
    """The error in words that help. One that is not of a missing package is returned as it is."""
    if error.name is None or error.name.partition(".")[0] == "keyreeve":
        return error
    return ImportError(f"{error.name} is not installed: pip install 'keyreeve[{extra}]'", name=error.name)

"""The doors to engines, which are optional: nothing is imported before one of these is called."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from keyreeve.keysets.wrapping.used import UsedWrappedKeyset

if TYPE_CHECKING:
    import duckdb
    from pyspark.sql import SparkSession


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


def register_spark(
    session: "SparkSession",
    *,
    keysets: Mapping[str, UsedWrappedKeyset] | None = None,
    connect: Callable[[], object] | None = None,
) -> None:
    """The eleven functions and try_enhanced_sym_decrypt in a session's SQL, under their documented names.

    A wrapped keyset is opened in each worker process that needs it. That process connects by `connect`, which is
    pickled and so should fetch an AccessKey and not hold one; or else to the KMS that this process is connected to,
    with the AccessKey in its own environment. `keysets` may be named by text in the place of a keyset argument, and
    then only the name is in the plan and in every row. What is registered again takes the place of what was. Raises
    ImportError with the name of the extra that is missing (docs/keysets.md, Spark).
    """
    try:
        from keyreeve.keysets.sql import spark as engine  # noqa: PLC0415  # optional
    except ImportError as error:
        raise missing_extra(error, "spark") from None
    engine.register(session, keysets or {}, connect)


def missing_extra(error: ImportError, extra: str) -> ImportError:
    """The error in words that help. One that is not of a missing package is returned as it is."""
    if error.name is None or error.name.partition(".")[0] == "keyreeve":
        return error
    return ImportError(f"{error.name} is not installed: pip install 'keyreeve[{extra}]'", name=error.name)

"""The functions in DuckDB's SQL, over a table in memory."""

from collections.abc import Generator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from keyreeve import keysets as functions
from keysets.lanes import Case, Lane, Work


class DuckDb:
    label = "DuckDB"

    @contextmanager
    def prepared(self, case: Case) -> Generator[Work]:
        with duckdb.connect() as connection:
            functions.register_duckdb(connection)
            connection.register("given", pa.table({"value": pa.array(case.values)}))
            connection.execute("CREATE TABLE plain AS SELECT value FROM given")
            connection.execute("SET VARIABLE keyset = $1", [case.keyset])
            encrypt = "enhanced_sym_encrypt(getvariable('keyset'), value)"
            connection.execute(f"CREATE TABLE made AS SELECT {encrypt} AS value FROM plain")  # noqa: S608  # ours

            def size(expression: str, table: str) -> int:
                statement = f"SELECT sum(octet_length({expression}))::BIGINT FROM {table}"  # noqa: S608  # ours
                [(total,)] = connection.execute(statement).fetchall()
                return total

            yield Work(
                lambda: size(encrypt, "plain"),
                lambda: size("enhanced_sym_decrypt(getvariable('keyset'), value)", "made"),
            )


LANES: tuple[Lane, ...] = (DuckDb(),)

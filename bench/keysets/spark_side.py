"""The functions in Spark's SQL, and Spark's own, over a table in its memory."""

import json
import os
import sys
from base64 import b64decode
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from keyreeve import keysets as functions
from keyreeve.keysets import UsedWrappedKeyset, codec
from keysets.lanes import SPARK, Case, Lane, Work

# A statement costs Spark about a tenth of a second before the first row, and one that needs Python workers twice as
# much: with few rows that would be what is measured.
_COPIES = 5
_CORES = min(os.cpu_count() or 1, 8)
_USED = UsedWrappedKeyset("acs:kms:local:1:key/bench", "", "", b"wrapped")


@dataclass(frozen=True)
class Engine:
    """`encrypt` and `decrypt` are expressions over `value`; in them stand `{keyset}` and `{key}`, as literals."""

    label: str
    encrypt: str
    decrypt: str

    @contextmanager
    def prepared(self, case: Case) -> Generator[Work]:
        # Of Spark's methods some have no types that the checker can tell.
        session: Any = _session()
        functions.register_spark(session, keysets={"bench": _USED}, connect=_opening(case.keyset))
        key = json.loads(functions.keyset_to_json(case.keyset))["key"][0]["key_meta_data"]["value"]
        literals = {"keyset": f"X'{case.keyset.hex()}'", "key": f"X'{b64decode(key).hex()}'"}
        encrypt, decrypt = (expression.format(**literals) for expression in (self.encrypt, self.decrypt))
        tables = {"plain": _plain(case)}
        tables["made"] = _kept(tables["plain"].selectExpr(f"{encrypt} AS value"))

        def size(expression: str, table: str) -> int:
            # Spark takes no function that is not deterministic within an aggregate.
            statement = f"SELECT sum(octet_length(c)) FROM (SELECT {expression} AS c FROM {{table}})"  # noqa: S608  # ours
            return session.sql(statement, table=tables[table]).collect()[0][0] // _COPIES

        yield Work(lambda: size(encrypt, "plain"), lambda: size(decrypt, "made"), times=_COPIES)


@lru_cache(maxsize=1)
def _plain(case: Case) -> DataFrame:
    """One for all engines, as memory that runs short would be what is measured."""
    session: Any = _session()
    values = session.createDataFrame([(value,) for value in case.values], "value BINARY")
    return _kept(values.crossJoin(session.range(_COPIES)).select("value").repartition(_CORES))


def _kept(table: DataFrame) -> DataFrame:
    """Its rows in memory as Spark passes them on.

    Not `cache`: to unpack its columns takes 0.4 us a row, which is no function's cost but as much as one's, and from a
    cache of the same expression Spark would answer the statement that is measured.
    """
    return table.localCheckpoint()


@cache
def _session() -> SparkSession:
    """Which ends with this process."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{_CORES}]").config("spark.driver.memory", "4g")
    for name in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        builder = builder.config(name, "false")
    return builder.config("spark.log.level", "OFF").getOrCreate()


def _opening(keyset: bytes) -> Callable[[], object]:
    """Stands for a KMS, which would be asked once in each process, before anything is measured."""

    def unwrap(*_given: object) -> tuple[object, str]:
        return codec.from_bytes(keyset), "bench"

    def connect() -> object:
        made = functions.connect("http://127.0.0.1:1", "none", "none")
        vars(made)["unwrap"] = unwrap
        return made

    return connect


LANES: tuple[Lane, ...] = (
    Engine(SPARK, "aes_encrypt(value, {key}, 'GCM')", "aes_decrypt(value, {key}, 'GCM')"),
    Engine("Spark", "enhanced_sym_encrypt('bench', value)", "enhanced_sym_decrypt('bench', value)"),
    Engine("Spark, plain keyset", "enhanced_sym_encrypt({keyset}, value)", "enhanced_sym_decrypt({keyset}, value)"),
)

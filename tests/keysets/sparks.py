"""Spark with the functions in it: one session, whose tasks run in two processes of Python at a time, for all tests."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from keyreeve import keysets
from tests.conftest import missing
from tests.keysets.kms import Owner

_ERROR = "keyreeve.keysets.errors."
SETTINGS = {
    "spark.master": "local[2]",
    "spark.driver.memory": "1g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "2",
    # So that every table of some thousand rows is many batches.
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1000",
}


class Spark:
    """A session that is asked for one thing at a time."""

    def __init__(self, session: SparkSession, log: Path) -> None:
        self.session = session
        self._log = log

    def rows(self, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(statement, list(parameters)).collect()]

    def column(self, statement: str, *parameters: object) -> list[Any]:
        return [_plain(row[0]) for row in self.rows(statement, *parameters)]

    def value(self, statement: str, *parameters: object) -> Any:
        [value] = self.column(statement, *parameters)
        return value

    def view(self, name: str, statement: str, *parameters: object) -> None:
        """Computed once: an encryption that is computed again has another result."""
        table = self.session.sql(statement, list(parameters)).localCheckpoint()
        table.createOrReplaceTempView(name)

    def refusal(self, statement: str, *parameters: object) -> str:
        """All that Spark says of a statement that it refuses."""
        with pytest.raises(PySparkException) as refused:
            self.rows(statement, *parameters)
        return str(refused.value)

    def plan(self, statement: str) -> str:
        [(text,)] = self.rows(f"EXPLAIN EXTENDED {statement}")
        return text

    def event_log(self) -> str:
        """What the history server shows later on."""
        time.sleep(0.5)
        return "".join(path.read_text() for path in self._log.rglob("*") if path.is_file())


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytearray) else value


def library_error(refusal: str) -> str:
    """The part of a refusal that is the library's: `Class: message`."""
    return refusal.rpartition(_ERROR)[2].strip()


def connecting(owner: Owner, seen: Path, cache_seconds: float = 300) -> Callable[[], object]:
    """A way for workers to connect, which leaves in a file who did."""
    address, account = owner.server.address, owner.account

    # Being local it travels as it is, so that workers need not import tests.
    def connect() -> object:
        with seen.open("a") as file:
            file.write(f"{os.getpid()}\n")
        return keysets.connect(address, account.access_key_id, account.access_key_secret, cache_seconds=cache_seconds)

    return connect


def require_java() -> None:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        missing("Java (openjdk-17-jre-headless)")


def started(log: Path) -> Iterator[Spark]:
    """A session, which ends when the generator goes on."""
    require_java()
    builder = SparkSession.builder
    logged = {"enabled": "true", "dir": log.as_uri(), "compress": "false"}
    for name, value in {**SETTINGS, **{f"spark.eventLog.{name}": value for name, value in logged.items()}}.items():
        builder = builder.config(name, value)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield Spark(session, log)
    _stop(session)


def _stop(session: SparkSession) -> None:
    """Its Java process too, which would live as long as this one."""
    gateway: Any = session.sparkContext._gateway
    session.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(30)

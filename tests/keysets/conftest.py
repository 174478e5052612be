from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from keyreeve import keysets
from keyreeve.keysets.wrapping import connection
from tests.keysets.kms import Owner, new_owner
from tests.support.server import Server

if TYPE_CHECKING:
    from tests.keysets.sparks import Spark


@pytest.fixture
def owner(sqlite_server: Server) -> Owner:
    """An account that has nothing yet."""
    return new_owner(sqlite_server)


@pytest.fixture(autouse=True)
def no_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test begins in a process that has not connected, and leaves none connected."""
    for name in ("KEYREEVE_ENDPOINT", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(connection._default, "connection", None)
    connection.connection_with.cache_clear()
    yield
    connection.connection_with.cache_clear()


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Spark]":
    """One for all modules: starting it takes seconds."""
    from tests.keysets import sparks  # noqa: PLC0415  # which takes long as well

    yield from sparks.started(tmp_path_factory.mktemp("spark-events"))


@pytest.fixture
def spark(spark_session: "Spark") -> "Spark":
    """With the functions, whose workers have no connection."""
    keysets.register_spark(spark_session.session)
    return spark_session

from collections.abc import Iterator

import pytest

from tests.keys.still import StillServer, still_server
from tests.support import postgres
from tests.support.server import init


@pytest.fixture(scope="package", params=["sqlite", "postgres"])
def still(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillServer]:
    """The server in this process, shared by the tests of secrets; its clock only goes on, and no job runs by itself."""
    data = tmp_path_factory.mktemp("secrets") / "data"
    words: tuple[str, ...] = ()
    if request.param == "postgres":
        words = ("--database-url", postgres.new_database(request.getfixturevalue("postgres_cluster")))
    with still_server(data, init(data, *words)) as server:
        yield server


@pytest.fixture(scope="package")
def sqlite_still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillServer]:
    """Another one, for what no database decides."""
    data = tmp_path_factory.mktemp("secrets") / "data"
    with still_server(data, init(data)) as server:
        yield server

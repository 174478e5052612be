from collections.abc import Iterator

import pytest

from tests.keys.still import StillServer, still_server
from tests.support import postgres
from tests.support.server import init


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def still(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillServer]:
    """No process and no time of its own; the tests of a module share it, so its clock only goes on."""
    data = tmp_path_factory.mktemp("still") / "data"
    words: tuple[str, ...] = ()
    if request.param == "postgres":
        words = ("--database-url", postgres.new_database(request.getfixturevalue("postgres_cluster")))
    with still_server(data, init(data, *words)) as server:
        yield server

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from tests.limits.servers import QUOTAS, RATES, limited, new_client
from tests.support import postgres
from tests.support.client import Client
from tests.support.server import Server

NewClient = Callable[[], Client]


@pytest.fixture(scope="session")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of two workers with rates."""
    with limited(tmp_path_factory.mktemp("rated") / "data", {"rates": RATES}) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_quotas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with limited(tmp_path_factory.mktemp("quotas") / "data", {"quotas": QUOTAS}) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_quotas(postgres_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = postgres.new_database(postgres_cluster)
    data = tmp_path_factory.mktemp("quotas-postgres") / "data"
    with limited(data, {"quotas": QUOTAS}, "--database-url", url) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def quotaed(request: pytest.FixtureRequest) -> Server:
    """A server with quotas, on each database."""
    return request.getfixturevalue(f"{request.param}_quotas")


@pytest.fixture
def new_rated(rated: Server) -> NewClient:
    return partial(new_client, rated)


@pytest.fixture
def new_quotaed(quotaed: Server) -> NewClient:
    return partial(new_client, quotaed)

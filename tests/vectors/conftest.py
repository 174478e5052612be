import pytest

from tests.support.client import Client
from tests.support.server import Server


@pytest.fixture
def sqlite_client(sqlite_server: Server) -> Client:
    return Client(sqlite_server.address, sqlite_server.account)

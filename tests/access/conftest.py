import pytest

from tests.support.server import Account, Server


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The database plays no part in what is tested here, unless a test asks for another."""
    return sqlite_server


@pytest.fixture
def account(server: Server) -> Account:
    return server.account

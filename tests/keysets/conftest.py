from collections.abc import Iterator

import pytest

from keyreeve.keysets.wrapping import connection
from tests.keysets.kms import Owner, new_owner
from tests.support.server import Server


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

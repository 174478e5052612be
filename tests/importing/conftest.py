from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importing.calls import Download, download, external_key
from tests.importing.wrapping import wrappings_of
from tests.interop.openssl import OpenSsl
from tests.support.client import Client
from tests.support.server import Server


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    folder = tmp_path / "openssl"
    folder.mkdir()
    return OpenSsl(folder)


@pytest.fixture
def sqlite_client(sqlite_server: Server) -> Client:
    """Where the database plays no part."""
    return Client(sqlite_server.address, sqlite_server.account)


@pytest.fixture
def waiting(sqlite_client: Client) -> Callable[..., Download]:
    """Makes a key that waits for its material, and downloads what to wrap it with."""

    def make(spec: str, algorithm: str = "") -> Download:
        key_id = external_key(sqlite_client, spec)
        return download(sqlite_client, key_id, algorithm or wrappings_of(spec)[0])

    return make

from pathlib import Path

import pytest

from tests.interop.openssl import OpenSsl
from tests.support.server import Server


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSsl:
    folder = tmp_path / "openssl"
    folder.mkdir()
    return OpenSsl(folder)


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The database plays no part in what is tested here."""
    return sqlite_server

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import mariadb, postgres, sshd
from tests.support.certificates import Authority
from tests.support.client import Client
from tests.support.mariadb import MariaDb
from tests.support.postgres import TcpCluster
from tests.support.server import Account, Server, create_account, init
from tests.support.sshd import Sshd

pytest_plugins = ["tests.vectors.counting"]


def missing(what: str) -> None:
    """A service that is not installed: a reason to skip for a person, a failure in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing: scripts/install-test-services installs it")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    if postgres.binaries() is None:
        missing("PostgreSQL")
    with postgres.cluster() as url:
        yield url


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def postgres_tcp(authority: Authority) -> Iterator[TcpCluster]:
    """A PostgreSQL that asks for passwords, with TLS for who wants it."""
    if postgres.binaries() is None:
        missing("PostgreSQL")
    issued = authority.issue("127.0.0.1")
    with postgres.tcp_cluster(issued.certificate, issued.key) as made:
        yield made


@pytest.fixture(scope="session")
def mariadb_server(authority: Authority) -> Iterator[MariaDb]:
    """A MariaDB, with TLS for who wants it."""
    if not mariadb.installed():
        missing("MariaDB")
    issued = authority.issue("127.0.0.1")
    with mariadb.server(issued.certificate, issued.key) as made:
        yield made


@pytest.fixture(scope="session")
def sshd_server() -> Iterator[Sshd]:
    """An OpenSSH server which makes users that can log in."""
    if not sshd.possible():
        missing("openssh-server with sudo, and root to make users,")
    with sshd.server() as made:
        yield made


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("sqlite") / "data"
    server = Server(data, init(data)).start()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="session")
def postgres_server(postgres_cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("postgres") / "data"
    url = postgres.new_database(postgres_cluster)
    server = Server(data, init(data, "--database-url", url)).start()
    yield server
    assert server.stop() == 0


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server of two workers that the tests of one process share, on each database."""
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture
def new_account(server: Server) -> Callable[[], Account]:
    """Makes accounts in the running server, so that a test sees nothing of the others' keys."""
    return lambda: create_account(server.data, str(random.randrange(10**15, 10**16)))


@pytest.fixture
def client(server: Server) -> Client:
    """The first account, which the tests of one process share: count nothing in it."""
    return Client(server.address, server.account)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A place for a data directory that is not made yet."""
    return tmp_path / "data"

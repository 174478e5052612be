import pytest

from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.hosts.target import HostTarget
from keyreeve.instances.model import Engine
from tests.instances.database import Maria, Postgres, database_target
from tests.instances.places import ssh_instance
from tests.support.mariadb import MariaDb
from tests.support.postgres import TcpCluster
from tests.support.sshd import Sshd, User


@pytest.fixture
def maria(mariadb_server: MariaDb) -> Maria:
    return Maria(mariadb_server)


@pytest.fixture
def postgres(postgres_tcp: TcpCluster) -> Postgres:
    return Postgres(postgres_tcp)


@pytest.fixture(params=["maria", "mysql", "postgres"])
def database(request: pytest.FixtureRequest) -> Maria | Postgres:
    """MySQL's way of speaking is tried on MariaDB, which understands it."""
    if request.param == "mysql":
        return Maria(request.getfixturevalue("mariadb_server"), Engine.MYSQL)
    return request.getfixturevalue(request.param)


@pytest.fixture
def target(database: Maria | Postgres) -> DatabaseTarget:
    return database_target(database.instance)


@pytest.fixture(scope="session")
def administrator(sshd_server: Sshd) -> User:
    """No root, but with the rules of sudo that docs/operations/instances.md gives."""
    made = sshd_server.new_user()
    rules = ("(root) NOPASSWD: /usr/sbin/chpasswd", "(ALL, !root) NOPASSWD: /bin/sh")
    sshd_server.allow_sudo(made, *rules)
    return made


@pytest.fixture
def host(sshd_server: Sshd, administrator: User) -> HostTarget:
    return HostTarget(ssh_instance(sshd_server, administrator))


@pytest.fixture
def user(sshd_server: Sshd) -> User:
    return sshd_server.new_user()

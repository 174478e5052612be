import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rotation.places import Served
from tests.rotation.still import RotatingServer, rotating_server
from tests.rotation.subjects import KINDS, Services
from tests.support.server import Account, Server, create_account, init
from tests.support.sshd import Sshd, User


@pytest.fixture(scope="session")
def host_administrator(sshd_server: Sshd) -> User:
    """No root, but with the rules of sudo that docs/operations/instances.md gives."""
    made = sshd_server.new_user()
    sshd_server.allow_sudo(made, "(root) NOPASSWD: /usr/sbin/chpasswd", "(ALL, !root) NOPASSWD: /bin/sh")
    return made


@pytest.fixture
def services(request: pytest.FixtureRequest) -> Services:
    return Services(
        mariadb=lambda: request.getfixturevalue("mariadb_server"),
        postgres=lambda: request.getfixturevalue("postgres_tcp"),
        sshd=lambda: request.getfixturevalue("sshd_server"),
        administrator=lambda: request.getfixturevalue("host_administrator"),
    )


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def served(sqlite_server: Server) -> Served:
    """The server that the tests of one process share."""
    return Served(sqlite_server.address, sqlite_server.data, sqlite_server.account)


@pytest.fixture
def new_account_on() -> Callable[[Server], Account]:
    return lambda server: create_account(server.data, str(random.randrange(10**15, 10**16)))


@pytest.fixture
def rotating(data: Path) -> Iterator[RotatingServer]:
    with rotating_server(data, init(data)) as server:
        yield server

"""The services of the tests as instances."""

import secrets
from dataclasses import replace

from keyreeve.crypto.secret import Secret
from keyreeve.instances.model import Engine, Instance
from tests.support.mariadb import MariaDb
from tests.support.postgres import TcpCluster
from tests.support.sshd import Sshd, User

# Quotes of every kind, what escapes, what formats, what comments, what is not ASCII.
NASTY_PASSWORDS = (
    "it's",
    'say "no"',
    "back\\slash\\",
    "'; DROP USER keeper; --",
    "100%s %(x)s {0}",
    "`$(id)` $HOME",
    "käse \u8def \U0001f511",
    " leading and trailing ",
    "a:b:c#d/e@f",
    "x" * 200,
)


def mariadb_instance(server: MariaDb, engine: Engine = Engine.MARIADB) -> Instance:
    return Instance("db", engine, server.host, server.port, server.user, Secret(server.password.encode()))


def postgres_instance(server: TcpCluster) -> Instance:
    password = Secret(server.password.encode())
    return Instance("db", Engine.POSTGRESQL, server.host, server.port, server.user, password)


def ssh_instance(server: Sshd, administrator: User) -> Instance:
    password = Secret(administrator.password.encode())
    return Instance(
        "host", Engine.SSH, server.host, server.port, administrator.name, password, host_key=server.host_key
    )


def with_password(instance: Instance, password: str) -> Instance:
    return replace(instance, password=Secret(password.encode()))


def new_name(prefix: str = "app") -> str:
    return f"{prefix}{secrets.token_hex(5)}"

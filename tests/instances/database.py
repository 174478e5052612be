"""What the tests of any database need: accounts made by its own client, behind Keyreeve's back."""

from dataclasses import dataclass

import psycopg
import pymysql
from psycopg import sql

from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.model import Engine, Instance
from keyreeve.instances.targets import open_target
from tests.instances.places import mariadb_instance, new_name, postgres_instance
from tests.support.mariadb import MariaDb
from tests.support.postgres import TcpCluster


def database_target(instance: Instance) -> DatabaseTarget:
    target = open_target(instance)
    assert isinstance(target, DatabaseTarget)
    return target


@dataclass(frozen=True)
class Maria:
    server: MariaDb
    engine: Engine = Engine.MARIADB

    @property
    def instance(self) -> Instance:
        return mariadb_instance(self.server, self.engine)

    def new_account(self, name: str = "", password: str = "first") -> str:  # noqa: S107
        name = name or new_name()
        with self.server.connect() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE OR REPLACE USER %s@'%%' IDENTIFIED BY %s", (name, password))
        return name

    def lets_in(self, name: str, password: str) -> bool:
        try:
            connection = pymysql.connect(
                host=self.server.host, port=self.server.port, user=name, password=password.encode(), ssl_disabled=True
            )
        except pymysql.err.OperationalError:
            return False
        connection.close()
        return True


@dataclass(frozen=True)
class Postgres:
    server: TcpCluster

    @property
    def instance(self) -> Instance:
        return postgres_instance(self.server)

    def new_account(self, name: str = "", password: str = "first") -> str:  # noqa: S107
        name = name or new_name()
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(name), sql.Literal(password))
            )
        return name

    def lets_in(self, name: str, password: str) -> bool:
        try:
            connection = psycopg.connect(
                host=self.server.host, port=self.server.port, user=name, password=password, dbname="postgres"
            )
        except psycopg.OperationalError:
            return False
        connection.close()
        return True

from typing import TYPE_CHECKING

from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.model import Engine, Instance

if TYPE_CHECKING:
    from keyreeve.instances.hosts.target import HostTarget


def open_target(instance: Instance) -> "DatabaseTarget | HostTarget":
    """What can be done there; nothing is connected yet. Drivers are slow to load, so only one is."""
    match instance.engine:
        case Engine.SSH:
            from keyreeve.instances.hosts.target import HostTarget  # noqa: PLC0415

            return HostTarget(instance)
        case Engine.POSTGRESQL:
            from keyreeve.instances.databases.postgresql import PostgreSql  # noqa: PLC0415

            return PostgreSql(instance)
        case Engine.MARIADB:
            from keyreeve.instances.databases.mysql_family import MariaDb  # noqa: PLC0415

            return MariaDb(instance)
        case Engine.MYSQL:
            from keyreeve.instances.databases.mysql_family import MySql  # noqa: PLC0415

            return MySql(instance)

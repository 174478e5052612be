from keyreeve.instances.databases.mysql_family import MariaDb, MySql
from keyreeve.instances.databases.postgresql import PostgreSql
from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.hosts.target import HostTarget
from keyreeve.instances.model import Engine, Instance

_DATABASES = {Engine.MARIADB: MariaDb, Engine.MYSQL: MySql, Engine.POSTGRESQL: PostgreSql}


def open_target(instance: Instance) -> DatabaseTarget | HostTarget:
    """What can be done there; nothing is connected yet."""
    if instance.engine is Engine.SSH:
        return HostTarget(instance)
    return _DATABASES[instance.engine](instance)

import pymysql
import pytest

from keyreeve.crypto.secret import Secret
from keyreeve.instances.databases.mysql_family import native_hash
from keyreeve.instances.errors import LoginRefused, TargetRefused
from keyreeve.instances.model import Engine, Instance
from tests.instances.database import Maria, database_target
from tests.instances.places import NASTY_PASSWORDS, new_name


def column(maria: Maria, query: str) -> list[str]:
    with maria.server.connect() as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return [str(row[0]) for row in cursor.fetchall()]


@pytest.mark.parametrize("engine", [Engine.MARIADB, Engine.MYSQL])
def test_all_hosts_of_an_account_get_the_password(maria: Maria, engine: Engine):
    name = maria.new_account()
    maria.server.run(f"CREATE USER {name}@localhost IDENTIFIED BY 'x'", f"CREATE USER {name}@'10.%' IDENTIFIED BY 'x'")
    database_target(Maria(maria.server, engine).instance).set_password(name, "second")
    hashes = column(maria, f"SELECT authentication_string FROM mysql.user WHERE User = '{name}'")  # noqa: S608
    assert hashes == [native_hash("second")] * 3


@pytest.mark.parametrize("engine", [Engine.MARIADB, Engine.MYSQL])
def test_a_role_is_no_account(maria: Maria, engine: Engine):
    role = new_name("role")
    maria.server.run(f"CREATE ROLE {role}")
    with pytest.raises(TargetRefused, match="no such account"):
        database_target(Maria(maria.server, engine).instance).set_password(role, "x")


def test_another_way_of_logging_in_stays(maria: Maria):
    name = new_name()
    maria.server.run(f"CREATE USER {name} IDENTIFIED VIA mysql_native_password OR unix_socket")
    database_target(maria.instance).set_password(name, "second")
    database_target(maria.instance).log_in(name, "second")
    assert column(maria, f"SHOW CREATE USER {name}")[0].endswith("OR unix_socket")


@pytest.mark.parametrize("engine", [Engine.MARIADB, Engine.MYSQL])
def test_an_account_that_has_no_password_cannot_get_one(maria: Maria, engine: Engine):
    name = new_name()
    maria.server.run(f"CREATE USER {name} IDENTIFIED VIA unix_socket")
    target = database_target(Maria(maria.server, engine).instance)
    with pytest.raises(TargetRefused):
        target.set_password(name, "second")
    with pytest.raises(LoginRefused):
        target.log_in(name, "second")


def test_a_locked_account_is_refused(maria: Maria):
    name = maria.new_account()
    maria.server.run(f"ALTER USER {name} ACCOUNT LOCK")
    with pytest.raises(LoginRefused, match="locked"):
        database_target(maria.instance).log_in(name, "first")


def test_a_password_that_has_expired_is_the_right_one_still(maria: Maria):
    name = maria.new_account()
    maria.server.run(f"ALTER USER {name} PASSWORD EXPIRE")
    database_target(maria.instance).log_in(name, "first")
    with pytest.raises(LoginRefused):
        database_target(maria.instance).log_in(name, "second")


@pytest.mark.parametrize("engine", [Engine.MARIADB, Engine.MYSQL])
@pytest.mark.parametrize("mode", ["NO_BACKSLASH_ESCAPES", "ANSI_QUOTES,PIPES_AS_CONCAT", ""])
def test_names_are_quoted_as_the_servers_mode_wants_it(maria: Maria, engine: Engine, mode: str):
    name = maria.new_account(new_name() + "'\\\"")
    (before,) = column(maria, "SELECT @@GLOBAL.sql_mode")
    maria.server.run(f"SET GLOBAL sql_mode = '{mode}'")
    try:
        database_target(Maria(maria.server, engine).instance).set_password(name, "second\\'")
    finally:
        maria.server.run(f"SET GLOBAL sql_mode = '{before}'")
    database_target(maria.instance).log_in(name, "second\\'")


def test_no_log_of_statements_has_the_password(maria: Maria):
    target = database_target(maria.instance)
    for number, password in enumerate(NASTY_PASSWORDS[:6]):
        name = maria.new_account()
        target.set_password(name, f"hush{number}{password}")
        target.log_in(name, f"hush{number}{password}")
    log = maria.server.general_log.read_text()
    assert "ALTER USER" in log
    assert "hush" not in log
    assert maria.server.password not in log


def test_the_hash_is_the_servers_own(maria: Maria):
    for password in NASTY_PASSWORDS:
        with maria.server.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT PASSWORD(%s)", (password,))
            assert cursor.fetchone() == (native_hash(password),)


@pytest.mark.parametrize(
    ("grant", "works"),
    [
        ("CREATE USER ON *.*", False),
        ("SELECT ON mysql.user", False),
        ("SELECT ON *.*", False),
        ("CREATE USER ON *.*;GRANT SELECT ON mysql.user", False),
        ("CREATE USER ON *.*;GRANT SELECT ON mysql.*", True),
        ("RELOAD, CREATE USER, SELECT ON *.*", True),
        ("ALL ON *.*", True),
    ],
)
def test_the_check_knows_the_privileges_that_are_needed(maria: Maria, grant: str, works: bool):
    name, other = maria.new_account(), maria.new_account()
    maria.server.run(*(f"{'' if one.startswith('GRANT') else 'GRANT '}{one} TO {name}" for one in grant.split(";")))
    found = maria.instance
    target = database_target(Instance("db", found.engine, found.host, found.port, name, Secret(b"first")))
    if works:
        target.set_password(other, "second")
        assert target.check()[-1] == "may change passwords"
        return
    with pytest.raises(TargetRefused):
        target.check()
    with pytest.raises(TargetRefused):
        target.set_password(other, "second")
    database_target(maria.instance).log_in(other, "first")


def test_a_server_that_is_full_is_no_wrong_password(maria: Maria):
    name = maria.new_account()
    maria.server.run(f"ALTER USER {name} WITH MAX_USER_CONNECTIONS 1")
    held = pymysql.connect(host=maria.server.host, port=maria.server.port, user=name, password="first")
    try:
        database_target(maria.instance).log_in(name, "first")
        with pytest.raises(LoginRefused):
            database_target(maria.instance).log_in(name, "wrong")
    finally:
        held.close()

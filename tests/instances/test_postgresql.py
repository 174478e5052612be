from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest

from keyreeve.crypto.secret import Secret
from keyreeve.instances.databases.target import DatabaseTarget
from keyreeve.instances.errors import LoginRefused, TargetRefused
from keyreeve.instances.model import Instance, Tls, TlsMode
from tests.instances.database import Postgres, database_target
from tests.instances.places import NASTY_PASSWORDS, new_name
from tests.support.postgres import TcpCluster


@pytest.fixture
def target(postgres: Postgres) -> DatabaseTarget:
    return database_target(postgres.instance)


def stored(cluster: TcpCluster, name: str) -> str:
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", (name,)).fetchone()
    assert row is not None
    return str(row[0])


def test_who_may_not_connect_to_the_database_proves_the_password_all_the_same(
    postgres: Postgres, target: DatabaseTarget
):
    name = postgres.new_account()
    postgres.server.run("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
    try:
        target.log_in(name, "first")
        target.set_password(name, "second")
        target.log_in(name, "second")
        with pytest.raises(LoginRefused):
            target.log_in(name, "first")
    finally:
        postgres.server.run("GRANT CONNECT ON DATABASE postgres TO PUBLIC")


def test_a_refusal_is_understood_in_any_language(postgres: Postgres, target: DatabaseTarget):
    name = postgres.new_account()
    postgres.server.run("ALTER SYSTEM SET lc_messages = 'C.UTF-8'")
    postgres.server.reload()
    try:
        with pytest.raises(psycopg.OperationalError, match="fehlgeschlagen"):
            psycopg.connect(host="127.0.0.1", port=postgres.server.port, user=name, password="wrong", dbname="postgres")
        with pytest.raises(LoginRefused):
            target.log_in(name, "wrong")
        target.log_in(name, "first")
    finally:
        postgres.server.run("ALTER SYSTEM RESET lc_messages")
        postgres.server.reload()


def test_a_name_that_looks_like_a_code_does_not_pass_for_one(target: DatabaseTarget):
    with pytest.raises(LoginRefused):
        target.log_in('x" FATAL:  3D000: ', "x")


def test_a_role_that_may_not_log_in_is_no_account(postgres: Postgres, target: DatabaseTarget):
    role = new_name("role")
    postgres.server.run(f"CREATE ROLE {role} PASSWORD 'x'")
    with pytest.raises(TargetRefused, match="may not log in"):
        target.set_password(role, "second")
    with pytest.raises(LoginRefused):
        target.log_in(role, "x")


def test_a_name_that_would_be_cut_to_anothers_is_refused(postgres: Postgres, target: DatabaseTarget):
    name = postgres.new_account(new_name().ljust(63, "x"))
    target.set_password(name, "second")
    for ask in (target.set_password, target.log_in):
        with pytest.raises(TargetRefused, match="63 bytes"):
            ask(name + "y", "third")
    target.log_in(name, "second")


def test_the_server_gets_its_own_form_of_the_password(postgres: Postgres, target: DatabaseTarget):
    name = postgres.new_account()
    target.set_password(name, "second")
    assert stored(postgres.server, name).startswith("SCRAM-SHA-256$")


def test_a_server_that_stores_md5_gets_md5(postgres: Postgres, target: DatabaseTarget):
    name = postgres.new_account()
    postgres.server.run("ALTER ROLE keeper SET password_encryption = md5")
    try:
        target.set_password(name, "second")
    finally:
        postgres.server.run("ALTER ROLE keeper RESET password_encryption")
    assert stored(postgres.server, name).startswith("md5")


def test_no_log_of_statements_has_the_password(postgres: Postgres, target: DatabaseTarget):
    for number, password in enumerate(NASTY_PASSWORDS[:6]):
        name = postgres.new_account()
        target.set_password(name, f"hush{number}{password}")
        target.log_in(name, f"hush{number}{password}")
    assert "ALTER ROLE" in postgres.server.log
    assert "hush" not in postgres.server.log


@pytest.mark.parametrize("power", ["CREATEROLE", "SUPERUSER", ""])
def test_the_check_knows_the_rights_that_are_needed(postgres: Postgres, power: str):
    name, other = postgres.new_account(), postgres.new_account()
    postgres.server.run(f"ALTER ROLE {name} {power or 'NOSUPERUSER'}")
    at = postgres.instance
    target = database_target(Instance("db", at.engine, at.host, at.port, name, Secret(b"first")))
    if power:
        target.set_password(other, "second")
        assert target.check()[-1] == "may change passwords"
        return
    with pytest.raises(TargetRefused, match="CREATEROLE"):
        target.check()
    with pytest.raises(TargetRefused, match="may not change"):
        target.set_password(other, "second")
    database_target(postgres.instance).log_in(other, "first")


@contextmanager
def asked_by(method: str, postgres: Postgres, name: str) -> Generator[None]:
    rules = postgres.server.folder / "db" / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"host all {name} 127.0.0.1/32 {method}\n{before}")
    postgres.server.reload()
    try:
        yield
    finally:
        rules.write_text(before)
        postgres.server.reload()


@pytest.mark.parametrize("method", ["trust", "password"])
def test_a_server_that_asks_for_nothing_or_in_the_clear_is_told_nothing(
    postgres: Postgres, target: DatabaseTarget, method: str
):
    name = postgres.new_account()
    with (
        asked_by(method, postgres, name),
        pytest.raises(TargetRefused, match="does not ask for the password"),
    ):
        target.log_in(name, "first")


def test_a_server_with_tls_may_ask_in_the_clear(postgres: Postgres):
    name = postgres.new_account()
    target = database_target(replace(postgres.instance, tls=Tls(TlsMode.UNVERIFIED)))
    with asked_by("password", postgres, name):
        target.log_in(name, "first")
        with pytest.raises(LoginRefused):
            target.log_in(name, "wrong")

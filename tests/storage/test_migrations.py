"""The migrations make the tables that the code speaks of, once, however many processes start together."""

import subprocess
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from keyreeve.storage.database import Database, sqlite_url
from keyreeve.storage.schema import metadata
from tests.serving.processes import serving
from tests.support import postgres
from tests.support.server import KEYREEVE, Server, init


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(sqlite_url(tmp_path / "fresh.db"))
    return postgres.new_database(request.getfixturevalue("postgres_cluster"))


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def test_the_migrations_make_what_the_schema_says(url: str):
    database = Database(url)
    database.migrate()
    with database.reading() as connection:
        assert differences(connection) == []
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    database.close()


def test_a_difference_would_be_seen(url: str):
    database = Database(url)
    database.migrate()
    with database.writing() as connection:
        connection.execute(text("DROP INDEX aliases_by_key"))
        assert differences(connection) != []
    database.close()


def test_what_a_deleted_key_had_goes_with_it_on_either_database(url: str):
    database = Database(url)
    database.migrate()
    with database.reading() as connection:
        for table in ("key_versions", "aliases", "key_tags"):
            (foreign,) = inspect(connection).get_foreign_keys(table)
            assert foreign.get("options", {}).get("ondelete") == "CASCADE"
    database.close()


def test_migrating_again_changes_nothing(url: str):
    database = Database(url)
    for _ in range(3):
        database.migrate()
        with database.writing() as connection:
            (count,) = connection.execute(text("SELECT count(*) FROM state_generation")).one()
            assert count == 1
    database.close()


def test_many_processes_may_migrate_at_once(url: str):
    code = f"from keyreeve.storage.database import Database; Database({url!r}).migrate()"
    python = str(KEYREEVE.with_name("python"))
    started = [subprocess.Popen([python, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(5)]
    problems = [process.communicate(timeout=100)[1] for process in started]
    assert [process.returncode for process in started] == [0] * 5, problems
    database = Database(url)
    with database.reading() as connection:
        assert differences(connection) == []
        assert connection.execute(text("SELECT count(*) FROM state_generation")).scalar_one() == 1
    database.close()


def test_servers_that_start_at_once_on_one_directory_all_serve(data: Path):
    account = init(data)
    with serving(Server(data, account)), serving(Server(data, account)), serving(Server(data, account)) as third:
        assert third.port

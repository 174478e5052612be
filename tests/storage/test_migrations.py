"""The migrations make the tables that the code speaks of, once, however many processes start together."""

import subprocess
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from keyreeve.storage import database as database_module
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


def at_version_1(url: str) -> Database:
    """A database as it was before there were pairs and imports, with two keys and what belongs to them."""
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(Path(database_module.__file__).parent / "migrations"))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO accounts VALUES ('1', 0)"))
        for key_id, primary in (("made", "'v'"), ("waiting", "NULL")):
            columns = "key_id, account_id, spec, usage, origin, protection_level, state, description, created_at"
            more = "deletion_protected, deletion_protection_description, last_rotated_at, primary_version_id"
            values = f"'{key_id}', '1', 'Aliyun_AES_256', 'ENCRYPT/DECRYPT', 'x', 'SOFTWARE', 'Enabled', '', 5"
            connection.execute(
                text(f"INSERT INTO keys ({columns}, {more}) VALUES ({values}, false, '', 5, {primary})")  # noqa: S608
            )
        connection.execute(text("INSERT INTO key_versions VALUES ('v', 'made', 5, :sealed)"), {"sealed": b"sealed"})
        connection.execute(text("INSERT INTO aliases VALUES ('1', 'alias/a', 'made', 5)"))
        connection.execute(text("INSERT INTO key_tags VALUES ('made', 'a', 'b')"))
    return database


def test_an_older_database_keeps_its_keys_and_what_belongs_to_them(url: str):
    database = at_version_1(url)
    database.migrate()
    with database.reading() as connection:
        keys = connection.execute(text("SELECT key_id, has_material, material_expire_at FROM keys ORDER BY key_id"))
        assert [tuple(row) for row in keys] == [("made", True, None), ("waiting", False, None)]
        version = connection.execute(text("SELECT * FROM key_versions")).one()
        assert tuple(version) == ("v", "made", 5, b"sealed", None, None)
        for table in ("aliases", "key_tags"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 1  # noqa: S608
    database.close()


def test_an_older_database_becomes_what_the_schema_says(url: str):
    database = at_version_1(url)
    database.migrate()
    with database.reading() as connection:
        assert differences(connection) == []
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

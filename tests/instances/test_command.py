"""`keyreeve instance`."""

import json
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_mistakes import mistake
from tests.support.mariadb import MariaDb
from tests.support.server import Server, create_account, init, keyreeve

HUSH: dict[str, Any] = {
    "id": "orders",
    "engine": "postgresql",
    "host": "127.0.0.1",
    "port": 1,
    "user": "keeper",
    "password": "hush-hush",
}


def done(*words: str, stdin: str = "") -> str:
    finished = keyreeve("instance", *words, stdin=stdin)
    assert finished.returncode == 0, finished.stderr
    assert "hush" not in finished.stdout + finished.stderr
    return finished.stdout


def add(data: Path, *words: str, **changes: object) -> str:
    return done("add", "--data", str(data), "-", *words, stdin=json.dumps({**HUSH, **changes}))


def listed(data: Path, *words: str) -> list[dict[str, Any]]:
    return list(json.loads(done("list", "--data", str(data), "--json", *words))["instances"])


def test_an_instance_is_added_listed_replaced_and_removed(data: Path):
    init(data)
    assert listed(data) == []
    assert add(data).startswith("orders is added")
    shown = {"id": "orders", "engine": "postgresql", "host": "127.0.0.1", "port": 1, "user": "keeper"}
    assert listed(data) == [shown]
    assert json.loads(add(data, "--json", port=2)) == {"id": "orders", "replaced": True}
    assert add(data, engine="mysql").startswith("orders is replaced")
    add(data, id="a-second")
    assert [one["id"] for one in listed(data)] == ["a-second", "orders"]
    header, *rows = done("list", "--data", str(data)).splitlines()
    assert header.split() == ["id", "engine", "host", "port", "user"]
    assert rows[1].split() == ["orders", "mysql", "127.0.0.1", "1", "keeper"]
    assert done("remove", "orders", "--data", str(data)) == "orders is removed\n"
    assert json.loads(done("remove", "a-second", "--data", str(data), "--json")) == {"id": "a-second", "removed": True}
    assert listed(data) == []


def test_a_file_serves_as_well(data: Path, tmp_path: Path):
    init(data)
    (tmp_path / "orders.json").write_text(json.dumps(HUSH))
    done("add", "--data", str(data), str(tmp_path / "orders.json"))
    assert len(listed(data)) == 1


def test_each_account_has_its_own(data: Path):
    init(data)
    other = create_account(data, "1234567890123456").account_id
    add(data)
    add(data, "--account", other, user="another")
    assert listed(data, "--account", other)[0]["user"] == "another"
    done("remove", "orders", "--data", str(data))
    assert len(listed(data, "--account", other)) == 1


def test_the_secret_is_in_no_file(data: Path):
    init(data)
    add(data)
    for path in data.rglob("*"):
        if stat.S_ISREG(path.stat().st_mode):
            assert b"hush-hush" not in path.read_bytes(), path


def test_what_is_sealed_does_not_open_in_another_row(data: Path):
    init(data)
    add(data)
    add(data, id="other")
    with sqlite3.connect(data / "keyreeve.db") as database:
        sealed = "select sealed_settings from instances where instance_id = 'orders'"
        database.execute(f"update instances set sealed_settings = ({sealed})")  # noqa: S608
    assert "instances.sealed_settings" in mistake("instance", "list", "--data", str(data))


def test_a_running_server_is_not_disturbed(sqlite_server: Server):
    add(sqlite_server.data, id="beside")
    assert "beside" in [one["id"] for one in listed(sqlite_server.data)]
    done("remove", "beside", "--data", str(sqlite_server.data))


def test_a_passphrase_and_an_instance_may_both_come_by_standard_input(data: Path, tmp_path: Path):
    (tmp_path / "passphrase").write_text("open sesame\n")
    init(data, "--passphrase-file", str(tmp_path / "passphrase"))
    words = ("--data", str(data), "--passphrase-file")
    done("add", *words, "-", "-", stdin=f"open sesame\n{json.dumps(HUSH)}")
    assert "orders" in done("list", *words, str(tmp_path / "passphrase"))
    assert "passphrase" in mistake("instance", "list", "--data", str(data))


def test_the_test_logs_in_and_says_what_works(data: Path, mariadb_server: MariaDb):
    init(data)
    there = {"engine": "mariadb", "port": mariadb_server.port, "password": mariadb_server.password}
    add(data, **there)
    first, server, last = done("test", "orders", "--data", str(data)).splitlines()
    assert (first, last) == ("logged in as keeper", "may change passwords")
    assert server.startswith("MariaDB 1")
    found = json.loads(done("test", "orders", "--data", str(data), "--json"))
    assert found == {"id": "orders", "works": True, "findings": [first, server, last]}


def test_a_test_that_fails_is_one_line_and_status_1(data: Path, mariadb_server: MariaDb):
    init(data)
    add(data)
    refused = "keyreeve: orders: 127.0.0.1 port 1: connection refused"
    assert mistake("instance", "test", "orders", "--data", str(data)) == refused
    finished = keyreeve("instance", "test", "orders", "--data", str(data), "--json")
    assert finished.returncode == 1
    assert json.loads(finished.stdout) == {
        "id": "orders",
        "works": False,
        "reason": "127.0.0.1 port 1: connection refused",
    }
    add(data, engine="mariadb", port=mariadb_server.port)
    assert "refuses the account or its password" in mistake("instance", "test", "orders", "--data", str(data))


@pytest.fixture
def made(data: Path) -> Path:
    init(data)
    return data


@pytest.mark.parametrize("command", ["test", "remove"])
def test_an_instance_that_is_not_there_is_one_line(made: Path, command: str):
    assert "keyreeve instance list shows them" in mistake("instance", command, "nothing", "--data", str(made))


def test_mistakes_are_one_line(made: Path, tmp_path: Path):
    data = ("--data", str(made))
    assert "No such file" in mistake("instance", "add", *data, str(tmp_path / "nothing"))
    assert "no such account" in mistake("instance", "list", *data, "--account", "1")
    assert "not initialised" in mistake("instance", "list", "--data", str(tmp_path / "nowhere"))
    for text, told in (
        ("{", "--help shows one"),
        ('{"id": "a"}', "is missing"),
        (json.dumps({**HUSH, "x": 1}), "field x"),
    ):
        finished = keyreeve("instance", "add", *data, "-", stdin=text)
        assert finished.returncode == 1
        (line,) = finished.stderr.splitlines()
        assert line.startswith("keyreeve: ")
        assert told in line
    assert listed(made) == []

"""The value of a secret is in the answers that ask for it and nowhere else, and opens in its own row only."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from keyreeve.storage.schema import secret_versions
from keyreeve.storage.schema import secrets as secrets_table
from tests.keys.still import StillServer
from tests.secrets.things import create, new_name, put, read
from tests.serving.processes import serving
from tests.storage.test_no_marker import files, forms
from tests.support.client import Client, query_of, send, v1_parameters
from tests.support.server import Server, init

RDS = {"SecretType": "Rds", "ExtendedConfig": '{"SecretSubType":"SingleUser","DBInstanceId":"rm-1"}'}
Row = tuple[str, bytes]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("secrecy") / "data"
    with serving(Server(data, init(data))) as server:
        yield server


def work(server: Server) -> list[str]:
    """Calls that succeed and calls that fail, with values everywhere; returns the values."""
    client = Client(server.address, server.account)
    text, second, password = (f"planted-{what}-{secrets.token_hex(8)}" for what in ("text", "second", "password"))
    name = create(client, text)
    put(client, name, "v2", second, VersionStages='["blue"]')
    put(client, name, "v2", text)
    put(client, name, "v3", text * 2000)
    put(client, new_name(), "v1", text)
    client.refused("CreateSecret", SecretName=name, VersionId="v1", SecretData=text)
    client.refused("CreateSecret", SecretName=new_name(), VersionId="v1", SecretData=text, EncryptionKeyId="nobody")
    client.refused("CreateSecret", SecretName=new_name(), VersionId="v1", SecretData=password, **RDS)
    accounts = '{"Accounts":[{"AccountName":"a","AccountPassword":"' + password + '"}]}'
    create(client, accounts, **RDS)
    assert read(client, name) == text
    assert second in str(
        client.call("BatchGetSecretValue", SecretsList=f'[{{"SecretName":"{name}","VersionId":"v2"}}]')
    )
    in_url = v1_parameters(
        server.account, "PutSecretValue", {"SecretName": name, "VersionId": "v4", "SecretData": second}, "GET"
    )
    assert send(server.address, "GET", "/?" + query_of(in_url)).status == 200
    random = client.call("GetRandomPassword")["RandomPassword"]
    return [text, second, password, random]


def found_in(server: Server, values: list[str]) -> list[str]:
    seen = {**files(server), **command_lines()}
    return [name for name, content in seen.items() for one in values for form in forms(one.encode()) if form in content]


def command_lines() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found[str(path)] = path.read_bytes()
        except OSError:
            continue
    assert str(Path(f"/proc/{os.getpid()}/cmdline")) in found
    return found


def test_no_value_is_found_in_any_file_log_metric_or_command_line(own: Server):
    values = work(own)
    assert found_in(own, values) == []
    found = files(own)
    assert any(name.endswith("-wal") for name in found)
    assert any(b"PutSecretValue" in content for content in found.values())


def test_what_was_force_deleted_is_not_in_the_files_even_encrypted(own: Server):
    client = Client(own.address, own.account)
    name = create(client, "x" * 64, Description=f"planted-{secrets.token_hex(8)}")
    with sqlite3.connect(own.data / "keyreeve.db") as database:
        query = (
            "select sealed_value, wrapped_key, description from secret_versions join secrets using (secret_id)"
            " where secret_name = ?"
        )
        [row] = database.execute(query, (name,)).fetchall()
    database.close()
    pieces = [row[0][1:], row[1].encode(), row[2].encode()]
    assert all(any(piece in content for content in files(own).values()) for piece in pieces)
    client.call("DeleteSecret", SecretName=name, ForceDeleteWithoutRecovery="true")
    assert [where for where, content in files(own).items() for piece in pieces if piece in content] == []


def rows(still: StillServer, *names: str) -> list[Row]:
    """wrapped_key and sealed_value of each secret's v1."""
    found: list[Row] = []
    with still.parts.database.reading() as connection:
        for name in names:
            one = connection.execute(_query(name)).one()
            found.append((one.wrapped_key, bytes(one.sealed_value)))
    return found


def _query(name: str):  # noqa: ANN202  # SQLAlchemy's own type says less
    query = select(secret_versions).join(secrets_table, secrets_table.c.secret_id == secret_versions.c.secret_id)
    return query.where(secrets_table.c.secret_name == name, secret_versions.c.version_id == "v1")


def change(still: StillServer, name: str, **values: object) -> None:
    with still.parts.database.writing() as connection:
        secret_id = connection.execute(_query(name)).one().secret_id
        row = (secret_versions.c.secret_id == secret_id) & (secret_versions.c.version_id == "v1")
        connection.execute(update(secret_versions).where(row).values(**values))


@pytest.mark.parametrize("what", ["value", "key", "both", "type", "damage", "empty", "version"])
def test_what_was_moved_or_changed_in_the_database_does_not_open(still: StillServer, what: str):
    key_id = still.create_key()
    ours, theirs = (create(still, value, EncryptionKeyId=key_id) for value in ("ours", "theirs"))
    [(_, our_value), (their_key, their_value)] = rows(still, ours, theirs)
    changes: dict[str, dict[str, object]] = {
        "value": {"sealed_value": their_value},
        "key": {"wrapped_key": their_key},
        "both": {"wrapped_key": their_key, "sealed_value": their_value},
        "type": {"data_type": "binary"},
        "damage": {"sealed_value": our_value[:-1] + bytes((our_value[-1] ^ 1,))},
        "empty": {"sealed_value": b""},
        "version": {"version_id": "v2"},
    }
    assert read(still, ours) == "ours"
    change(still, ours, **changes[what]) if what != "version" else renumber(still, ours)
    which = {"VersionId": "v2"} if what == "version" else {}
    for _ in range(2):
        answer = still.answer("GetSecretValue", SecretName=ours, **which)
        assert (answer.status, answer.code) == (500, "InternalFailure")
        assert b"theirs" not in answer.body
    assert read(still, theirs) == "theirs"


def renumber(still: StillServer, name: str) -> None:
    """The row's value under the name of another version, beside the one that is there."""
    put(still, name, "v2", "later", VersionStages='["s"]')
    [(wrapped, value)] = rows(still, name)
    with still.parts.database.writing() as connection:
        secret_id = connection.execute(_query(name)).one().secret_id
        row = (secret_versions.c.secret_id == secret_id) & (secret_versions.c.version_id == "v2")
        connection.execute(update(secret_versions).where(row).values(wrapped_key=wrapped, sealed_value=value))

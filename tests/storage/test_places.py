"""A sealed value opens in its own row only, and only while nobody has touched it."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.serving.processes import log_of, serving
from tests.support.client import Client
from tests.support.server import Server, create_account, init


@pytest.fixture
def own(data: Path) -> Iterator[Server]:
    with serving(Server(data, init(data))) as server:
        yield server


def sealed(server: Server, key_id: str) -> bytes:
    with sqlite3.connect(server.data / "keyreeve.db") as database:
        query = "select sealed_material from key_versions where key_id = ?"
        return bytes(database.execute(query, (key_id,)).fetchone()[0])


def put(server: Server, key_id: str, value: bytes) -> None:
    """As somebody would who can write the file. The server looks for others' writes once a second."""
    with sqlite3.connect(server.data / "keyreeve.db") as database:
        changed = database.execute("update key_versions set sealed_material = ? where key_id = ?", (value, key_id))
        assert changed.rowcount == 1
    time.sleep(1.1)


def flip(value: bytes, place: int) -> bytes:
    return value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]


CHANGES: dict[str, Callable[[bytes, bytes], bytes]] = {
    "copied from another row": lambda _, other: other,
    "another version byte": lambda own, _: flip(own, 0),
    "another root key id": lambda own, _: flip(own, 3),
    "another salt": lambda own, _: flip(own, 20),
    "another ciphertext": lambda own, _: flip(own, 45),
    "another tag": lambda own, _: flip(own, len(own) - 1),
    "cut": lambda own, _: own[:-1],
    "empty": lambda _own, _other: b"",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_material_that_is_not_its_rows_own_does_not_open(own: Server, change: Callable[[bytes, bytes], bytes]):
    client = Client(own.address, own.account)
    key_id, other = client.create_key(), client.create_key()
    blob = client.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")["CiphertextBlob"]
    good = sealed(own, key_id)
    put(own, key_id, change(good, sealed(own, other)))
    for operation, given in (
        ("Encrypt", {"KeyId": key_id, "Plaintext": "aGVsbG8="}),
        ("Decrypt", {"CiphertextBlob": blob}),
    ):
        answer = client.answer(operation, **given)
        assert (answer.status, answer.code) == (500, "InternalFailure")
        assert answer.json["Message"] == "Internal Failure."
    assert "SealBroken" in log_of(own)
    assert "Traceback" not in log_of(own)
    assert client.call("Encrypt", KeyId=other, Plaintext="aGVsbG8=")["KeyId"] == other
    put(own, key_id, good)
    assert client.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "aGVsbG8="


def test_an_access_keys_secret_does_not_open_in_another_row(own: Server):
    other = create_account(own.data, "1234567890123456")
    with sqlite3.connect(own.data / "keyreeve.db") as database:
        query = "update access_keys set sealed_secret = (select sealed_secret from access_keys where access_key_id = ?)"
        database.execute(query + " where access_key_id = ?", (own.account.access_key_id, other.access_key_id))
    assert Client(own.address, other).answer("DescribeRegions").status == 500
    assert Client(own.address, own.account).answer("DescribeRegions").status == 200
    assert "Traceback" not in log_of(own)

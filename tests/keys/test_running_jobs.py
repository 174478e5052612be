"""Jobs of servers that keep running while something falls due.

The clock is real here, because libfaketime makes a thread that waits for a second wait for days: instead the date
in the database is moved to some seconds from now.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.keys.moved import WEEK, move
from tests.support import postgres
from tests.support.client import Client
from tests.support.server import Server, create_account, init


@pytest.fixture(params=["sqlite", "postgres"])
def nodes(request: pytest.FixtureRequest, data: Path) -> Iterator[list[Server]]:
    """Two servers over one database: on SQLite in one data directory, on PostgreSQL each in its own."""
    if request.param == "sqlite":
        account, other = init(data), data
    else:
        url = postgres.new_database(request.getfixturevalue("postgres_cluster"))
        account, other = init(data, "--database-url", url), data.with_name("data-of-another-node")
        shutil.copytree(data, other)
    servers = [Server(data, account).start(), Server(other, account).start()]
    yield servers
    for server in servers:
        assert server.stop() == 0


def milliseconds() -> int:
    return int(time.time() * 1000)


def wait_for(reached: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.1)


def versions(client: Client, key_id: str) -> int:
    return int(client.call("ListKeyVersions", KeyId=key_id)["TotalCount"])


def job_lines(servers: list[Server], name: str) -> list[str]:
    folders = {server.data for server in servers}
    lines = [line for data in folders for line in (data / "audit" / "audit.jsonl").read_text().splitlines()]
    return sorted(line["on"] for line in map(json.loads, lines) if line["op"] == name)


def test_keys_that_fall_due_are_rotated_once_each_by_two_servers(nodes: list[Server]):
    client = Client(nodes[0].address, nodes[0].account)
    made = [client.create_key(EnableAutomaticRotation="true", RotationInterval="7d") for _ in range(12)]
    move(nodes[0].data, made, last_rotated_at=milliseconds() - WEEK + 2000)
    assert versions(client, made[0]) == 1
    wait_for(lambda: all(versions(client, key_id) == 2 for key_id in made))
    time.sleep(2.5)
    assert [versions(client, key_id) for key_id in made] == [2] * len(made)
    assert job_lines(nodes, "job.RotateKey") == sorted(f"key/{key_id}" for key_id in made)


def test_a_rotated_key_encrypts_with_its_new_version_on_every_server(nodes: list[Server]):
    clients = [Client(node.address, node.account) for node in nodes]
    key_id = clients[0].create_key(EnableAutomaticRotation="true", RotationInterval="7d")
    blobs = [client.call("Encrypt", KeyId=key_id, Plaintext="b2xk")["CiphertextBlob"] for client in clients]
    move(nodes[0].data, [key_id], last_rotated_at=milliseconds() - WEEK)
    wait_for(lambda: versions(clients[0], key_id) == 2)
    # Another node may go by what it knew for one second (docs/architecture.md, "What a cache may say").
    time.sleep(1.1)
    primary = clients[0].call("DescribeKey", KeyId=key_id)["KeyMetadata"]["PrimaryKeyVersion"]
    for client in clients * 2:
        assert client.call("Encrypt", KeyId=key_id, Plaintext="bmV3")["KeyVersionId"] == primary
        assert [client.call("Decrypt", CiphertextBlob=blob)["Plaintext"] for blob in blobs] == ["b2xk", "b2xk"]


def test_a_key_ceases_to_exist_at_its_date_and_its_names_go_with_it(nodes: list[Server]):
    account = create_account(nodes[0].data, "1234567890123456")
    client = Client(nodes[0].address, account)
    key_id = client.create_key(Tags='[{"TagKey":"a","TagValue":"b"}]')
    blob = client.call("Encrypt", KeyId=key_id, Plaintext="Z29uZQ==")["CiphertextBlob"]
    client.call("CreateAlias", AliasName="alias/gone", KeyId=key_id)
    client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    gone_at = milliseconds() + 2000
    move(nodes[0].data, [key_id], delete_at=gone_at)
    while milliseconds() < gone_at - 500:
        assert client.refused("Decrypt", CiphertextBlob=blob) == "Rejected.PendingDeletion"
    time.sleep(0.6)
    assert client.refused("Decrypt", CiphertextBlob=blob) == "Forbidden.KeyNotFound"
    assert client.refused("CancelKeyDeletion", KeyId=key_id) == "Forbidden.KeyNotFound"
    wait_for(lambda: client.refused("DescribeKey", KeyId="alias/gone") == "Forbidden.AliasNotFound")
    client.call("CreateAlias", AliasName="alias/gone", KeyId=client.create_key())
    time.sleep(1.5)
    assert job_lines(nodes, "job.DeleteKey") == [f"key/{key_id}"]


def test_a_key_is_not_listed_any_more_from_its_date_on(nodes: list[Server]):
    client = Client(nodes[0].address, create_account(nodes[0].data, "1234567890123457"))
    for _ in range(12):
        key_id = client.create_key()
        client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
        gone_at = milliseconds() + 20
        move(nodes[0].data, [key_id], delete_at=gone_at)
        while milliseconds() <= gone_at:
            time.sleep(0.005)
        assert client.call("ListKeys")["TotalCount"] == 0

"""What time does to keys, with servers that run on later days (libfaketime)."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keys.late import LateServer
from tests.support import postgres
from tests.support.server import init


@pytest.fixture(params=["sqlite", "postgres"])
def late(request: pytest.FixtureRequest, data: Path) -> Iterator[LateServer]:
    words: tuple[str, ...] = ()
    if request.param == "postgres":
        words = ("--database-url", postgres.new_database(request.getfixturevalue("postgres_cluster")))
    yield from _running(LateServer(data, init(data, *words)))


@pytest.fixture
def late_sqlite(data: Path) -> Iterator[LateServer]:
    yield from _running(LateServer(data, init(data)))


def _running(server: LateServer) -> Iterator[LateServer]:
    try:
        yield server
    finally:
        if server.server is not None:
            server.server.kill()


def rotating_key(late: LateServer, interval: str = "7d") -> str:
    return late.create_key(EnableAutomaticRotation="true", RotationInterval=interval)


def job_lines(late: LateServer, name: str) -> list[str]:
    """The resources of the job's audit lines."""
    lines = (late.data / "audit" / "audit.jsonl").read_text().splitlines()
    return [line["on"] for line in map(json.loads, lines) if line["op"] == name]


def test_a_rotation_that_fell_due_makes_one_new_primary_version(late: LateServer):
    key_id = rotating_key(late.start(0))
    first = late.metadata(key_id)
    blob = late.encrypt(key_id, "b2xk")
    late.restart(8)
    after = late.metadata(key_id)
    assert after["PrimaryKeyVersion"] != first["PrimaryKeyVersion"]
    assert after["LastRotationDate"] > first["NextRotationDate"] > first["LastRotationDate"]
    assert late.versions(key_id) == [after["PrimaryKeyVersion"], first["PrimaryKeyVersion"]]
    assert late.decrypt(blob) == "b2xk"
    assert late.call("Encrypt", KeyId=key_id, Plaintext="bmV3")["KeyVersionId"] == after["PrimaryKeyVersion"]
    assert job_lines(late, "job.RotateKey") == [f"key/{key_id}"]


def test_what_fell_due_while_the_server_was_down_is_done_before_the_first_call(late: LateServer):
    rotated, gone = rotating_key(late.start(0)), late.create_key()
    late.call("ScheduleKeyDeletion", KeyId=gone, PendingWindowInDays="7")
    late.restart(30)
    assert len(late.versions(rotated)) == 2
    assert late.code("DescribeKey", KeyId=gone) == "Forbidden.KeyNotFound"
    assert late.call("ListKeys")["TotalCount"] == 1


def test_a_disabled_key_waits_with_its_rotation_and_rotates_once_when_enabled(late: LateServer):
    key_id = rotating_key(late.start(0))
    late.call("DisableKey", KeyId=key_id)
    assert late.metadata(key_id)["AutomaticRotation"] == "Suspended"
    late.restart(30)
    assert len(late.versions(key_id)) == 1
    assert "NextRotationDate" in late.metadata(key_id)
    late.call("EnableKey", KeyId=key_id)
    assert late.metadata(key_id)["AutomaticRotation"] == "Enabled"
    assert len(late.versions(key_id)) == 2


def test_a_key_scheduled_for_deletion_waits_with_its_rotation_and_rotates_when_it_is_cancelled(late: LateServer):
    key_id = rotating_key(late.start(0))
    late.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="20")
    assert late.metadata(key_id)["AutomaticRotation"] == "Suspended"
    late.restart(10)
    assert len(late.versions(key_id)) == 1
    late.call("CancelKeyDeletion", KeyId=key_id)
    assert len(late.versions(key_id)) == 2


def test_a_policy_whose_time_is_past_already_rotates_at_once(late: LateServer):
    key_id = rotating_key(late.start(0), "100d")
    late.restart(10)
    assert len(late.versions(key_id)) == 1
    late.call("UpdateRotationPolicy", KeyId=key_id, EnableAutomaticRotation="true", RotationInterval="7d")
    assert len(late.versions(key_id)) == 2


def test_a_key_whose_rotation_was_switched_off_stays_as_it_is(late: LateServer):
    key_id = rotating_key(late.start(0))
    late.call("UpdateRotationPolicy", KeyId=key_id, EnableAutomaticRotation="false")
    late.restart(30)
    assert len(late.versions(key_id)) == 1
    assert not {"NextRotationDate", "RotationInterval"} & late.metadata(key_id).keys()


def test_a_deletion_can_be_cancelled_until_its_date(late: LateServer):
    key_id = late.start(0).create_key()
    blob = late.encrypt(key_id, "c3RheQ==")
    late.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    late.restart(6.99)
    assert late.code("Decrypt", CiphertextBlob=blob) == "Rejected.PendingDeletion"
    late.call("CancelKeyDeletion", KeyId=key_id)
    assert late.restart(30).decrypt(blob) == "c3RheQ=="
    assert late.metadata(key_id)["DeleteDate"] == ""


def test_a_key_whose_date_has_come_is_gone_with_its_names(late: LateServer):
    key_id = late.start(0).create_key()
    blob = late.encrypt(key_id, "Z29uZQ==")
    late.call("CreateAlias", AliasName="alias/gone", KeyId=key_id)
    late.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    late.restart(6.99)
    assert late.metadata("alias/gone")["KeyState"] == "PendingDeletion"
    late.restart(7.01)
    assert late.code("DescribeKey", KeyId="alias/gone") == "Forbidden.AliasNotFound"
    assert late.code("Decrypt", CiphertextBlob=blob) == "Forbidden.KeyNotFound"
    assert late.code("CancelKeyDeletion", KeyId=key_id) == "Forbidden.KeyNotFound"
    assert late.call("ListKeys")["TotalCount"] == 0
    late.call("CreateAlias", AliasName="alias/gone", KeyId=late.create_key())
    assert job_lines(late, "job.DeleteKey") == [f"key/{key_id}"]


def test_more_than_a_hundred_overdue_keys_are_rotated_before_the_first_call(late_sqlite: LateServer):
    late = late_sqlite.start(0)
    keys = [rotating_key(late) for _ in range(101)]
    late.restart(8)
    assert [key_id for key_id in keys if len(late.versions(key_id)) != 2] == []


def test_the_database_file_keeps_nothing_of_a_deleted_key(late_sqlite: LateServer):
    late = late_sqlite.start(0)
    key_id = late.create_key(Description="a-telling-description", Tags='[{"TagKey":"t","TagValue":"a-telling-tag"}]')
    late.call("CreateAlias", AliasName="alias/a-telling-name", KeyId=key_id)
    kept = late.create_key(Description="a-key-that-stays")
    late.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    with sqlite3.connect(late.data / "keyreeve.db") as database:
        (sealed,) = database.execute("select sealed_material from key_versions where key_id = ?", (key_id,)).fetchone()
    traces = [sealed, sealed[41:57], key_id.encode(), b"a-telling-description", b"a-telling-tag", b"a-telling-name"]
    assert all(trace in database_bytes(late) for trace in traces)
    late.restart(8)
    content = database_bytes(late)
    assert [trace for trace in traces if trace in content] == []
    assert kept.encode() in content


def database_bytes(late: LateServer) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(late.data.glob("keyreeve.db*")))

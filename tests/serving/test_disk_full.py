"""A data directory whose disk is full: calls fail, nothing is half done, and it goes on when there is room."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.processes import log_of, serving, workers_of
from tests.serving.test_kill import require_audit, require_database
from tests.support.client import Client, send
from tests.support.server import Server, init


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root mounts a disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting is not permitted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def server(small_disk: Path, tmp_path: Path) -> Iterator[Server]:
    data = small_disk / "data"
    account = init(data)
    # The server's own log is outside, so that it can tell.
    (small_disk / "data.log").symlink_to(tmp_path / "data.log")
    with serving(Server(data, account)) as server:
        yield server


def fill(place: Path) -> Path:
    """Take the disk's last byte."""
    ballast = place / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    return ballast


def grow(client: Client) -> tuple[int, str]:
    """Write until the disk is full; how many keys were acknowledged, and the code of the refusal."""
    for count in range(2000):
        answer = client.answer("CreateKey", Description="x" * 2000)
        if answer.status != 200:
            assert answer.status >= 500
            return count, answer.code
    raise AssertionError("the disk was never full")


def test_a_write_that_finds_no_room_fails_and_leaves_nothing(server: Server, small_disk: Path):
    client = Client(server.address, server.account)
    key_id = client.create_key()
    ballast = fill(small_disk)
    made, code = grow(client)
    assert code in ("ServiceUnavailableTemporary", "InternalFailure")
    ballast.unlink()
    assert client.call("ListKeys")["TotalCount"] == 1 + made
    client.create_key()
    assert client.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")["KeyId"] == key_id
    assert client.call("ListKeys")["TotalCount"] == 2 + made
    require_audit(server.data, 5 + made)
    require_database(server.data)
    assert "Traceback" not in log_of(server)


def test_a_call_that_cannot_be_audited_is_not_answered_with_its_result(server: Server, small_disk: Path):
    client = Client(server.address, server.account)
    key_id = client.create_key()
    answered = 1
    ballast = fill(small_disk)
    for _ in range(400):
        answer = client.answer("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")
        if answer.status != 200:
            break
        answered += 1
    else:
        raise AssertionError("the audit log always found room")
    assert answer.status == 503
    assert b"CiphertextBlob" not in answer.body
    ballast.unlink()
    client.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")
    require_audit(server.data, answered + 1)


def test_no_worker_dies_of_a_full_disk(server: Server, small_disk: Path):
    """Whatever is mapped into memory has its room before it is written: else the signal is SIGBUS."""
    before = workers_of(server)
    client = Client(server.address, server.account)
    ballast = fill(small_disk)
    for operation in ("CreateKey", "ListKeys", "ListAliases", "DescribeRegions", "Encrypt", "NoSuch", "Decrypt") * 3:
        for _ in range(4):
            assert client.answer(operation).status >= 400
    assert send(server.address, "GET", "/metrics").status == 200
    ballast.unlink()
    client.create_key()
    assert workers_of(server) == before
    require_audit(server.data, 1)

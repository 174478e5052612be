"""kill -9 at any moment: what was answered has happened, and nothing is broken."""

import json
import os
import random
import sqlite3
import time
from pathlib import Path

import pytest

from tests.serving.load import Known, start_writers, stop_writers
from tests.support.client import Client, query_of, send, v1_parameters
from tests.support.server import Server, init, keyreeve

KILLS = int(os.environ.get("KEYREEVE_KILLS", "12"))


@pytest.mark.timeout(60 + 20 * KILLS)
def test_a_killed_server_has_done_what_it_answered(data: Path):
    """KEYREEVE_KILLS says how often."""
    server = Server(data, init(data))
    known = Known()
    for _ in range(KILLS):
        server.start()
        writers = start_writers(server, 4)
        time.sleep(random.uniform(0.05, 1.2))
        server.kill()
        fresh = stop_writers(writers)
        known.add(fresh)
        require_database(data)
        require_audit(data, known.answered)
        server.start()
        known.answered += require_done(server, fresh)
        assert server.stop() == 0
    server.start()
    known.answered += require_done(server, known)
    assert server.stop() == 0
    require_audit(data, known.answered)


def require_done(server: Server, known: Known) -> int:
    """Compare what is there with what was acknowledged; how many calls that took."""
    client = Client(server.address, server.account)
    for key_id, text in known.descriptions.items():
        found = client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["Description"]
        assert found in {text} | known.maybe.get(key_id, set())
    for alias, key_id in known.aliases.items():
        assert client.call("DescribeKey", KeyId=alias)["KeyMetadata"]["KeyId"] == key_id
    for blob, text in known.blobs:
        assert client.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == text
    return len(known.descriptions) + len(known.aliases) + len(known.blobs)


def require_database(data: Path) -> None:
    with sqlite3.connect(data / "keyreeve.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def require_audit(data: Path, answered: int) -> None:
    done = keyreeve("audit", "verify", "--data", str(data), "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(done.stdout)
    lines = (data / "audit" / "audit.jsonl").read_text().splitlines()
    assert found["lines"] >= answered
    assert len(lines) >= answered


def test_a_killed_server_remembers_which_requests_it_has_seen(data: Path):
    server = Server(data, init(data)).start()
    target = "/?" + query_of(v1_parameters(server.account, "DescribeRegions", {}))
    assert send(server.address, "POST", target).code == "OK"
    server.kill()
    server.start()
    assert send(server.address, "POST", target).code == "SignatureNonceUsed"
    assert server.stop() == 0

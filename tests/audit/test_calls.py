"""Every call is one line before it is answered, and nothing secret is in it."""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.keys.states import key_in
from tests.serving.processes import serving
from tests.support.client import Client, now_text, query_of, send, v1_parameters
from tests.support.server import Server, init, keyreeve

LineOf = Callable[[str], dict[str, str]]


@pytest.fixture
def own(data: Path) -> Iterator[Server]:
    with serving(Server(data, init(data))) as server:
        yield server


def lines_of(server: Server) -> list[dict[str, str]]:
    return [json.loads(line) for line in (server.data / "audit" / "audit.jsonl").read_text().splitlines()]


def verified(data: Path) -> subprocess.CompletedProcess[str]:
    return keyreeve("audit", "verify", "--data", str(data))


@pytest.fixture
def line_of(server: Server) -> LineOf:
    def find(request_id: str) -> dict[str, str]:
        (found,) = [line for line in lines_of(server) if line["id"] == request_id]
        return found

    return find


@pytest.mark.parametrize(
    ("operation", "code", "resource"),
    [
        ("Encrypt", "OK", "key/{key}"),
        ("DescribeKey", "OK", "key/{key}"),
        ("ListKeyVersions", "OK", "key/{key}"),
        ("DisableKey", "OK", "key/{key}"),
        ("CancelKeyDeletion", "Rejected.StateModifiedFailed", "key/{key}"),
        ("NoSuchOperation", "InvalidAction.NotFound", "{key}"),
    ],
)
def test_a_call_is_one_line_by_the_time_it_is_answered(
    client: Client, line_of: LineOf, operation: str, code: str, resource: str
):
    key_id = key_in(client, "Enabled").key_id
    answer = client.answer(operation, KeyId=key_id, Plaintext="aGVsbG8=")
    line = line_of(answer.json["RequestId"])
    assert answer.code == code
    assert line["result"] == code
    assert line["on"] == resource.format(key=key_id)
    assert (line["op"], line["from"]) == (operation, "127.0.0.1")
    assert (line["account"], line["key"]) == (client.account.account_id, client.account.access_key_id)
    assert line["time"][:16] == now_text()[:16] or line["time"][:16] < now_text()[:16]


def test_who_is_not_known_is_written_as_claimed_and_without_account(server: Server, line_of: LineOf, client: Client):
    given = v1_parameters(client.account, "DescribeRegions", {}, AccessKeyId="LTAI-nobody")
    answer = send(server.address, "POST", "/?" + query_of(given))
    line = line_of(answer.json["RequestId"])
    assert (line["account"], line["key"], line["result"]) == ("", "LTAI-nobody", "InvalidAccessKeyId.NotFound")


def test_what_is_no_call_at_all_is_a_line_too(server: Server, line_of: LineOf):
    for target, method in (("/nowhere", "POST"), ("/?Action=A&Action=A", "GET"), ("/", "PUT"), ("/", "GET")):
        answer = send(server.address, method, target)
        assert line_of(answer.json["RequestId"])["result"] == answer.json["Code"]


def test_every_answer_of_a_mixed_day_has_its_line_and_no_line_is_long(own: Server):
    client = Client(own.address, own.account, version=1)
    made = key_in(client, "Enabled")
    before = len(lines_of(own))
    ids = [
        client.answer(operation, KeyId=reference, Plaintext="aGVsbG8=").json["RequestId"]
        for operation in ("Encrypt", "DescribeKey", "CreateAlias", "ListKeys", "x" * 3000, 'a"b\\c\n', "é" * 50)
        for reference in (made.key_id, made.alias, "unknown", "k" * 5000, '"\\\r\n', "", "ключ")
    ]
    lines = lines_of(own)
    assert [line["id"] for line in lines[before:]] == ids
    raw = (own.data / "audit" / "audit.jsonl").read_bytes().splitlines(keepends=True)
    assert max(map(len, raw)) <= 400
    assert all(line.isascii() for line in raw)
    assert verified(own.data).returncode == 0


def test_the_log_goes_on_after_a_restart(own: Server):
    Client(own.address, own.account).create_key()
    assert own.stop() == 0
    own.start()
    Client(own.address, own.account).create_key()
    done = verified(own.data)
    assert done.returncode == 0
    assert done.stdout.startswith("ok: 2 lines")


def test_a_cut_while_the_server_was_down_is_told_for_ever(own: Server):
    client = Client(own.address, own.account)
    for _ in range(3):
        client.create_key()
    assert own.stop() == 0
    path = own.data / "audit" / "audit.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert "line 3" in refused(own.data)
    for _ in range(2):
        own.start()
        Client(own.address, own.account).create_key()
        assert "line 3" in refused(own.data)
        assert own.stop() == 0
    assert "line 3" in refused(own.data)


def refused(data: Path) -> str:
    done = verified(data)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


def test_a_call_that_changes_something_is_flushed_before_it_is_answered(own: Server):
    Client(own.address, own.account).create_key()
    assert own.process is not None
    os.killpg(own.process.pid, signal.SIGSTOP)
    head = (own.data / "audit" / "head").read_bytes()
    slot = (0, 128)[head[256] & 1]
    flushed = int.from_bytes(head[slot + 16 : slot + 24], "little")
    assert flushed == (own.data / "audit" / "audit.jsonl").stat().st_size
    os.killpg(own.process.pid, signal.SIGCONT)


def test_verify_says_what_it_looked_at_in_json(own: Server):
    Client(own.address, own.account).create_key()
    done = keyreeve("audit", "verify", "--data", str(own.data), "--json")
    found = json.loads(done.stdout)
    assert (found["ok"], found["lines"], found["fault"], found["remarks"]) == (True, 1, "", [])
    assert len(found["chain"]) == 64

"""`keyreeve audit show`: finding calls in a log of a mixed day."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from keyreeve.audit.log import AuditLog
from keyreeve.cli.main import app
from tests.audit.logs import lines_of, record

ALICE, BOB = "LTAIaliceeeeeeeeeeeeeeee", "LTAIbobbbbbbbbbbbbbbbbbb"
OTHER = "9" * 16
KEY, ALIAS = "11111111-2222-4333-8444-555555555555", "alias/invoices"

# The numbers of the lines are their places, from 1.
DAY: list[dict[str, str]] = [
    {"time": "2026-01-02T08:00:00.000Z", "operation": "CreateKey", "resource": f"key/{KEY}"},
    {"time": "2026-01-02T08:00:00.500Z", "operation": "Encrypt", "resource": f"key/{KEY}", "by": "user/alice"},
    {"time": "2026-01-02T08:00:01.000Z", "operation": "ReEncrypt", "resource": f"key/{'0' * 36}>{KEY}"},
    {"time": "2026-01-02T09:00:00.000Z", "operation": "CreateAlias", "resource": ALIAS, "by": "role/ops/night"},
    {
        "time": "2026-01-02T09:30:00.000Z",
        "operation": "Encrypt",
        "result": "Forbidden.NoPermission",
        "by": "user/bob",
        "why": "kms:Encrypt on acs:kms:a:1:key/x: no statement allows it",
        "resource": f"key/{KEY}",
    },
    {"time": "2026-01-02T10:00:00.000Z", "operation": "ram:CreateUser", "resource": "user/bob", "account_id": OTHER},
    {"time": "2026-01-03T00:00:00.000Z", "operation": "Encrypt", "result": "Rejected.Throttling", "resource": ""},
    {"time": "2026-01-03T00:00:00.001Z", "operation": "job.RotateKey", "access_key_id": "job", "resource": "key/z"},
]
KEYS = {"user/alice": ALICE, "user/bob": BOB, "role/ops/night": "STS.night"}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return directory(tmp_path_factory.mktemp("day"), DAY)


def directory(data: Path, calls: list[dict[str, str]]) -> Path:
    """A data directory of nothing but a configuration and a log."""
    (data / "config.json").write_text('{"account_id": "1234567890123456", "region_id": "cn-hangzhou"}')
    log = AuditLog(data / "audit")
    for number, one in enumerate(calls):
        own = {"access_key_id": KEYS[one["by"]]} if "by" in one else {}
        log.append(record(number, **{**own, **one}))
    log.close()
    return data


def run(data: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["audit", "show", "--data", str(data), *words])


def show(data: Path, *words: str) -> list[dict[str, Any]]:
    done = run(data, "--json", *words)
    assert (done.exit_code, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def numbers(data: Path, *words: str) -> list[int]:
    return [line["n"] for line in show(data, *words)]


FILTERS: dict[tuple[str, ...], list[int]] = {
    (): [1, 2, 3, 4, 5, 6, 7, 8],
    ("--key", KEY): [1, 2, 3, 5],
    ("--key", ALIAS): [4],
    ("--key", "no-such-key"): [],
    ("--caller", ALICE): [2],
    ("--caller", "1234567890123456"): [1, 2, 3, 4, 5, 7, 8],
    ("--caller", OTHER): [6],
    ("--caller", "user/alice"): [2],
    ("--caller", "bob"): [5],
    ("--caller", "night"): [4],
    ("--caller", "role/ops/night"): [4],
    ("--caller", "STS.night"): [4],
    ("--caller", "job"): [8],
    ("--caller", "ali"): [],
    ("--caller", "nobody"): [],
    ("--operation", "Encrypt"): [2, 5, 7],
    ("--operation", "eNCRYPT"): [2, 5, 7],
    ("--operation", "RAM:createuser"): [6],
    ("--operation", "Encryp"): [],
    ("--outcome", "ok"): [1, 2, 3, 4, 6, 8],
    ("--outcome", "OK"): [1, 2, 3, 4, 6, 8],
    ("--outcome", "refused"): [5, 7],
    ("--outcome", "Rejected.Throttling"): [7],
    ("--outcome", "forbidden.nopermission"): [5],
    ("--outcome", "Rejected"): [],
    ("--since", "2026-01-02T09:30"): [5, 6, 7, 8],
    ("--since", "2026-01-03"): [7, 8],
    ("--since", "2026-01-02T08:00:00.500Z"): [2, 3, 4, 5, 6, 7, 8],
    ("--until", "2026-01-02T09:00"): [1, 2, 3],
    ("--until", "2026-01-02"): [],
    ("--since", "2026-01-02T08:00:01", "--until", "2026-01-03"): [3, 4, 5, 6],
    ("--key", KEY, "--outcome", "refused"): [5],
    ("--caller", "alice", "--operation", "Encrypt", "--outcome", "ok", "--key", KEY): [2],
    ("--caller", "alice", "--outcome", "refused"): [],
    ("--operation", "Encrypt", "--since", "2026-01-03"): [7],
    # Times as the log, the answers of the service and other tools write them.
    ("--since", "2026-01-02T08:00:00Z"): [1, 2, 3, 4, 5, 6, 7, 8],
    ("--since", "2026-01-02T08:00:01Z"): [3, 4, 5, 6, 7, 8],
    ("--until", "2026-01-02T08:00:00Z"): [],
    ("--until", "2026-01-02T09:00:00Z"): [1, 2, 3],
}


@pytest.mark.parametrize(("words", "found"), FILTERS.items(), ids=["_".join(words) or "all" for words in FILTERS])
def test_the_lines_that_are_asked_for_are_shown_in_their_order(day: Path, words: tuple[str, ...], found: list[int]):
    assert numbers(day, *words) == found


@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize("text", ["yesterday", "2026-1-2", "02.01.2026", "2026-13-01", ""])
def test_what_is_no_time_is_refused(day: Path, option: str, text: str):
    """Compared as text it would show too much or too little, and say nothing."""
    done = run(day, option, text)
    assert done.exit_code != 0
    assert done.stdout == ""


def test_json_gives_every_line_as_it_is_in_the_log(day: Path):
    assert show(day) == [json.loads(line) for line in lines_of(day / "audit")]


def test_json_leaves_out_what_a_line_does_not_have(day: Path):
    assert not {"by", "why"} & show(day, "--operation", "CreateKey")[0].keys()


def test_people_are_told_when_what_how_who_on_what_and_why(day: Path):
    (line,) = run(day, "--caller", "bob").stdout.splitlines()
    for told in ("2026-01-02T09:30:00.000Z", "Encrypt", "Forbidden.NoPermission", "user/bob", KEY, "no statement"):
        assert told in line
    (line,) = run(day, "--operation", "CreateKey").stdout.splitlines()
    assert "LTAIabcdefghijklmnopqrst" in line


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_nothing_found_is_nothing_printed(day: Path, words: tuple[str, ...]):
    done = run(day, "--caller", "nobody", *words)
    assert (done.exit_code, done.output) == (0, "")


def test_a_directory_whose_server_has_not_been_called_yet_has_no_log(tmp_path: Path):
    (tmp_path / "config.json").write_text('{"account_id": "1234567890123456", "region_id": "cn-hangzhou"}')
    done = run(tmp_path)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "keyreeve: there is no audit log yet\n"


def test_a_directory_that_was_not_initialised_is_named(tmp_path: Path):
    done = run(tmp_path / "nothing")
    assert done.exit_code == 1
    assert "not initialised" in done.stderr

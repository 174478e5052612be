"""What operators see before a certificate ends: lines in the log, a metric, a command."""

import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from keyreeve.app import DataFolder
from keyreeve.jobs import run_due
from tests.certificates.conftest import Authorities
from tests.certificates.held import Held
from tests.keys.still import DAY, StillServer
from tests.support.client import Client, send
from tests.support.server import Server, create_account, init, keyreeve

METRIC = re.compile(r'keyreeve_certificate_days_to_expiry\{certificate_id="([0-9a-f-]{36})"\} (\S+)')
Warned = Callable[[], list[tuple[str, int]]]


@pytest.fixture
def warned(own: StillServer) -> Warned:
    """Runs the jobs; the certificates that the log speaks of, and the days that it names."""

    def run() -> list[tuple[str, int]]:
        with capture_logs() as lines:
            own.run_jobs()
        return [(line["certificate_id"], line["days"]) for line in lines if line["event"] == "certificate expires"]

    return run


@pytest.fixture
def issued(own: StillServer, authorities: Authorities) -> Callable[[int], Held]:
    return lambda days: Held.made(own, "EC_P256").uploaded(authorities("EC_P256"), days)


def test_the_log_speaks_30_7_and_1_days_before_the_end_once_each(
    own: StillServer, issued: Callable[[int], Held], warned: Warned
):
    held = issued(40)
    assert warned() == []
    seen: list[tuple[int, int]] = []
    for day in range(45):
        seen += [(40 - day, days) for certificate_id, days in warned() if certificate_id == held.certificate_id]
        assert warned() == []
        own.wait(DAY)
    assert seen == [(30, 30), (7, 7), (1, 1)]
    assert own.job_lines("job.WarnOfExpiry") == [f"certificate/{held.certificate_id}"] * 3


def test_a_line_says_which_certificate_ends_when(own: StillServer, issued: Callable[[int], Held]):
    held = issued(5)
    with capture_logs() as lines:
        own.run_jobs()
    [line] = [line for line in lines if line["event"] == "certificate expires"]
    described = held.described
    assert line == {
        "event": "certificate expires",
        "log_level": "warning",
        "certificate_id": held.certificate_id,
        "account_id": own.account.account_id,
        "subject": described["Subject"],
        "not_after": described["NotAfter"],
        "days": 5,
    }


def test_what_was_not_running_then_speaks_once_and_goes_on(
    own: StillServer, issued: Callable[[int], Held], warned: Warned
):
    held = issued(40)
    own.wait(36 * DAY)
    assert warned() == [(held.certificate_id, 4)]
    assert warned() == []
    own.wait(3 * DAY)
    assert warned() == [(held.certificate_id, 1)]
    own.wait(30 * DAY)
    assert warned() == []


def test_one_that_has_ended_already_is_spoken_of_once(own: StillServer, issued: Callable[[int], Held], warned: Warned):
    held = issued(40)
    own.wait(50 * DAY)
    assert warned() == [(held.certificate_id, -10)]
    assert warned() == []


def test_renewed_or_revoked_ones_and_those_without_a_certificate_are_not_spoken_of(
    own: StillServer, issued: Callable[[int], Held], authorities: Authorities, warned: Warned
):
    renewed, revoked, inactive = issued(40), issued(40), issued(40)
    Held.made(own, "EC_P256")
    renewed.uploaded(authorities("EC_P256"), 400)
    revoked.call("UpdateCertificateStatus", Status="REVOKED")
    inactive.call("UpdateCertificateStatus", Status="INACTIVE")
    own.wait(35 * DAY)
    assert [certificate_id for certificate_id, _ in warned()] == [inactive.certificate_id]


def test_nodes_that_look_at_once_speak_once_together(own: StillServer, issued: Callable[[int], Held]):
    made = {issued(5).certificate_id for _ in range(5)}
    other = replace(own.parts, database=DataFolder(own.data).database())
    with capture_logs() as lines, ThreadPoolExecutor(4) as pool:
        done = list(pool.map(run_due, [own.parts, other] * 4))
    other.database.close()
    spoken = [line["certificate_id"] for line in lines if line["event"] == "certificate expires"]
    assert (sum(done), sorted(spoken)) == (5, sorted(made))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("expiring") / "data"
    server = Server(data, init(data)).start()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def ending(running: Server, authorities: Authorities) -> dict[int, Held]:
    """By days, certificates of a real server; 0 is one that was only asked for."""
    client = Client(running.address, running.account)
    made = {days: Held.made(client, "EC_P256") for days in (20, 200, 300, 0)}
    for days, held in made.items():
        if days:
            held.uploaded(authorities("EC_P256"), days)
    made[300].call("UpdateCertificateStatus", Status="REVOKED")
    return made


def test_every_worker_shows_the_days_that_are_left(running: Server, ending: dict[int, Held]):
    wanted = {ending[days].certificate_id: days for days in (20, 200)}
    eventually(lambda: [shown(running).keys() == wanted.keys() for _ in range(6)] == [True] * 6)
    for certificate_id, days in shown(running).items():
        assert wanted[certificate_id] - 0.2 < days <= wanted[certificate_id]
    gone = ending[200]
    kept = Held.made(gone.caller, "EC_P256")
    gone.call("DeleteCertificate")
    eventually(lambda: shown(running).keys() == {ending[20].certificate_id})
    del ending[200]
    kept.call("DeleteCertificate")


def test_the_metric_tells_no_name_and_no_account(running: Server, ending: dict[int, Held]):
    text = send(running.address, "GET", "/metrics").body.decode()
    assert "service.test" not in text
    assert running.account.account_id not in text


def test_the_log_of_a_server_has_the_warning_once(running: Server, ending: dict[int, Held]):
    def lines() -> list[Any]:
        texts = running.log_path.read_text().splitlines()
        return [json.loads(text) for text in texts if "certificate expires" in text]

    eventually(lambda: len(lines()) == 1)
    time.sleep(1.5)
    [line] = lines()
    assert (line["certificate_id"], line["days"], line["level"]) == (ending[20].certificate_id, 20, "warning")


def test_the_command_lists_what_ends_soon(running: Server, ending: dict[int, Held]):
    everything = listed(running.data)
    assert everything[0]["certificate_id"] == ending[20].certificate_id
    assert {one["certificate_id"] for one in everything} == {held.certificate_id for held in ending.values()}
    [soon] = listed(running.data, "--expiring", "30d")
    assert (soon["certificate_id"], soon["status"], soon["days"]) == (ending[20].certificate_id, "ACTIVE", 20)
    assert soon["account_id"] == running.account.account_id
    other = create_account(running.data, "1000000000000001")
    assert listed(running.data, "--account", other.account_id) == []
    assert len(listed(running.data, "--account", running.account.account_id)) == len(everything)


def test_the_command_speaks_to_people_and_refuses_in_one_line(running: Server, ending: dict[int, Held]):
    done = keyreeve("certificate", "list", "--data", str(running.data), "--expiring", "30d")
    assert done.stdout.splitlines()[0].split() == ["id", "account", "status", "ends", "days", "subject"]
    assert ending[20].certificate_id in done.stdout
    for words in (("--expiring", "soon"), ("--expiring", "30"), ("--expiring", "-1d"), ("--account", "1")):
        done = keyreeve("certificate", "list", "--data", str(running.data), *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("keyreeve: --")
        assert done.stderr.count("\n") == 1


def listed(data: Path, *words: str) -> list[Any]:
    done = keyreeve("certificate", "list", "--data", str(data), "--json", *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["certificates"]


def shown(server: Server) -> dict[str, float]:
    text = send(server.address, "GET", "/metrics").body.decode()
    return {certificate_id: float(days) for certificate_id, days in METRIC.findall(text)}


def eventually(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 15
    while not true():
        assert time.monotonic() < until
        time.sleep(0.1)

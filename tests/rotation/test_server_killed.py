"""The whole server killed while a rotation of every kind is on its way, and started again."""

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.rotation.managed import Managed, create, wrong_after
from tests.rotation.places import Served
from tests.rotation.subjects import KINDS, Services
from tests.support import postgres
from tests.support.client import Answer
from tests.support.server import Server, init

WAITS = {
    "sqlite": {
        "mariadb-single": "installed",
        "mariadb-double": "proven",
        "postgres-single": "moved",
        "postgres-double": "installed",
        "host-password": "installed",
        "host-key": "moved",
        "ram": "prepared, not committed",
    },
    "postgres": {
        "mariadb-single": "moved",
        "mariadb-double": "retired",
        "postgres-single": "not proven",
        "postgres-double": "put back",
        "ram": "forgotten, not committed",
    },
}
_SECONDS = 30


@pytest.fixture(params=WAITS)
def own(request: pytest.FixtureRequest, data: Path) -> Iterator[Server]:
    """A server that this test may kill, on each database."""
    words: tuple[str, ...] = ()
    if request.param == "postgres":
        words = ("--database-url", postgres.new_database(request.getfixturevalue("postgres_cluster")))
    server = Server(data, init(data, *words), workers=3)
    yield server
    if server.process is not None:
        server.kill()


def test_the_next_server_ends_what_was_begun(
    own: Server, services: Services, tmp_path: Path, request: pytest.FixtureRequest
):
    points = WAITS[request.node.callspec.params["own"]]
    stopped = tmp_path / "stopped"
    stopped.mkdir()
    own.start()
    place = Served(own.address, own.data, own.account)
    secrets = {kind: create(place, KINDS[kind](services, place)) for kind in points}
    before = {kind: secret.seen() for kind, secret in secrets.items()}
    own.kill()

    plan = json.dumps({secret.name: points[kind] for kind, secret in secrets.items()})
    own.wrapper = [sys.executable, "-m", "tests.rotation.killing", "stop", plan, str(stopped)]
    own.start()
    with ThreadPoolExecutor(len(secrets)) as pool:
        # Last the RAM user's, whose only transaction keeps the others from writing while it waits.
        calls = [begin(pool, secret, stopped) for secret in secrets.values()]
        own.kill()
    assert [call for call in calls if call.exception() is None] == []

    own.wrapper = ()
    own.start()
    started = time.monotonic()
    while any(secret.value()["VersionId"] != "v2" for secret in secrets.values()):
        assert time.monotonic() < started + _SECONDS, [secret.value() for secret in secrets.values()]
        time.sleep(0.1)
    # What was current already may still have to be retired.
    wrong = {}
    while time.monotonic() < started + _SECONDS:
        wrong = {kind: wrong_after(secret, before[kind], "v2") for kind, secret in secrets.items()}
        if not any(wrong.values()):
            break
    assert not any(wrong.values()), wrong
    assert [secret.rotate("v2")["VersionId"] for secret in secrets.values()] == ["v2"] * len(secrets)
    assert own.stop() == 0


def begin(pool: ThreadPoolExecutor, secret: Managed, stopped: Path) -> "Future[Answer]":
    """Ask for a rotation, and wait until it is where it is to stay."""
    call = pool.submit(secret.place.answer, "RotateSecret", SecretName=secret.name, VersionId="v2")
    until = time.monotonic() + _SECONDS
    while not (stopped / secret.name.replace("/", "-")).exists():
        assert not call.done(), call.result()
        assert time.monotonic() < until, f"{secret.name} does not come to its point"
        time.sleep(0.02)
    return call

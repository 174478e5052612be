"""Once only, whatever the number of workers and nodes."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from keyreeve.claims import Claimant
from keyreeve.instances.errors import LoginRefused
from keyreeve.secrets import store as secrets
from keyreeve.secrets.managed import Credential
from keyreeve.secrets.rotation import machine, store, work
from keyreeve.secrets.rotation.databases import DatabaseAccount
from keyreeve.secrets.rotation.schedule import begin_if_due
from keyreeve.steps import Steps
from tests.rotation.killing import Points
from tests.rotation.managed import Managed, create, let_in
from tests.rotation.places import Still
from tests.rotation.still import RotatingServer, another_worker, rotating_server
from tests.rotation.subjects import KINDS, Services, ram_user
from tests.support import postgres
from tests.support.server import init

WEEK = 7 * 86_400
WEEKLY = {"EnableAutomaticRotation": "true", "RotationInterval": "7d"}
_WATCHED = ((machine, "_claimed"), (work, "target_of"), (machine, "prepare"), (machine, "_move"), (machine, "_over"))


@pytest.fixture(params=["sqlite", "postgres"])
def pair(request: pytest.FixtureRequest, data: Path) -> Iterator[list[RotatingServer]]:
    """Two workers of one data directory, on each database, and with one clock."""
    words: tuple[str, ...] = ()
    if request.param == "postgres":
        words = ("--database-url", postgres.new_database(request.getfixturevalue("postgres_cluster")))
    with rotating_server(data, init(data, *words)) as one, another_worker(one) as other:
        yield [one, other]


def test_two_workers_rotate_what_is_due_once(pair: list[RotatingServer], services: Services):
    place = Still(pair[0])
    due = [
        create(place, KINDS[kind](services, place), **WEEKLY) for kind in ("mariadb-single", "postgres-double", "ram")
    ]
    known = {secret.name: secret.versions() for secret in due}
    pair[0].wait(WEEK)
    both = threading.Barrier(2)

    def look(server: RotatingServer) -> None:
        both.wait()
        for _ in range(5):
            server.look()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look, pair))
    for secret in due:
        (new,) = secret.versions() - known[secret.name]
        assert secret.value()["VersionId"] == new
        assert let_in((secret.subject, secret.credential())) == [True]
    assert sum(server.counted.count(("job.RotateSecret", "OK")) for server in pair) == len(due)


def test_who_is_on_another_node_has_a_minute_and_a_half(rotating: RotatingServer):
    place = Still(rotating)
    secret = create(place, ram_user(place), **WEEKLY)
    rotating.wait(WEEK)
    begin_as(rotating, secret, "a worker that is not on this node")
    rotating.look()
    rotating.wait(89)
    rotating.look()
    assert secret.value()["VersionId"] == "v1"
    rotating.wait(2)
    rotating.look()
    assert secret.value()["VersionId"] != "v1"


def test_who_comes_back_late_spoils_nothing(
    rotating: RotatingServer, services: Services, monkeypatch: pytest.MonkeyPatch
):
    """A worker sleeps before it retires the old credential; meanwhile another one ends this and begins the next."""
    secret = create(Still(rotating), KINDS["mariadb-single"](services, Still(rotating)))
    asleep, awake = threading.Event(), threading.Event()

    def sleep(_: str) -> None:
        if not asleep.is_set():
            asleep.set()
            assert awake.wait(30)

    for module, name in _WATCHED:
        monkeypatch.setattr(module, name, getattr(module, name))
    Points({secret.name: "moved"}, sleep).install()
    with ThreadPoolExecutor(1) as pool, another_worker(rotating) as other:
        late = pool.submit(secret.rotate, "v2")
        assert asleep.wait(30)
        other.wait(100)
        other.look()
        begin_as(other, secret, other.parts.claimant.name)
        awake.set()
        assert late.result()["VersionId"] == "v2"
        assert rotation_of(other, secret) is not None
    assert let_in((secret.subject, secret.credential())) == [True]


def test_who_comes_back_late_puts_nothing_back(
    rotating: RotatingServer, services: Services, monkeypatch: pytest.MonkeyPatch
):
    """A worker that is refused when it tries the new credential, after another one has made it current."""
    secret = create(Still(rotating), KINDS["mariadb-single"](services, Still(rotating)))
    asleep, awake, prove = threading.Event(), threading.Event(), DatabaseAccount.prove

    def sleep_once(target: DatabaseAccount, new: Credential) -> None:
        if not asleep.is_set():
            asleep.set()
            assert awake.wait(30)
            raise LoginRefused("too late")
        prove(target, new)

    monkeypatch.setattr(DatabaseAccount, "prove", sleep_once)
    with ThreadPoolExecutor(1) as pool, another_worker(rotating) as other:
        late = pool.submit(rotating.answer, "RotateSecret", SecretName=secret.name, VersionId="v2")
        assert asleep.wait(30)
        other.wait(100)
        other.look()
        awake.set()
        assert "somebody else went on" in late.result().json["Message"]
    assert secret.value()["VersionId"] == "v2"
    assert let_in((secret.subject, secret.credential())) == [True]
    assert secret.described()["AutomaticRotation"] == "Disabled"


def begin_as(server: RotatingServer, secret: Managed, claimant: str) -> None:
    """Put down a rotation that somebody is at."""
    with steps(server).transaction() as ctx:
        found = secrets.read_secret(ctx.db, server.account.account_id, secret.name)
        assert found is not None
        secrets.update_secret(ctx.db, replace(found, next_rotation_at=ctx.now))
        assert begin_if_due(ctx, found.secret_id)
        begun = store.read_rotation(ctx.db, found.secret_id)
        assert begun is not None
        store.update_rotation(ctx.db, replace(begun, claim=claimant, claimed_until=ctx.now + 90_000))


def rotation_of(server: RotatingServer, secret: Managed) -> object:
    with steps(server).transaction() as ctx:
        found = secrets.read_secret(ctx.db, server.account.account_id, secret.name)
        assert found is not None
        return store.read_rotation(ctx.db, found.secret_id)


def steps(server: RotatingServer) -> Steps:
    return Steps(server.parts, server.account.account_id, "")


def test_the_dead_are_known_by_their_locks_and_forgotten_once_they_claim_nothing(tmp_path: Path):
    living, dead, claiming = (Claimant(tmp_path) for _ in range(3))
    assert not any(living.is_dead(one.name) for one in (living, dead, claiming))
    for one in (dead, claiming):
        one.close()
    assert living.is_dead(dead.name)
    living.sweep(lambda: {claiming.name})
    assert {path.name for path in tmp_path.iterdir()} == {living.name, claiming.name}
    assert living.is_dead(claiming.name)
    assert not living.is_dead(dead.name), "of whom nothing is known may be on another node"

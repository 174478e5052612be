"""A rotation killed at every point of its road, on a real account of every kind: a credential always works."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from sqlalchemy import func, select

from keyreeve.storage.schema import secret_rotations
from tests.rotation.killing import HOST_POINTS, POINTS, RAM_POINTS
from tests.rotation.managed import Managed, Seen, create, wrong_after
from tests.rotation.places import Still
from tests.rotation.still import RotatingServer, prepared
from tests.rotation.subjects import KINDS, Services

POINTS_OF = {"ram": RAM_POINTS, "host-password": HOST_POINTS, "host-key": HOST_POINTS}


def test_whatever_it_dies_at_the_next_process_ends_it(kind: str, services: Services, rotating: RotatingServer):
    points = POINTS_OF.get(kind, POINTS)
    place = Still(rotating)
    secrets = {point: create(place, KINDS[kind](services, place)) for point in points}
    before = {point: secret.seen() for point, secret in secrets.items()}
    assert die(rotating, {secret.name: point for point, secret in secrets.items()}) == len(points)

    broken = each(points, lambda point: "" if usable(rotating, secrets[point], before[point]) else "neither works")
    assert broken == {}
    # The one that never began is left to who asked for it, for a moment.
    rotating.clock.now = time.time() + 3
    rotating.look()
    assert each(points, lambda point: wrong_after(secrets[point], before[point], "v2")) == {}
    assert rotations(rotating) == 0


def each(points: Iterable[str], look: Callable[[str], str]) -> dict[str, str]:
    """By the points where something is wrong, what that is; all at once, since hosts let those wait who are refused."""
    with ThreadPoolExecutor(len(POINTS)) as pool:
        return {point: wrong for point, wrong in zip(points, pool.map(look, points), strict=True) if wrong}


def die(rotating: RotatingServer, plan: dict[str, str]) -> int:
    """How many processes were killed where the plan says."""
    order = {"plan": plan, "data": str(rotating.data), "account": asdict(rotating.account), "version": "v2"}
    command = [sys.executable, "-m", "tests.rotation.killing", "die"]
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])


def usable(rotating: RotatingServer, secret: Managed, before: Seen) -> bool:
    """Whether the old credential or the new one logs in, and what is said to be current is one of them."""
    assert secret.credential() in (before.current, *prepared(rotating, secret.name, "v2"))
    opens = secret.subject.lets_in
    return opens(before.current) or any(map(opens, prepared(rotating, secret.name, "v2")))


def rotations(rotating: RotatingServer) -> int:
    with rotating.parts.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(secret_rotations)).scalar_one()

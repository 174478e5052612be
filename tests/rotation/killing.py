"""Rotations that come no further than a point of their road: a process dies there, or a server's thread waits there.

python -m tests.rotation.killing die        a process for each rotation of the plan on standard input
python -m tests.rotation.killing stop PLAN FOLDER keyreeve serve ...
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from keyreeve.cli.main import main as keyreeve
from keyreeve.errors import RotationFailed
from keyreeve.instances.errors import LoginRefused
from keyreeve.secrets import store
from keyreeve.secrets.managed import Credential
from keyreeve.secrets.rotation import machine, work
from keyreeve.secrets.rotation.target import Target
from tests.keys.still import still_server
from tests.support.server import Account

# What a host takes part in; logging in to it takes long.
HOST_POINTS = ("prepared", "installed", "proven", "not proven", "put back", "moved, not committed", "moved", "retired")
POINTS = (*HOST_POINTS, "begun", "prepared, not committed", "forgotten, not committed")
# A RAM user's rotation is one transaction.
RAM_POINTS = ("begun", "prepared, not committed", "forgotten, not committed")

Plan = Mapping[str, str]
"""By the secret's name, the point."""


class Points:
    """Calls `stop` at the point that the plan has for the rotation which this thread is at."""

    def __init__(self, plan: Plan, stop: Callable[[str], None]) -> None:
        self._plan = plan
        self._stop = stop
        self._thread = threading.local()

    def enter(self, name: str) -> None:
        self._thread.name = name
        self.reach("begun")

    def wants(self, point: str) -> bool:
        return self._plan.get(self._thread.name) == point

    def reach(self, point: str) -> None:
        if self.wants(point):
            self._stop(self._thread.name)

    def install(self) -> None:
        """Around the machine's own functions."""
        claimed, connect = machine.__dict__["_claimed"], work.target_of

        def enter(ctx: Any, secret_id: str, claimant: Any) -> Any:
            secret = store.read_secret_by_id(ctx.db, secret_id)
            if secret is not None:
                self.enter(secret.secret_name)
            return claimed(ctx, secret_id, claimant)

        def target_of(*words: Any) -> Target:
            self.reach("prepared")
            return _Watched(self, connect(*words))

        setattr(machine, "_claimed", enter)  # noqa: B010  # it is not for others
        work.target_of = target_of
        for function, point in (("prepare", "prepared"), ("_move", "moved"), ("_over", "forgotten")):
            setattr(machine, function, self._then(getattr(machine, function), f"{point}, not committed"))

    def _then(self, function: Callable[..., None], point: str) -> Callable[..., None]:
        def run(*words: Any) -> None:
            function(*words)
            self.reach(point)

        return run


class _Watched:
    def __init__(self, points: Points, target: Target) -> None:
        self._points = points
        self._target = target

    def install(self, new: Credential, former: Credential) -> None:
        self._target.install(new, former)
        self._points.reach("installed")

    def prove(self, new: Credential) -> None:
        self._target.prove(new)
        self._points.reach("proven")
        if self._points.wants("not proven") or self._points.wants("put back"):
            raise LoginRefused("as the test wants it")

    def undo(self, new: Credential, former: Credential) -> None:
        self._points.reach("not proven")
        self._target.undo(new, former)
        self._points.reach("put back")

    def retire(self, old: Credential) -> None:
        self._points.reach("moved")
        self._target.retire(old)
        self._points.reach("retired")


def _die(order: dict[str, Any]) -> None:
    """Rotate each secret in a process of its own; print how many of them were killed."""
    # What every process needs is loaded once.
    for module in ("hosts.target", "databases.postgresql", "databases.mysql_family"):
        import_module(f"keyreeve.instances.{module}")
    points = Points(order["plan"], lambda _: os.kill(os.getpid(), signal.SIGKILL))
    points.install()
    account, data = Account(**order["account"]), Path(order["data"])
    processes: list[int] = []
    for name in order["plan"]:
        process = os.fork()
        if process == 0:
            with still_server(data, account) as server, suppress(RotationFailed):
                server.answer("RotateSecret", SecretName=name, VersionId=order["version"])
            os._exit(0)
        processes.append(process)
    ends = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
    sys.stdout.write(f"\n{ends.count(-signal.SIGKILL)}\n")


def _stop(plan: Plan, folder: Path) -> None:
    """Serve; a rotation that has come to its point says so by a file, and stays there until the server is killed."""

    def wait(name: str) -> None:
        (folder / name.replace("/", "-")).touch()
        time.sleep(600)

    Points(plan, wait).install()
    sys.exit(keyreeve())


if __name__ == "__main__":
    if sys.argv[1] == "die":
        _die(json.load(sys.stdin))
    else:
        given, place = sys.argv[2:4]
        sys.argv = sys.argv[4:]
        _stop(json.loads(given), Path(place))

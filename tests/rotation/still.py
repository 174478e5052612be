"""Keyreeve's own parts in this process, whose rotations are taken up when a test says so, by its clock."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from keyreeve.app import CLAIMS_FOLDER, RUN_FOLDER, DataFolder, open_parts
from keyreeve.claims import Claimant
from keyreeve.rotations import RotationRunner
from keyreeve.secrets import store
from keyreeve.secrets.managed import as_text
from keyreeve.secrets.rotation.beginning import credential
from keyreeve.steps import Steps
from tests.keys.still import Clock, StillServer
from tests.support.server import Account

Counted = list[tuple[str, str]]


@dataclass(frozen=True)
class RotatingServer(StillServer):
    """`counted` are the operations and results that went to the metrics."""

    runner: RotationRunner
    counted: Counted = field(default_factory=Counted)

    def look(self) -> None:
        """What a server's background thread does each second, and what it takes on to its end."""
        self.run_jobs()
        self.runner.look()
        self.runner.finish()


@contextmanager
def rotating_server(data: Path, account: Account) -> Generator[RotatingServer]:
    counted, clock = Counted(), Clock()
    opened = open_parts(DataFolder(data), lambda operation, result, _: counted.append((operation, result)))
    parts = replace(opened, clock=clock)
    runner = RotationRunner(parts)
    yield RotatingServer(parts, account, clock, data, runner, counted)
    runner.stop()
    parts.database.close()
    parts.replay.close()
    parts.claimant.close()


@contextmanager
def another_worker(server: RotatingServer) -> Generator[RotatingServer]:
    """One of the same node, with the same clock."""
    counted, folder = Counted(), DataFolder(server.data)

    def measure(operation: str, result: str, _: float) -> None:
        counted.append((operation, result))

    parts = replace(
        server.parts,
        database=folder.database(),
        claimant=Claimant(folder.path / RUN_FOLDER / CLAIMS_FOLDER),
        measure=measure,
    )
    runner = RotationRunner(parts)
    yield replace(server, parts=parts, runner=runner, counted=counted)
    runner.stop()
    parts.database.close()
    parts.claimant.close()


def prepared(server: RotatingServer, name: str, version_id: str) -> list[dict[str, str]]:
    """The credential that a rotation on its way is to bring, where it has come so far."""
    account_id = server.account.account_id
    with Steps(server.parts, account_id, "").transaction() as ctx:
        secret = store.read_secret(ctx.db, account_id, name)
        assert secret is not None
        if store.read_version(ctx.db, secret.secret_id, version_id) is None:
            return []
        return [json.loads(as_text(credential(ctx, secret, version_id)))]

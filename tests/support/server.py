"""A real server process on a real data directory."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from keyreeve.access.accounts import project_id
from keyreeve.app import DataFolder, add_account
from tests.support.forking import run_forked

KEYREEVE = Path(sys.executable).with_name("keyreeve")
_ADDRESS = re.compile(r"listening on (https?)://(\S+):(\d+)")


@dataclass(frozen=True)
class Account:
    account_id: str
    region_id: str
    project_id: str
    access_key_id: str
    access_key_secret: str


def keyreeve(*words: str, env: Mapping[str, str] | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return run_forked(words, {**os.environ, **(env or {})}, stdin)


def init(data: Path, *words: str, env: Mapping[str, str] | None = None) -> Account:
    done = keyreeve("init", "--data", str(data), "--json", *words, env=env)
    assert done.returncode == 0, done.stderr
    return Account(**json.loads(done.stdout))


def create_account_by_command(data: Path, account_id: str) -> Account:
    done = keyreeve("account", "create", "--data", str(data), "--account-id", account_id, "--json")
    assert done.returncode == 0, done.stderr
    return Account(**json.loads(done.stdout))


def create_account(data: Path, account_id: str) -> Account:
    """As `keyreeve account create` does it, but in this process, which is much faster."""
    folder = DataFolder(data)
    made = add_account(folder, account_id, int(time.time() * 1000))
    region = folder.settings().region_id
    secret = made.secret.reveal().decode()
    return Account(account_id, region, project_id(account_id, region), made.access_key_id, secret)


@dataclass
class Server:
    """`account` is the first one; `log` collects standard error."""

    data: Path
    account: Account
    workers: int = 2
    words: Sequence[str] = ()
    wrapper: Sequence[str] = ()
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    host: str = "127.0.0.1"
    port: int = 0
    scheme: str = "http"
    process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def log_path(self) -> Path:
        return self.data.with_name(self.data.name + ".log")

    def start(self) -> "Server":
        with self.log_path.open("a") as log:
            self.process = subprocess.Popen(
                [
                    *self.wrapper,
                    str(KEYREEVE),
                    "serve",
                    "--data",
                    str(self.data),
                    "--listen",
                    f"{self.host}:{self.port}",
                    "--workers",
                    str(self.workers),
                    *self.words,
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                env={**os.environ, **self.env},
            )
        self._wait_until_listening()
        return self

    def stop(self) -> int:
        """SIGTERM, and the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        self._forget()
        return status

    def kill(self) -> None:
        """kill -9 of supervisor and workers at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        self._forget()

    def _forget(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None

    def _wait_until_listening(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        until = time.monotonic() + 60
        ready = select.poll()
        ready.register(self.process.stdout)
        while time.monotonic() < until:
            line = self.process.stdout.readline() if ready.poll(1000) else ""
            found = _ADDRESS.search(line)
            if found:
                self.scheme, self.port = found[1], int(found[3])
                return
            if self.process.poll() is not None:
                break
        raise AssertionError(f"the server did not start: {self.log_path.read_text()[-2000:]}")

"""A MariaDB server of our own, from Debian's packages."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql
from pymysql.connections import Connection

from tests.support.ports import free_port

_QUICK = (
    "--skip-log-bin",
    "--innodb-buffer-pool-size=8M",
    "--innodb-log-file-size=4M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-fast-shutdown=2",
    "--innodb-doublewrite=0",
    "--key-buffer-size=1M",
    "--aria-pagecache-buffer-size=1M",
    "--performance-schema=OFF",
    "--skip-name-resolve",
)


def installed() -> bool:
    return _server() is not None and shutil.which("mariadb-install-db") is not None


@dataclass(frozen=True)
class MariaDb:
    """`user` may do everything, over TCP and over `socket`."""

    host: str
    port: int
    user: str
    password: str
    folder: Path

    def connect(self) -> "Connection[Any]":
        return pymysql.connect(
            unix_socket=str(self.folder / "socket"), user=self.user, password=self.password, autocommit=True
        )

    def run(self, *statements: str) -> None:
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    @property
    def general_log(self) -> Path:
        return self.folder / "general.log"


@contextmanager
def server(certificate: str = "", key: str = "") -> Generator[MariaDb]:
    """A running server with no account beside its administrator's; with TLS if it is given the PEM texts."""
    program = _server()
    assert program is not None
    folder = Path(tempfile.mkdtemp(prefix="keyreeve-mariadb-"))
    made = MariaDb("127.0.0.1", free_port(), "keeper", "keeper's \\ pass%word", folder)
    process: subprocess.Popen[bytes] | None = None
    try:
        _install(folder)
        command = [
            program,
            "--no-defaults",
            f"--datadir={folder}/data",
            f"--socket={folder}/socket",
            f"--pid-file={folder}/pid",
            f"--log-error={folder}/error.log",
            "--general-log",
            f"--general-log-file={made.general_log}",
            f"--tmpdir={folder}",
            "--bind-address=127.0.0.1",
            f"--port={made.port}",
            *_QUICK,
            *_tls_options(folder, certificate, key),
        ]
        process = subprocess.Popen(_as_server(folder, command), cwd=folder, stderr=subprocess.DEVNULL)
        _make_keeper(made, process)
        yield made
    finally:
        if process is not None:
            process.kill()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _server() -> str | None:
    return shutil.which("mariadbd") or next(filter(os.path.exists, ("/usr/sbin/mariadbd",)), None)


def _tls_options(folder: Path, certificate: str, key: str) -> list[str]:
    if not certificate:
        return ["--skip-ssl"]
    (folder / "server.pem").write_text(certificate + key)
    if os.geteuid() == 0:
        shutil.chown(folder / "server.pem", "mysql")
    return [f"--ssl-cert={folder}/server.pem", f"--ssl-key={folder}/server.pem"]


def _install(folder: Path) -> None:
    words = ("--no-defaults", f"--datadir={folder}/data", "--skip-test-db", "--auth-root-authentication-method=normal")
    command = _as_server(folder, ["mariadb-install-db", *words, *_QUICK])
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def _make_keeper(made: MariaDb, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    log = made.folder / "error.log"
    while not (log.exists() and "ready for connections" in log.read_text()):
        if process.poll() is not None or time.monotonic() > until:
            raise AssertionError(log.read_text()[-2000:])
        time.sleep(0.02)
    root = pymysql.connect(unix_socket=str(made.folder / "socket"), user="root", autocommit=True)
    with root, root.cursor() as cursor:
        cursor.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", (made.user, made.password))
        cursor.execute("GRANT ALL ON *.* TO %s@'%%' WITH GRANT OPTION", (made.user,))
        cursor.execute("DROP USER IF EXISTS ''@'localhost', ''@%s", (os.uname().nodename,))


def _as_server(folder: Path, command: Sequence[str]) -> list[str]:
    """MariaDB refuses to run as root, so root lends it the user that its package made."""
    if os.geteuid() != 0:
        return list(command)
    user = pwd.getpwnam("mysql")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]

"""A PostgreSQL cluster of our own, from Debian's packages."""

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
from uuid import uuid4

import psycopg

from tests.support.ports import free_port

_ENV = {**os.environ, "LANGUAGE": "de"}
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def binaries() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).parent if found else (_PLACES[0] if _PLACES else None)


@dataclass(frozen=True)
class TcpCluster:
    """A cluster that asks everybody for a password over TCP; its administrator may do everything.

    `url` is the administrator's way in over a socket, without one.
    """

    host: str
    port: int
    user: str
    password: str
    url: str
    folder: Path

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def reload(self) -> None:
        """Make the server read its configuration again, and wait until those who come find it so."""
        before = self._configured_at()
        self.run("SELECT pg_reload_conf()")
        while self._configured_at() == before:
            time.sleep(0.01)

    def _configured_at(self) -> object:
        with psycopg.connect(self.url) as connection:
            return connection.execute("SELECT pg_conf_load_time()").fetchone()


@contextmanager
def cluster() -> Generator[str]:
    """A running cluster; the URL of its postgres database, over a socket."""
    with _running(("-A", "trust", "-U", "keyreeve"), "-c listen_addresses='' -c max_connections=200") as folder:
        yield f"postgresql://keyreeve@/postgres?host={folder}"


@contextmanager
def tcp_cluster(certificate: str = "", key: str = "") -> Generator[TcpCluster]:
    """A running cluster on 127.0.0.1 that logs every statement; with TLS if it is given the PEM texts.

    With lc_messages = C.UTF-8 it speaks German: what LANGUAGE says counts in any locale but C.
    """
    port = free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c log_statement=all -c log_min_messages=debug1"
    with _running(
        ("--auth-local=trust", "--auth-host=scram-sha-256", "-U", "keeper"), options, certificate, key
    ) as folder:
        url = f"postgresql://keeper@/postgres?host={folder}&port={port}"
        made = TcpCluster("127.0.0.1", port, "keeper", "keeper's \\ pass%word", url, folder)
        made.run("ALTER ROLE keeper PASSWORD " + "'keeper''s \\ pass%word'")
        yield made


@contextmanager
def _running(initial: Sequence[str], options: str, certificate: str = "", key: str = "") -> Generator[Path]:
    place = binaries()
    assert place is not None
    folder = Path(tempfile.mkdtemp(prefix="keyreeve-pg-"))
    data = folder / "db"
    try:
        _as_server(folder, place / "initdb", "-D", data, "-N", *initial)
        if certificate:
            (data / "server.crt").write_text(certificate)
            _as_server(folder, "sh", "-c", f"umask 077; cat > {data}/server.key", stdin=key)
            options += " -c ssl=on"
        options += f" -k {folder} -c fsync=off"
        _as_server(folder, place / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield folder
        finally:
            _as_server(folder, place / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(url: str) -> str:
    """An empty database of its own in the cluster; its URL."""
    name = f"k{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return url.replace("/postgres?", f"/{name}?")


def _as_server(folder: Path, *words: object, stdin: str = "") -> None:
    """PostgreSQL refuses to run as root, so root lends it the user that its package made."""
    command = [str(word) for word in words]
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=120, input=stdin, env=_ENV
    )
    assert done.returncode == 0, done.stdout + done.stderr

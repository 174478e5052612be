"""A PostgreSQL cluster of our own, from Debian's packages."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def binaries() -> Path | None:
    found = shutil.which("initdb")
    return Path(found).parent if found else (_PLACES[0] if _PLACES else None)


@contextmanager
def cluster() -> Generator[str]:
    """A running cluster; the URL of its postgres database, over a socket."""
    place = binaries()
    assert place is not None
    folder = Path(tempfile.mkdtemp(prefix="keyreeve-pg-"))
    try:
        _as_server(folder, place / "initdb", "-D", folder / "db", "-A", "trust", "-U", "keyreeve", "-N")
        options = f"-k {folder} -c listen_addresses='' -c max_connections=200 -c fsync=off"
        _as_server(folder, place / "pg_ctl", "-D", folder / "db", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://keyreeve@/postgres?host={folder}"
        finally:
            _as_server(folder, place / "pg_ctl", "-D", folder / "db", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(url: str) -> str:
    """An empty database of its own in the cluster; its URL."""
    name = f"k{uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return url.replace("/postgres?", f"/{name}?")


def _as_server(folder: Path, *words: object) -> None:
    """PostgreSQL refuses to run as root, so root lends it the user that its package made."""
    command = [str(word) for word in words]
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr

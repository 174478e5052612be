"""An OpenSSH server of our own, and users of this machine to log in to it as: making users needs root."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import free_port

_PROGRAM = "/usr/sbin/sshd"


def possible() -> bool:
    return os.geteuid() == 0 and Path(_PROGRAM).exists() and shutil.which("sudo") is not None


@dataclass(frozen=True)
class User:
    name: str
    password: str
    home: Path


@dataclass
class Sshd:
    """`host_key` is its line of known_hosts; `log` its debug log."""

    port: int
    folder: Path
    host_key: str
    host: str = "127.0.0.1"
    users: list[str] = field(default_factory=list[str])

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def new_user(self, shell: str = "/bin/sh", ending: str = "") -> User:
        """A user that goes when the server goes; with the ending `-kbd` one who logs in by keyboard-interactive."""
        name = f"kr-{secrets.token_hex(6)}{ending}"
        home = self.folder / name
        _run("useradd", "--home-dir", str(home), "--create-home", "--shell", shell, "--no-log-init", name)
        self.users.append(name)
        password = secrets.token_hex(8)
        _run("chpasswd", stdin=f"{name}:{password}\n")
        return User(name, password, home)

    def allow_sudo(self, user: User, *rules: str) -> None:
        """What the user may run without a password."""
        file = Path("/etc/sudoers.d") / user.name
        file.write_text("".join(f"{user.name} ALL={rule}\n" for rule in rules))
        file.chmod(0o440)


@contextmanager
def server() -> Generator[Sshd]:
    folder = Path(tempfile.mkdtemp(prefix="keyreeve-sshd-"))
    folder.chmod(0o755)
    _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "host"))
    kind, key, _ = (folder / "host.pub").read_text().split(maxsplit=2)
    port = free_port()
    made = Sshd(port, folder, f"[127.0.0.1]:{port} {kind} {key}")
    Path("/run/sshd").mkdir(exist_ok=True)
    (folder / "config").write_text(_configuration(made))
    process = subprocess.Popen([_PROGRAM, "-D", "-f", f"{folder}/config", "-E", f"{folder}/log"])
    try:
        _wait_until_listening(made, process)
        yield made
    finally:
        process.terminate()
        process.wait(30)
        for name in made.users:
            (Path("/etc/sudoers.d") / name).unlink(missing_ok=True)
            _run("userdel", "--force", name)
        shutil.rmtree(folder, ignore_errors=True)


def _configuration(made: Sshd) -> str:
    lines = (
        f"Port {made.port}",
        f"ListenAddress {made.host}",
        f"HostKey {made.folder}/host",
        f"PidFile {made.folder}/pid",
        "PasswordAuthentication yes",
        "PubkeyAuthentication yes",
        "UsePAM yes",
        "PermitRootLogin yes",
        "StrictModes no",
        "MaxStartups 100:30:200",
        "LogLevel VERBOSE",
        # Root's keys are this server's alone.
        "Match User root",
        f"AuthorizedKeysFile {made.folder}/keys-of-root",
        # Whoever has a name with kbd in it is asked by PAM's own questions.
        "Match User *-kbd",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication yes",
    )
    return "\n".join(lines) + "\n"


def _wait_until_listening(made: Sshd, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        if (made.folder / "log").exists() and "Server listening" in made.log:
            return
        time.sleep(0.01)
    raise AssertionError(made.log)


def _run(*words: str, stdin: str = "") -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60, input=stdin, env=_ENV)
    assert done.returncode == 0, done.stderr


_ENV = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}

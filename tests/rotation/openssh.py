"""OpenSSH's own client, which is what people log in with."""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.sshd import Sshd

_BY_PASSWORD = ("PreferredAuthentications=password", "PubkeyAuthentication=no", "NumberOfPasswordPrompts=1")
_BY_KEY = ("PreferredAuthentications=publickey", "IdentitiesOnly=yes", "BatchMode=yes")


def password_opens(server: Sshd, user: str, password: str) -> bool:
    with TemporaryDirectory() as folder:
        answer = Path(folder) / "answer"
        answer.write_text('#!/bin/sh\nprintf "%s\\n" "$PASSWORD_OF_USER"\n')
        answer.chmod(0o700)
        env = {"SSH_ASKPASS": str(answer), "SSH_ASKPASS_REQUIRE": "force", "PASSWORD_OF_USER": password}
        return _logs_in(server, user, Path(folder), _BY_PASSWORD, env)


def key_opens(server: Sshd, user: str, private_key: str) -> bool:
    with TemporaryDirectory() as folder:
        identity = Path(folder) / "identity"
        identity.touch(0o600)
        identity.write_text(private_key)
        return _logs_in(server, user, Path(folder), (*_BY_KEY, f"IdentityFile={identity}"), {})


def _logs_in(server: Sshd, user: str, folder: Path, options: tuple[str, ...], env: dict[str, str]) -> bool:
    known = folder / "known_hosts"
    known.write_text(server.host_key + "\n")
    every = ("StrictHostKeyChecking=yes", f"UserKnownHostsFile={known}", f"Port={server.port}", *options)
    words = ["ssh", "-F", "none", *(f"-o{one}" for one in every), f"{user}@{server.host}", "true"]
    given = {**os.environ, **env}
    quiet = subprocess.DEVNULL
    done = subprocess.run(words, stdin=quiet, capture_output=True, text=True, check=False, timeout=60, env=given)
    refused = done.returncode == 255 and "Permission denied" in done.stderr
    assert refused or done.returncode == 0, done.stderr
    return not refused

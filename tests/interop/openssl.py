"""OpenSSL's command line, which knows nothing of us."""

import subprocess
from pathlib import Path


class OpenSsl:
    """Runs commands in a folder of its own, whose files they name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes | str) -> None:
        (self._folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def get(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def run(self, command: str) -> bytes:
        done = self._done(command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def says(self, command: str) -> bool:
        """Whether the command ends well."""
        return self._done(command).returncode == 0

    def _done(self, command: str) -> subprocess.CompletedProcess[bytes]:
        words = ["openssl", *command.split()]
        return subprocess.run(words, cwd=self._folder, capture_output=True, check=False, timeout=60)

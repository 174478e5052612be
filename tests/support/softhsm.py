"""A SoftHSM2 token of our own, from Debian's package."""

import os
import shutil
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

_PLACES = ("/usr/lib/softhsm", "/usr/lib", "/usr/local/lib")


@dataclass(frozen=True)
class SoftHsm:
    """A process finds the token if it has `env` before it first loads `module`.

    `folder` holds all that the token is, so the token is away while the folder is elsewhere (`away`).
    """

    module: str
    label: str
    pin: str
    env: Mapping[str, str]
    folder: Path

    @contextmanager
    def away(self) -> Generator["SoftHsm"]:
        """The token as it is found where it has been put, by those who are told."""
        elsewhere = self.folder.with_name("away")
        self.folder.rename(elsewhere)
        try:
            yield replace(self, env=_configured(elsewhere, "away.conf"), folder=elsewhere)
        finally:
            elsewhere.rename(self.folder)


def module() -> str | None:
    """The path of libsofthsm2.so, if the package is installed."""
    if shutil.which("softhsm2-util") is None:
        return None
    found = (path for place in _PLACES for path in sorted(Path(place).rglob("libsofthsm2.so")))
    return next(map(str, found), None)


def make(folder: Path, label: str = "keyreeve", pin: str = "123456") -> SoftHsm:
    """An empty token in `folder`, which must exist; `module` must be installed."""
    found = module()
    assert found is not None
    tokens = folder / "tokens"
    tokens.mkdir()
    env = _configured(tokens, "softhsm2.conf")
    words = ("--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "87654321")
    done = subprocess.run(
        ["softhsm2-util", *words],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return SoftHsm(found, label, pin, env, tokens)


def _configured(tokens: Path, name: str) -> Mapping[str, str]:
    configuration = tokens.with_name(name)
    configuration.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
    return {"SOFTHSM2_CONF": str(configuration)}

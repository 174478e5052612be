"""The openssl command as the outside truth."""

import subprocess
from pathlib import Path


def verifies(folder: Path, spki: bytes, digest: bytes, signature: bytes, *options: str) -> bool:
    """Whether a signature of a digest is good; `options` go to -pkeyopt, and begin with the digest's name."""
    (folder / "spki.der").write_bytes(spki)
    (folder / "signature").write_bytes(signature)
    words = ["-verify", "-pubin", "-keyform", "DER", "-inkey", folder / "spki.der", "-sigfile", folder / "signature"]
    return _pkeyutl(digest, *words, *_options(*options)).returncode == 0


def encrypted(folder: Path, spki: bytes, plaintext: bytes, *options: str) -> bytes:
    (folder / "spki.der").write_bytes(spki)
    words = ["-encrypt", "-pubin", "-keyform", "DER", "-inkey", folder / "spki.der"]
    done = _pkeyutl(plaintext, *words, *_options(*options))
    assert done.returncode == 0, done.stderr
    return done.stdout


def _options(*options: str) -> list[str]:
    return [word for option in options for word in ("-pkeyopt", option)]


def _pkeyutl(data: bytes, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = ["openssl", "pkeyutl", *map(str, words)]
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=60)

"""A file that appears when it is whole."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from keyreeve.cli.output import fail

_OURS_ALONE = 0o600


def require_free(path: Path, *, overwrite: bool) -> None:
    """Before any work is done."""
    if path.is_dir():
        fail(f"{path} is a directory: name a file in it")
    if not overwrite and path.exists():
        fail(f"{path} exists already: give another name, or --overwrite")


@contextmanager
def replacing(path: Path, *, overwrite: bool) -> Generator[BinaryIO]:
    """What is written stands at `path` when the block ends well; else nothing of it is left. Raises OSError.

    Where the system can (Linux), the file has no name before, so that not even a kill leaves plaintext behind.
    """
    require_free(path, overwrite=overwrite)
    folder = path.absolute().parent
    part = folder / f".{path.name}.{secrets.token_hex(4)}.part"
    named = False
    try:
        with _opened(folder, part) as file:
            named = part.exists()
            yield file
            file.flush()
            os.fsync(file.fileno())
            if not named:
                _name(file, folder, part)
                named = True
        require_free(path, overwrite=overwrite)
        part.replace(path)
        named = False
    finally:
        if named:
            with suppress(OSError):
                part.unlink()


def _opened(folder: Path, part: Path) -> BinaryIO:
    """Without a name, or with that of `part`."""
    if hasattr(os, "O_TMPFILE"):
        # Some file systems cannot do it.
        with suppress(OSError):
            return os.fdopen(os.open(folder, os.O_TMPFILE | os.O_WRONLY, _OURS_ALONE), "wb")
    return os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OURS_ALONE), "wb")


def _name(file: BinaryIO, folder: Path, part: Path) -> None:
    """As open(2) has it for O_TMPFILE; only with a folder's descriptor does Python follow the link in /proc."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{file.fileno()}", part.name, dst_dir_fd=descriptor)
    finally:
        os.close(descriptor)

"""Who works on a data directory: servers together, a command that must be alone by itself."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from keyreeve.errors import StartRefused

SERVING = "serving.lock"
ROTATING = "rotating.lock"


@contextmanager
def held(folder: Path, name: str, refusal: str, *, shared: bool = False) -> Generator[None]:
    """Hold a lock of the directory; the system lets it go when the process and its children are gone.

    Raises StartRefused with `refusal` if somebody else has it.
    """
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartRefused(refusal) from None
        yield
    finally:
        os.close(descriptor)

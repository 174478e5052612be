"""Who is at a piece of work that must not be done twice at once, and whether that process still lives."""

import fcntl
import os
from pathlib import Path
from uuid import uuid4


class Claimant:
    """A process by a name of its own, which it holds a lock under for as long as it lives. Made after the fork."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self.name = str(uuid4())
        # Never closed: the system lets the lock go with the process, however it ends.
        self._descriptor = os.open(folder / self.name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def is_dead(self, name: str) -> bool:
        """Whether a claimant of this node is known to be gone; of other nodes' nothing is known."""
        path = self._folder / name
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True

    def sweep(self) -> None:
        """Forget the dead, once nothing is claimed by them any more."""
        for path in self._folder.iterdir():
            if path.name != self.name and self.is_dead(path.name):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        os.close(self._descriptor)

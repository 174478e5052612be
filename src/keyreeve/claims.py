"""Who is at a piece of work that must not be done twice at once, and whether that process still lives."""

import fcntl
import os
from collections.abc import Callable, Collection
from pathlib import Path
from uuid import uuid4

_UNFINISHED = ".new"


class Claimant:
    """A process by a name of its own, which it holds a lock under for as long as it lives. Made after the fork."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self.name = str(uuid4())
        # Under its name it is never seen unlocked, which would look dead.
        unfinished = folder / (self.name + _UNFINISHED)
        # Never closed: the system lets the lock go with the process, however it ends.
        self._descriptor = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        unfinished.rename(folder / self.name)

    def is_dead(self, name: str) -> bool:
        """Whether a claimant of this node is known to be gone; of other nodes' nothing is known."""
        path = self._folder / name
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            # Shared, so that two who ask at once do not take each other for the claimant.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True

    def sweep(self, claiming: Callable[[], Collection[str]]) -> None:
        """Forget the dead, but for those who still have a claim: without its file nobody knows that one is dead."""
        names = [path.name for path in self._folder.iterdir() if path.suffix != _UNFINISHED]
        dead = [name for name in names if self.is_dead(name)]
        # Asked when they are known to be dead: from then on they claim nothing more.
        for name in set(dead).difference(claiming()):
            (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        os.close(self._descriptor)

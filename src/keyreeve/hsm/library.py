import threading
from collections.abc import Generator
from contextlib import contextmanager

from keyreeve.hsm.cryptoki import Cryptoki

_libraries: dict[str, "Library"] = {}
_libraries_lock = threading.Lock()


class Library:
    """A PKCS#11 module in this process, started when somebody enters and restarted after trouble.

    A module is one for the whole process, and stopping it while a call is inside crashes. So calls enter and leave
    here, and a restart waits until all have left. `generation` counts the starts: sessions and handles of an older one
    are void.
    """

    def __init__(self, path: str) -> None:
        self.generation = 0
        self._path = path
        self._turn = threading.Condition()
        self._inside = 0
        self._to_be_started = True
        self._cryptoki: Cryptoki | None = None

    @contextmanager
    def entered(self) -> Generator[Cryptoki]:
        """Raises TokenFailure or PKCS11Error if the module does not start."""
        with self._turn:
            self._turn.wait_for(lambda: not self._to_be_started or self._inside == 0)
            cryptoki = self._started()
            self._inside += 1
        try:
            yield cryptoki
        finally:
            with self._turn:
                self._inside -= 1
                self._turn.notify_all()

    def restart_after(self, generation: int) -> None:
        """Trouble was had with that generation: restart, unless somebody has, before the next call enters."""
        with self._turn:
            if generation == self.generation:
                self._to_be_started = True

    def stop(self) -> None:
        """Leave nothing open, once the calls that are inside have left; the next one starts the module again."""
        with self._turn:
            self._turn.wait_for(lambda: self._inside == 0)
            self._to_be_started = True
            if self._cryptoki is not None:
                self._cryptoki.stop()

    def _started(self) -> Cryptoki:
        if self._cryptoki is not None and not self._to_be_started:
            return self._cryptoki
        self.generation += 1
        if self._cryptoki is None:
            self._cryptoki = Cryptoki(self._path)
        # SoftHSM, like others, looks for its tokens in C_Initialize only.
        self._cryptoki.stop()
        self._cryptoki.start()
        self._to_be_started = False
        return self._cryptoki


def library_at(path: str) -> Library:
    """The one Library of that module in this process."""
    with _libraries_lock:
        return _libraries.setdefault(path, Library(path))

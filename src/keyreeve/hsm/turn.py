import threading
from collections.abc import Generator
from contextlib import contextmanager

# A look waits no longer than this for a change: tokens take minutes over some RSA keys.
PATIENCE_SECONDS = 1.0


class Turn:
    """Keeps the searches of a process apart from the changes that it makes in a token, and from each other.

    A search in SoftHSM reads all objects anew that have changed, and what another thread is just making it finds empty
    and declares invalid, so that its making fails, or shows as having none of its attributes. Its own locks keep only
    processes apart. Taken inside of a session, never around one: who has it waits for nothing but the token.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextmanager
    def changing(self) -> Generator[None]:
        with self._lock:
            yield

    @contextmanager
    def looking(self) -> Generator[None]:
        """A change that takes long is looked past: what comes of that is trouble, which is survived."""
        waited = self._lock.acquire(timeout=PATIENCE_SECONDS)
        try:
            yield
        finally:
            if waited:
                self._lock.release()

"""The rotations that are on their way, driven by the server itself: one thread looks, a few do."""

from concurrent.futures import Future, ThreadPoolExecutor

from keyreeve.errors import RotationFailed
from keyreeve.failures import log_failure
from keyreeve.parts import Parts
from keyreeve.secrets.rotation.machine import drive
from keyreeve.secrets.rotation.store import claimants, rotations_to_try
from keyreeve.steps import Steps
from keyreeve.visits import request_id_of

# One host that does not answer must not keep the others waiting.
_THREADS = 4
_PAGE = 100


class RotationRunner:
    """Any number of workers and nodes may have one: a rotation is claimed before it is done."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._pool = ThreadPoolExecutor(_THREADS, "rotation")
        self._busy: dict[str, Future[None]] = {}
        self._swept = False

    def look(self) -> None:
        """Take up what is due and is not being done here already."""
        self._busy = {secret_id: done for secret_id, done in self._busy.items() if not done.done()}
        if not self._swept:
            self._parts.claimant.sweep(self._claiming)
            self._swept = True
        with self._parts.database.reading() as connection:
            found = rotations_to_try(connection, int(self._parts.clock() * 1000), _PAGE)
        for due in found:
            if due.name not in self._busy:
                self._busy[due.name] = self._pool.submit(self._drive, due.name, due.account_id)

    def finish(self) -> None:
        """Wait for what is being done here."""
        for done in self._busy.values():
            done.result()

    def stop(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _claiming(self) -> set[str]:
        with self._parts.database.reading() as connection:
            return claimants(connection)

    def _drive(self, secret_id: str, account_id: str) -> None:
        request_id = request_id_of(self._parts.random(16))
        try:
            drive(Steps(self._parts, account_id, request_id), secret_id)
        except RotationFailed:
            """It has been told, and is tried again."""
        except Exception as error:  # noqa: BLE001  # one rotation's trouble must not end the others
            log_failure(error, request_id)

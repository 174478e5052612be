"""Writes that come together share a transaction: one flush of the audit log and one of the database for all."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from keyreeve.storage.database import Database, unavailable_is_ours
from keyreeve.storage.prepared import run_plain

T = TypeVar("T")

# So that nobody waits for more than this many others.
_MOST_TOGETHER = 32
_POINT = "work"


class _Piece(Generic[T]):
    """One write. `woken` is held until it is done, with a result that is durable or an error, or is to lead."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.done = False
        self.result: T | None = None
        self.error: BaseException | None = None
        self.woken = threading.Lock()
        self.woken.acquire()

    def run(self, connection: Connection) -> None:
        try:
            with unavailable_is_ours():
                self.result = self.work(connection)
        except BaseException as error:  # noqa: BLE001  # it is raised where it belongs, in the thread that waits
            self.error = error

    def outcome(self) -> T:
        if self.error is not None:
            raise self.error
        return cast("T", self.result)


class GroupWriter:
    """Who comes first writes for all that have come by then; then the first of those who still wait leads.

    Each piece has a savepoint, so that one which fails leaves the others untouched. `before_commit` makes durable what
    the pieces did outside the database. If the commit fails, it has failed for all.
    """

    def __init__(self, database: Database, before_commit: Callable[[], None]) -> None:
        self._database = database
        self._before_commit = before_commit
        self._waiting: list[_Piece[Any]] = []
        self._lock = threading.Lock()
        self._is_led = False

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` inside a writing transaction; returns when that is durable.

        Raises what `work` raises, or Unavailable.
        """
        piece = _Piece(work)
        with self._lock:
            self._waiting.append(piece)
            leads, self._is_led = not self._is_led, True
        if not leads:
            piece.woken.acquire()
        if not piece.done:
            while not piece.done:
                self._lead(piece)
            self._hand_on()
        return piece.outcome()

    def _lead(self, leader: _Piece[Any]) -> None:
        pieces: list[_Piece[Any]] = []
        try:
            with self._database.writing() as connection:
                # Who came while the place was not ours yet is taken along, and who comes while we are at it.
                while self._waiting and len(pieces) < _MOST_TOGETHER:
                    pieces.append(self._waiting.pop(0))
                    _run_apart(connection, pieces[-1])
                _require_any(pieces)
                self._before_commit()
        except _NothingToKeepError:
            """Each piece has its own error, and the transaction was rolled back."""
        except BaseException as error:  # noqa: BLE001  # as above
            if not pieces:
                # The place could not be had: those who wait for it need not all find that out for themselves.
                pieces, self._waiting[:_MOST_TOGETHER] = self._waiting[:_MOST_TOGETHER], []
            for piece in pieces:
                piece.error = piece.error or error
        for piece in pieces:
            piece.done = True
            if piece is not leader:
                piece.woken.release()

    def _hand_on(self) -> None:
        with self._lock:
            successor = self._waiting[0] if self._waiting else None
            self._is_led = successor is not None
        if successor is not None:
            successor.woken.release()


class _NothingToKeepError(Exception):
    pass


def _require_any(pieces: list[_Piece[Any]]) -> None:
    """What changes nothing must not count as a change."""
    if all(piece.error is not None for piece in pieces):
        raise _NothingToKeepError


def _run_apart(connection: Connection, piece: _Piece[Any]) -> None:
    run_plain(connection, f"SAVEPOINT {_POINT}")
    piece.run(connection)
    if piece.error is not None:
        run_plain(connection, f"ROLLBACK TO SAVEPOINT {_POINT}")
    run_plain(connection, f"RELEASE SAVEPOINT {_POINT}")

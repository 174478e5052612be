"""Writes that come together share a transaction: one flush of the audit log and one of the database for all."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from keyreeve.storage.database import Database, run_plain, unavailable_is_ours

T = TypeVar("T")

# So that nobody waits for more than this many others.
_MOST_TOGETHER = 32
_POINT = "work"


class _Piece(Generic[T]):
    """One write: done when it has a result that is durable, or an error."""

    def __init__(self, work: Callable[[Connection], T]) -> None:
        self.work = work
        self.done = False
        self.result: T | None = None
        self.error: BaseException | None = None

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
    """Who comes first writes for all that have come by then; the others wait, and the next of them leads.

    Each piece has a savepoint, so that one which fails leaves the others untouched. `before_commit` makes durable what
    the pieces did outside the database. If the commit fails, it has failed for all.
    """

    def __init__(self, database: Database, before_commit: Callable[[], None]) -> None:
        self._database = database
        self._before_commit = before_commit
        self._waiting: list[_Piece[Any]] = []
        self._leading = threading.Lock()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` inside a writing transaction; returns when that is durable.

        Raises what `work` raises, or Unavailable.
        """
        piece = _Piece(work)
        self._waiting.append(piece)
        with self._leading:
            if not piece.done:
                self._lead()
        return piece.outcome()

    def _lead(self) -> None:
        pieces, self._waiting[:_MOST_TOGETHER] = self._waiting[:_MOST_TOGETHER], []
        try:
            with self._database.writing() as connection:
                if len(pieces) == 1:
                    pieces[0].run(connection)
                else:
                    for piece in pieces:
                        _run_apart(connection, piece)
                _require_any(pieces)
                self._before_commit()
        except _NothingToKeepError:
            """Each piece has its own error, and the transaction was rolled back."""
        except BaseException as error:  # noqa: BLE001  # as above
            for piece in pieces:
                piece.error = piece.error or error
        for piece in pieces:
            piece.done = True


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

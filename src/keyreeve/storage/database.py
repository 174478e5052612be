"""One database, SQLite or PostgreSQL, behind two doors: reading, and writing one at a time."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from keyreeve.errors import StartRefused, Unavailable
from keyreeve.storage.place import WriterPlace
from keyreeve.storage.prepared import Prepared, run_plain
from keyreeve.storage.schema import state_generation

_WRITING = "keyreeve_writing"
# How long SQLite is waited for, and how often the writer's place is asked for.
_BUSY_SECONDS = 30
_TURN_SECONDS = 0.0002
# A database that does not answer is refused after this long, so that no thread waits for it for ever.
_POSTGRES_LIMITS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "options": "-c lock_timeout=10s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
}
_COUNT_UP = Prepared(update(state_generation).values(generation=state_generation.c.generation + 1), ())
_log = structlog.get_logger()


class _Cursor(Protocol):
    def execute(self, sql: str) -> object: ...
    def close(self) -> object: ...


class _DriverConnection(Protocol):
    isolation_level: str | None

    def cursor(self) -> _Cursor: ...


class Database:
    """SQL by SQLAlchemy Core.

    Both engines run one writing transaction at a time, so that a handler which reads and then writes needs no other
    lock and behaves the same on either.
    """

    def __init__(
        self, url: str | URL, *, after_commit: Callable[[], None] | None = None, place: WriterPlace | None = None
    ) -> None:
        """`place` is where SQLite's writers of several processes wait for each other."""
        self.engine = _engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._after_commit = after_commit
        self._place = place if self.is_sqlite else None
        # A crash may have come between a deletion and this, so the first look is owed always.
        self.owes_shrinking = self.is_sqlite

    @contextmanager
    def reading(self) -> Generator[Connection]:
        with unavailable_is_ours(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """A transaction that holds the one writer's place; it is durable when the block ends.

        Raises Unavailable if the place cannot be had or the commit fails.
        """
        held = nullcontext() if self._place is None else self._place.held()
        with held, unavailable_is_ours():
            options = self.engine.execution_options(**{_WRITING: True})
            with options.begin() as connection:
                # The first statement takes the row's lock, which on PostgreSQL is the writer's place.
                _COUNT_UP.run(connection, {})
                yield connection
        if self._after_commit is not None:
            self._after_commit()

    def shrink_log(self) -> None:
        """Make deleted rows unrecoverable where the engine lets us: SQLite's log is emptied.

        A reader can stand in the way; then `owes_shrinking` says so, and somebody tries again.
        """
        if self.is_sqlite:
            with unavailable_is_ours(), self.engine.connect() as connection:
                plain = connection.execution_options(isolation_level="AUTOCOMMIT")
                busy = plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            self.owes_shrinking = bool(busy)

    def migrate(self) -> None:
        """Bring the schema up to date; safe when several processes do it at once."""
        config = Config()
        with resources.as_file(resources.files("keyreeve.storage") / "migrations") as folder:
            config.set_main_option("script_location", str(folder))
            with (
                unavailable_is_ours(),
                self.engine.execution_options(**{_WRITING: True}).begin() as connection,
            ):
                if not self.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(7263874628374)"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    def close(self) -> None:
        self.engine.dispose()
        if self._place is not None:
            self._place.close()


def sqlite_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path.absolute()))


def _engine(url: str | URL) -> Engine:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The text of the error may hold a piece of the password.
        raise StartRefused("the database URL cannot be read") from None
    name = parsed.get_backend_name()
    if name == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=8,
            max_overflow=8,
            pool_pre_ping=True,
            pool_timeout=10,
            connect_args=_POSTGRES_LIMITS,
        )
    if name != "sqlite":
        raise StartRefused(f"the database URL names {name}: sqlite and postgresql are supported")
    if not parsed.database or not Path(parsed.database).is_absolute():
        raise StartRefused("the SQLite URL needs an absolute path: sqlite:////var/lib/keyreeve.db")
    engine = create_engine(parsed.set(drivername="sqlite"), pool_size=8, max_overflow=8)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: _DriverConnection, _record: object) -> None:
    # The driver must not open transactions of its own: _begin_sqlite says which kind to open.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options: dict[str, Any] = dict(connection.get_execution_options())
    if not options.get(_WRITING):
        connection.exec_driver_sql("BEGIN")
        return
    run_plain(connection, "PRAGMA busy_timeout=0")
    until = time.monotonic() + _BUSY_SECONDS
    while not _began(connection, last=time.monotonic() > until):
        # SQLite's own waiting would look again after 25 milliseconds and more, and others come first meanwhile.
        time.sleep(_TURN_SECONDS)
    run_plain(connection, f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")


def _began(connection: Connection, *, last: bool) -> bool:
    try:
        run_plain(connection, "BEGIN IMMEDIATE")
    except OperationalError:
        if last:
            raise
        return False
    return True


@contextmanager
def unavailable_is_ours() -> Generator[None]:
    """A database that cannot be reached, is full or is locked is our failure, and its text stays with us."""
    try:
        yield
    except DBAPIError as error:
        _log.error("database failed", error=type(error.orig).__name__)
        raise Unavailable from None

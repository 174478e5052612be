"""Writes that come together share a transaction, and nothing else: each succeeds or fails by itself."""

import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select, text

from keyreeve.errors import AliasExists, Unavailable
from keyreeve.storage.database import Database, sqlite_url
from keyreeve.storage.grouping import GroupWriter
from keyreeve.storage.schema import accounts, state_generation
from tests.support import postgres

PATIENCE = 30.0


class Flushes:
    """Stands for the audit log: counts, and fails when it is told to."""

    def __init__(self) -> None:
        self.count = 0
        self.broken = False

    def __call__(self) -> None:
        self.count += 1
        if self.broken:
            raise Unavailable


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[Database]:
    if request.param == "sqlite":
        url = str(sqlite_url(tmp_path / "grouped.db"))
    else:
        url = postgres.new_database(request.getfixturevalue("postgres_cluster"))
    made = Database(url)
    made.migrate()
    yield made
    made.close()


def adding(name: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(insert(accounts).values(account_id=str(name), created_at=name))
        return name

    return work


def refusing(name: int) -> Callable[[Connection], int]:
    """A piece that has written before it finds that it may not."""

    def work(connection: Connection) -> int:
        adding(name)(connection)
        raise AliasExists

    return work


def together(writer: GroupWriter, works: Sequence[Callable[[Connection], int]]) -> list[int | BaseException]:
    """Have all of them wait while one more holds the writer's place; what came of each."""
    held, let_go = threading.Event(), threading.Event()

    def first(_: Connection) -> int:
        held.set()
        assert let_go.wait(PATIENCE)
        return 0

    def outcome(work: Callable[[Connection], int]) -> int | BaseException:
        try:
            return writer.write(work)
        except Exception as error:  # noqa: BLE001  # it is what the test looks at
            return error

    with ThreadPoolExecutor(len(works) + 1) as pool:
        leader = pool.submit(outcome, first)
        assert held.wait(PATIENCE)
        waiting = [pool.submit(outcome, work) for work in works]
        while len(writer._waiting) < len(works):
            assert not leader.done()
        let_go.set()
        assert leader.result(PATIENCE) == 0
        return [one.result(PATIENCE) for one in waiting]


def stored(database: Database) -> set[int]:
    with database.reading() as connection:
        return set(map(int, connection.execute(select(accounts.c.account_id)).scalars()))


def generation(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(state_generation.c.generation)).scalar_one()


def test_who_waits_together_is_written_together(database: Database):
    flushes = Flushes()
    writer, before = GroupWriter(database, flushes), generation(database)
    assert together(writer, [adding(number) for number in range(1, 9)]) == list(range(1, 9))
    assert stored(database) == set(range(1, 9))
    # One for who came first, one for all the others.
    assert flushes.count == 2
    assert generation(database) == before + 2


def test_one_that_is_refused_leaves_the_others_and_nothing_of_itself(database: Database):
    writer = GroupWriter(database, Flushes())
    outcomes = together(writer, [adding(1), refusing(2), adding(3)])
    assert outcomes[0] == 1
    assert outcomes[2] == 3
    assert isinstance(outcomes[1], AliasExists)
    assert stored(database) == {1, 3}


def test_a_broken_statement_is_the_trouble_of_its_own_piece(database: Database):
    writer = GroupWriter(database, Flushes())
    outcomes = together(writer, [adding(1), adding(1), adding(2)])
    assert [type(one) for one in outcomes].count(Unavailable) == 1
    assert stored(database) == {1, 2}


def test_what_only_refuses_counts_as_no_change(database: Database):
    flushes = Flushes()
    writer, before = GroupWriter(database, flushes), generation(database)
    with pytest.raises(AliasExists):
        writer.write(refusing(1))
    assert stored(database) == set()
    assert (flushes.count, generation(database)) == (0, before)


def test_what_cannot_be_made_durable_has_failed_for_all(database: Database):
    flushes = Flushes()
    writer = GroupWriter(database, flushes)
    flushes.broken = True
    outcomes = together_broken(writer)
    assert all(isinstance(one, Unavailable) for one in outcomes[:2])
    assert isinstance(outcomes[2], AliasExists)
    assert stored(database) == set()
    flushes.broken = False
    assert writer.write(adding(5)) == 5


def together_broken(writer: GroupWriter) -> list[int | BaseException]:
    outcomes: list[int | BaseException] = []
    with ThreadPoolExecutor(3) as pool:
        for one in [pool.submit(writer.write, work) for work in (adding(1), adding(2), refusing(3))]:
            error = one.exception(PATIENCE)
            outcomes.append(one.result() if error is None else error)
    return outcomes


def test_a_full_disk_takes_back_what_came_before_it_in_the_same_transaction(tmp_path: Path):
    database = Database(str(sqlite_url(tmp_path / "small.db")))
    database.migrate()
    writer = GroupWriter(database, Flushes())

    def filling(connection: Connection) -> int:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        connection.execute(text("CREATE TABLE much (bytes BLOB)"))
        connection.execute(text("INSERT INTO much VALUES (zeroblob(4000000))"))
        return 0

    outcomes = together(writer, [adding(1), filling, adding(2)])
    assert isinstance(outcomes[1], Unavailable)
    kept = {one for one in (outcomes[0], outcomes[2]) if isinstance(one, int)}
    assert stored(database) == kept
    database.close()


def test_nobody_is_lost_or_done_twice_in_a_crowd(database: Database):
    writer = GroupWriter(database, Flushes())
    with ThreadPoolExecutor(16) as pool:
        works = [refusing(number) if number % 5 == 0 else adding(number) for number in range(1, 201)]
        done = [pool.submit(writer.write, work) for work in works]
        kept = {one.result() for one in done if one.exception(PATIENCE) is None}
    assert kept == {number for number in range(1, 201) if number % 5}
    assert stored(database) == kept
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(accounts)).scalar_one() == 160

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from sqlalchemy import Connection

from keyreeve.storage.database import Database
from keyreeve.storage.freshness import Freshness, WouldBlock

T = TypeVar("T")

_MOST_ENTRIES = 20_000


class StateCache:
    """What a worker has read of the state, thrown away whole as soon as anybody writes.

    `view` looks whether somebody has; a call then works on one view from beginning to end. A value that is read
    while a view is being replaced lands in the view that it was read for, so nothing old enters a new one.
    """

    def __init__(self, database: Database, freshness: Freshness) -> None:
        self._database = database
        self._freshness = freshness
        self._generation = -1
        self._entries: dict[Hashable, object] = {}

    def view(self, *, may_block: bool) -> "View":
        """The state as it is now. Raises WouldBlock."""
        generation = self._freshness.generation(may_block=may_block)
        if generation != self._generation or len(self._entries) > _MOST_ENTRIES:
            # Entries first: whoever sees the new number must not see the old entries.
            self._entries = {}
            self._generation = generation
        return View(self._entries, self._database, may_block=may_block)


class View:
    """`entries` is for looking only."""

    __slots__ = ("_database", "entries", "may_block")

    def __init__(self, entries: dict[Hashable, object], database: Database, *, may_block: bool) -> None:
        self.entries = entries
        self._database = database
        self.may_block = may_block

    def get(self, entry: Hashable, load: Callable[[Connection], T | None]) -> T | None:
        """The cached value of `entry`, or what `load` reads; that something is absent is not remembered.

        Raises WouldBlock if it has to be read and this view may not wait.
        """
        found = self.entries.get(entry)
        if found is not None:
            return cast("T", found)
        if not self.may_block:
            raise WouldBlock
        with self._database.reading() as connection:
            loaded = load(connection)
        if loaded is not None:
            self.entries[entry] = loaded
        return loaded

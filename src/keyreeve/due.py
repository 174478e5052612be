"""What falls due by itself: a kind of work, and one piece of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from keyreeve.context import Context


@dataclass(frozen=True, slots=True)
class Due:
    """Something whose time has come; `name` is its id, in the order of which everything is walked."""

    name: str
    account_id: str
    resource: str


@dataclass(frozen=True, slots=True)
class Job:
    """`due` finds what is due behind a name; `act` does one, if it still is due, inside a writing transaction."""

    name: str
    due: Callable[[Connection, int, str, int], Sequence[Due]]
    act: Callable[[Context, str], bool]
    erases: bool = False

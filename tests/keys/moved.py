"""Dates in the database moved, where a server's own clock cannot be."""

from pathlib import Path

from sqlalchemy import update

from keyreeve.app import DataFolder
from keyreeve.storage.schema import keys

WEEK = 7 * 86_400 * 1000


def move(data: Path, key_ids: list[str], **times: int) -> None:
    """Set columns of keys, as a writer of the node would."""
    database = DataFolder(data).database()
    with database.writing() as connection:
        connection.execute(update(keys).where(keys.c.key_id.in_(key_ids)).values(**times))
    database.close()

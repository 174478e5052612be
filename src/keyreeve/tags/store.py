from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from keyreeve.storage.schema import key_tags
from keyreeve.tags.model import Tag


def read_tags(connection: Connection, key_id: str) -> list[Tag]:
    rows = connection.execute(select(key_tags).where(key_tags.c.key_id == key_id).order_by(key_tags.c.tag_key))
    return [Tag(row.tag_key, row.tag_value) for row in rows]


def put_tags(connection: Connection, key_id: str, tags: Iterable[Tag]) -> None:
    """Add tags; a name that is there already gets the new value."""
    tags = list(tags)
    remove_tags(connection, key_id, (tag.tag_key for tag in tags))
    if tags:
        connection.execute(
            insert(key_tags),
            [{"key_id": key_id, "tag_key": tag.tag_key, "tag_value": tag.tag_value} for tag in tags],
        )


def remove_tags(connection: Connection, key_id: str, names: Iterable[str]) -> None:
    connection.execute(delete(key_tags).where(key_tags.c.key_id == key_id, key_tags.c.tag_key.in_(list(names))))

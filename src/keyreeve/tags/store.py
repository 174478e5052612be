from collections.abc import Iterable

from sqlalchemy import Connection, Table, delete, insert, select

from keyreeve.storage.schema import key_tags, secret_tags
from keyreeve.tags.model import Tag


class TagTable:
    """The tags of one kind of resource; `owner` names the column with the resource's id."""

    def __init__(self, table: Table, owner: str) -> None:
        self._table = table
        self._owner = table.c[owner]

    def read(self, connection: Connection, owner_id: str) -> list[Tag]:
        table = self._table
        rows = connection.execute(select(table).where(self._owner == owner_id).order_by(table.c.tag_key))
        return [Tag(row.tag_key, row.tag_value) for row in rows]

    def put(self, connection: Connection, owner_id: str, tags: Iterable[Tag]) -> None:
        """Add tags; a name that is there already gets the new value."""
        tags = list(tags)
        self.remove(connection, owner_id, (tag.tag_key for tag in tags))
        if tags:
            connection.execute(
                insert(self._table),
                [{self._owner.name: owner_id, "tag_key": tag.tag_key, "tag_value": tag.tag_value} for tag in tags],
            )

    def remove(self, connection: Connection, owner_id: str, names: Iterable[str]) -> None:
        table = self._table
        connection.execute(delete(table).where(self._owner == owner_id, table.c.tag_key.in_(list(names))))


KEY_TAGS = TagTable(key_tags, "key_id")
SECRET_TAGS = TagTable(secret_tags, "secret_id")

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, func, insert, or_, select

from keyreeve.context import Context
from keyreeve.storage.schema import certificate_tags, key_tags, secret_tags
from keyreeve.tags.model import Tag


class Place(NamedTuple):
    """Where a page ended: a tag of an owner."""

    owner_id: str
    tag_key: str


class TagTable:
    """The tags of one kind of resource; `owner` names the column with the resource's id."""

    def __init__(self, table: Table, owner: str) -> None:
        self._table = table
        self._owner: ColumnElement[str] = table.c[owner]
        self._owner_name = owner

    def read(self, connection: Connection, owner_id: str) -> list[Tag]:
        table = self._table
        rows = connection.execute(select(table).where(self._owner == owner_id).order_by(table.c.tag_key))
        return [Tag(row.tag_key, row.tag_value) for row in rows]

    def read_all(self, connection: Connection, owner_ids: Sequence[str]) -> dict[str, list[Tag]]:
        """The tags of several owners, by the owner."""
        found: dict[str, list[Tag]] = {owner_id: [] for owner_id in owner_ids}
        query = select(self._owner, self._key, self._value).where(self._owner.in_(owner_ids))
        for owner_id, name, value in connection.execute(query.order_by(self._key)):
            found[owner_id].append(Tag(name, value))
        return found

    def values(self, connection: Connection, owner_id: str) -> dict[str, str]:
        """By their keys, as policies ask for them."""
        return {tag.tag_key: tag.tag_value for tag in self.read(connection, owner_id)}

    def known(self, ctx: Context, owner_id: str) -> dict[str, str]:
        """The same of what the call sees: its transaction, or the cache. Raises WouldBlock."""
        return ctx.read(self._table.name, owner_id, lambda _, connection, name: self.values(connection, name)) or {}

    def page(
        self,
        connection: Connection,
        owners: Sequence[str] | Select[tuple[str]],
        wanted: Mapping[str, str | None],
        after: Place | None,
        limit: int,
    ) -> list[tuple[Place, str]]:
        """Places and values behind a place; `owners` are ids, or a query for ids.

        Where tags are `wanted`, by name and value or with any value, they are what is returned, of the owners that
        have every one of them.
        """
        query = select(self._owner, self._key, self._value).where(self._owner.in_(owners))
        for name, value in wanted.items():
            query = query.where(self._owner.in_(select(self._owner).where(*self._is(name, value))))
        if wanted:
            query = query.where(self._key.in_(list(wanted)))
        if after is not None:
            behind = and_(self._owner == after.owner_id, self._key > after.tag_key)
            query = query.where(or_(self._owner > after.owner_id, behind))
        rows = connection.execute(query.order_by(self._owner, self._key).limit(limit))
        return [(Place(owner_id, name), value) for owner_id, name, value in rows]

    def in_use(self, connection: Connection, owners: Select[tuple[str]]) -> dict[str, list[str]]:
        """The values that each tag has at any of the owners, in order."""
        query = select(self._key, self._value).where(self._owner.in_(owners)).distinct()
        found: dict[str, list[str]] = {}
        for name, value in connection.execute(query.order_by(self._key, self._value)):
            found.setdefault(name, []).append(value)
        return found

    def owners_with(self, name: str, values: Collection[str]) -> Select[str]:
        """A query for the owners that have a tag: with one of the values, or with any where none is named."""
        query = select(self._owner).where(self._key == name)
        return query.where(self._value.in_(sorted(values))) if values else query

    def put(self, connection: Connection, owner_id: str, tags: Iterable[Tag]) -> None:
        """Add tags; a name that is there already gets the new value."""
        self.put_on_all(connection, [owner_id], list(tags))

    def put_on_all(self, connection: Connection, owner_ids: Sequence[str], tags: Sequence[Tag]) -> None:
        """The same tags on several owners."""
        self.remove_from_all(connection, owner_ids, [tag.tag_key for tag in tags])
        rows = [
            {self._owner_name: owner_id, "tag_key": tag.tag_key, "tag_value": tag.tag_value}
            for owner_id in owner_ids
            for tag in tags
        ]
        if rows:
            connection.execute(insert(self._table), rows)

    def remove(self, connection: Connection, owner_id: str, names: Iterable[str]) -> None:
        self.remove_from_all(connection, [owner_id], list(names))

    def remove_from_all(self, connection: Connection, owner_ids: Sequence[str], names: Sequence[str]) -> None:
        connection.execute(delete(self._table).where(self._owner.in_(owner_ids), self._key.in_(names)))

    def clear(self, connection: Connection, owner_ids: Sequence[str]) -> None:
        connection.execute(delete(self._table).where(self._owner.in_(owner_ids)))

    def most_on_one(self, connection: Connection, owner_ids: Sequence[str]) -> int:
        """How many tags the owner has that has the most."""
        counts = select(func.count()).where(self._owner.in_(owner_ids)).group_by(self._owner)
        return max(connection.execute(counts).scalars(), default=0)

    @property
    def _key(self) -> ColumnElement[str]:
        return self._table.c.tag_key

    @property
    def _value(self) -> ColumnElement[str]:
        return self._table.c.tag_value

    def _is(self, name: str, value: str | None) -> list[ColumnElement[bool]]:
        named = [self._key == name]
        return named if value is None else [*named, self._value == value]


KEY_TAGS = TagTable(key_tags, "key_id")
SECRET_TAGS = TagTable(secret_tags, "secret_id")
CERTIFICATE_TAGS = TagTable(certificate_tags, "certificate_id")

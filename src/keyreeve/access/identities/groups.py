"""The SQL of groups."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from keyreeve.access.identities.model import Group
from keyreeve.storage.schema import ram_groups


def insert_group(connection: Connection, account_id: str, group: Group) -> None:
    connection.execute(
        insert(ram_groups).values(
            account_id=account_id, group_id=group.group_id, created_at=group.created_at, **_changing(group)
        )
    )


def read_group(connection: Connection, account_id: str, name: str) -> Group | None:
    found = connection.execute(
        select(ram_groups).where(ram_groups.c.account_id == account_id, ram_groups.c.group_name == name)
    ).one_or_none()
    return None if found is None else group_of(found)


def list_groups(connection: Connection, account_id: str, after: str, limit: int) -> list[Group]:
    """Up to `limit` groups by name, behind the name `after`."""
    found = connection.execute(
        select(ram_groups)
        .where(ram_groups.c.account_id == account_id, ram_groups.c.group_name > after)
        .order_by(ram_groups.c.group_name)
        .limit(limit)
    )
    return [group_of(row) for row in found]


def update_group(connection: Connection, group: Group) -> None:
    connection.execute(update(ram_groups).where(ram_groups.c.group_id == group.group_id).values(**_changing(group)))


def delete_group(connection: Connection, group_id: str) -> None:
    connection.execute(delete(ram_groups).where(ram_groups.c.group_id == group_id))


def group_of(row: Row[Any]) -> Group:
    return Group(row.group_id, row.group_name, row.comments, row.created_at, row.updated_at)


def _changing(group: Group) -> dict[str, str | int]:
    return {"group_name": group.name, "comments": group.comments, "updated_at": group.updated_at}

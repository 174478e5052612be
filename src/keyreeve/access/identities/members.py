"""The SQL of who is in which group."""

from sqlalchemy import Connection, delete, insert, select

from keyreeve.access.identities.groups import group_of
from keyreeve.access.identities.model import Group, User
from keyreeve.access.identities.users import user_of
from keyreeve.storage.schema import ram_groups, ram_members, ram_users


def is_member(connection: Connection, group_id: str, user_id: str) -> bool:
    found = connection.execute(
        select(ram_members.c.user_id).where(ram_members.c.group_id == group_id, ram_members.c.user_id == user_id)
    )
    return found.first() is not None


def add_member(connection: Connection, group_id: str, user_id: str, now: int) -> None:
    connection.execute(insert(ram_members).values(group_id=group_id, user_id=user_id, joined_at=now))


def remove_member(connection: Connection, group_id: str, user_id: str) -> bool:
    """Whether the user was in the group."""
    done = connection.execute(
        delete(ram_members).where(ram_members.c.group_id == group_id, ram_members.c.user_id == user_id)
    )
    return done.rowcount > 0


def groups_of(connection: Connection, user_id: str) -> list[tuple[Group, int]]:
    """A user's groups by name, each with when the user joined it."""
    found = connection.execute(
        select(ram_groups, ram_members.c.joined_at)
        .join_from(ram_groups, ram_members)
        .where(ram_members.c.user_id == user_id)
        .order_by(ram_groups.c.group_name)
    )
    return [(group_of(row), row.joined_at) for row in found]


def members_of(connection: Connection, group_id: str, after: str, limit: int) -> list[tuple[User, int]]:
    """Up to `limit` users of a group by name behind `after`, each with when it joined."""
    found = connection.execute(
        select(ram_users, ram_members.c.joined_at)
        .join_from(ram_users, ram_members)
        .where(ram_members.c.group_id == group_id, ram_users.c.user_name > after)
        .order_by(ram_users.c.user_name)
        .limit(limit)
    )
    return [(user_of(row), row.joined_at) for row in found]

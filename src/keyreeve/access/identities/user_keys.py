"""The SQL of users' AccessKeys, but for making them, which accounts.py does."""

from sqlalchemy import ColumnElement, Connection, delete, select, update

from keyreeve.access.identities.model import UserAccessKey
from keyreeve.storage.schema import access_keys


def list_access_keys(connection: Connection, user_id: str) -> list[UserAccessKey]:
    """Oldest first."""
    found = connection.execute(
        select(access_keys.c.access_key_id, access_keys.c.active, access_keys.c.created_at)
        .where(access_keys.c.user_id == user_id)
        .order_by(access_keys.c.created_at, access_keys.c.access_key_id)
    )
    return [UserAccessKey(row.access_key_id, row.active, row.created_at) for row in found]


def set_active(connection: Connection, user_id: str, access_key_id: str, *, active: bool) -> bool:
    """Whether the user has this AccessKey."""
    done = connection.execute(update(access_keys).where(*_of_user(user_id, access_key_id)).values(active=active))
    return done.rowcount > 0


def delete_access_key(connection: Connection, user_id: str, access_key_id: str) -> bool:
    """Whether the user had this AccessKey."""
    done = connection.execute(delete(access_keys).where(*_of_user(user_id, access_key_id)))
    return done.rowcount > 0


def _of_user(user_id: str, access_key_id: str) -> tuple[ColumnElement[bool], ...]:
    return (access_keys.c.user_id == user_id, access_keys.c.access_key_id == access_key_id)

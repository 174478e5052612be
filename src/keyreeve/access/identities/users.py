"""The SQL of users."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from keyreeve.access.identities.model import User
from keyreeve.storage.schema import ram_users


def insert_user(connection: Connection, account_id: str, user: User) -> None:
    connection.execute(
        insert(ram_users).values(
            account_id=account_id, user_id=user.user_id, created_at=user.created_at, **_changing(user)
        )
    )


def read_user(connection: Connection, account_id: str, name: str) -> User | None:
    found = connection.execute(
        select(ram_users).where(ram_users.c.account_id == account_id, ram_users.c.user_name == name)
    ).one_or_none()
    return None if found is None else user_of(found)


def list_users(connection: Connection, account_id: str, after: str, limit: int) -> list[User]:
    """Up to `limit` users by name, behind the name `after`."""
    found = connection.execute(
        select(ram_users)
        .where(ram_users.c.account_id == account_id, ram_users.c.user_name > after)
        .order_by(ram_users.c.user_name)
        .limit(limit)
    )
    return [user_of(row) for row in found]


def update_user(connection: Connection, user: User) -> None:
    connection.execute(update(ram_users).where(ram_users.c.user_id == user.user_id).values(**_changing(user)))


def delete_user(connection: Connection, user_id: str) -> None:
    connection.execute(delete(ram_users).where(ram_users.c.user_id == user_id))


def user_of(row: Row[Any]) -> User:
    return User(row.user_id, row.user_name, row.display_name, row.comments, row.created_at, row.updated_at)


def _changing(user: User) -> dict[str, str | int]:
    return {
        "user_name": user.name,
        "display_name": user.display_name,
        "comments": user.comments,
        "updated_at": user.updated_at,
    }

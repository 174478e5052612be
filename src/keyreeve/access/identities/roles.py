"""The SQL of roles."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from keyreeve.access.identities.model import Role
from keyreeve.storage.schema import ram_roles


def insert_role(connection: Connection, account_id: str, role: Role) -> None:
    connection.execute(
        insert(ram_roles).values(
            account_id=account_id,
            role_id=role.role_id,
            role_name=role.name,
            created_at=role.created_at,
            **_changing(role),
        )
    )


def read_role(connection: Connection, account_id: str, name: str) -> Role | None:
    found = connection.execute(
        select(ram_roles).where(ram_roles.c.account_id == account_id, ram_roles.c.role_name == name)
    ).one_or_none()
    return None if found is None else role_of(found)


def list_roles(connection: Connection, account_id: str, after: str, limit: int) -> list[Role]:
    """Up to `limit` roles by name, behind the name `after`."""
    found = connection.execute(
        select(ram_roles)
        .where(ram_roles.c.account_id == account_id, ram_roles.c.role_name > after)
        .order_by(ram_roles.c.role_name)
        .limit(limit)
    )
    return [role_of(row) for row in found]


def update_role(connection: Connection, role: Role) -> None:
    connection.execute(update(ram_roles).where(ram_roles.c.role_id == role.role_id).values(**_changing(role)))


def delete_role(connection: Connection, role_id: str) -> None:
    connection.execute(delete(ram_roles).where(ram_roles.c.role_id == role_id))


def role_of(row: Row[Any]) -> Role:
    return Role(
        row.role_id,
        row.role_name,
        row.description,
        row.trust_policy,
        row.max_session_seconds,
        row.created_at,
        row.updated_at,
    )


def _changing(role: Role) -> dict[str, str | int]:
    return {
        "description": role.description,
        "trust_policy": role.trust_policy,
        "max_session_seconds": role.max_session_seconds,
        "updated_at": role.updated_at,
    }

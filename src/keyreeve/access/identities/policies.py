"""The SQL of an account's own policies and their versions."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from keyreeve.access.authorisation import CUSTOM
from keyreeve.access.identities.model import Policy, PolicyVersion
from keyreeve.storage.schema import ram_policies, ram_policy_versions


def insert_policy(connection: Connection, account_id: str, policy: Policy) -> None:
    connection.execute(
        insert(ram_policies).values(
            account_id=account_id, policy_name=policy.name, created_at=policy.created_at, **_changing(policy)
        )
    )


def read_policy(connection: Connection, account_id: str, name: str) -> Policy | None:
    found = connection.execute(
        select(ram_policies).where(ram_policies.c.account_id == account_id, ram_policies.c.policy_name == name)
    ).one_or_none()
    return None if found is None else _policy_of(found)


def list_policies(connection: Connection, account_id: str, after: str, limit: int) -> list[Policy]:
    """Up to `limit` policies by name, behind the name `after`."""
    found = connection.execute(
        select(ram_policies)
        .where(ram_policies.c.account_id == account_id, ram_policies.c.policy_name > after)
        .order_by(ram_policies.c.policy_name)
        .limit(limit)
    )
    return [_policy_of(row) for row in found]


def update_policy(connection: Connection, account_id: str, policy: Policy) -> None:
    connection.execute(
        update(ram_policies)
        .where(ram_policies.c.account_id == account_id, ram_policies.c.policy_name == policy.name)
        .values(**_changing(policy))
    )


def delete_policy(connection: Connection, account_id: str, name: str) -> None:
    """With all its versions."""
    connection.execute(
        delete(ram_policies).where(ram_policies.c.account_id == account_id, ram_policies.c.policy_name == name)
    )


def insert_version(connection: Connection, account_id: str, name: str, version: PolicyVersion) -> None:
    connection.execute(
        insert(ram_policy_versions).values(
            account_id=account_id,
            policy_name=name,
            version=version.version,
            document=version.document,
            created_at=version.created_at,
        )
    )


def list_versions(connection: Connection, account_id: str, name: str) -> list[PolicyVersion]:
    """All versions of a policy, oldest first."""
    found = connection.execute(
        select(ram_policy_versions)
        .where(ram_policy_versions.c.account_id == account_id, ram_policy_versions.c.policy_name == name)
        .order_by(ram_policy_versions.c.version)
    )
    return [PolicyVersion(row.version, row.document, row.created_at) for row in found]


def delete_version(connection: Connection, account_id: str, name: str, version: int) -> None:
    connection.execute(
        delete(ram_policy_versions).where(
            ram_policy_versions.c.account_id == account_id,
            ram_policy_versions.c.policy_name == name,
            ram_policy_versions.c.version == version,
        )
    )


def _policy_of(row: Row[Any]) -> Policy:
    return Policy(
        CUSTOM,
        row.policy_name,
        row.description,
        row.default_version,
        row.last_version,
        row.created_at,
        row.updated_at,
    )


def _changing(policy: Policy) -> dict[str, str | int]:
    return {
        "description": policy.description,
        "default_version": policy.default_version,
        "last_version": policy.last_version,
        "updated_at": policy.updated_at,
    }

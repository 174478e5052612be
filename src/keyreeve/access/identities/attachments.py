"""The SQL of which policy is attached to whom."""

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from keyreeve.access.identities.groups import group_of
from keyreeve.access.identities.model import Group, Holder, HolderKind, Role, User
from keyreeve.access.identities.roles import role_of
from keyreeve.access.identities.users import user_of
from keyreeve.storage.schema import ram_attachments, ram_groups, ram_roles, ram_users


def attach(connection: Connection, account_id: str, holder: Holder, policy: tuple[str, str], now: int) -> None:
    """`policy` is its type and its name, here and below."""
    policy_type, name = policy
    connection.execute(
        insert(ram_attachments).values(
            account_id=account_id,
            holder_id=holder.holder_id,
            policy_type=policy_type,
            policy_name=name,
            holder_kind=holder.kind.value,
            attached_at=now,
        )
    )


def detach(connection: Connection, account_id: str, holder: Holder, policy: tuple[str, str]) -> bool:
    """Whether the policy was attached."""
    done = connection.execute(
        delete(ram_attachments).where(ram_attachments.c.holder_id == holder.holder_id, *_of_policy(account_id, policy))
    )
    return done.rowcount > 0


def is_attached(connection: Connection, account_id: str, holder: Holder, policy: tuple[str, str]) -> bool:
    found = connection.execute(
        select(ram_attachments.c.holder_id).where(
            ram_attachments.c.holder_id == holder.holder_id, *_of_policy(account_id, policy)
        )
    )
    return found.first() is not None


def attached_to(connection: Connection, account_id: str, holder: Holder) -> list[tuple[str, str, int]]:
    """The type and name of every policy of a holder, and when it was attached; in that order."""
    found = connection.execute(
        select(ram_attachments.c.policy_type, ram_attachments.c.policy_name, ram_attachments.c.attached_at)
        .where(ram_attachments.c.account_id == account_id, ram_attachments.c.holder_id == holder.holder_id)
        .order_by(ram_attachments.c.policy_type, ram_attachments.c.policy_name)
    )
    return [(row.policy_type, row.policy_name, row.attached_at) for row in found]


def counts(connection: Connection, account_id: str) -> dict[tuple[str, str], int]:
    """To how many each policy of an account is attached; those attached to nobody are not there."""
    found = connection.execute(
        select(ram_attachments.c.policy_type, ram_attachments.c.policy_name, func.count())
        .where(ram_attachments.c.account_id == account_id)
        .group_by(ram_attachments.c.policy_type, ram_attachments.c.policy_name)
    )
    return {(policy_type, name): count for policy_type, name, count in found}


def kinds_of_holders(connection: Connection, account_id: str, policy: tuple[str, str]) -> set[HolderKind]:
    found = connection.execute(select(ram_attachments.c.holder_kind).where(*_of_policy(account_id, policy)).distinct())
    return {HolderKind(kind) for kind in found.scalars()}


def users_with(connection: Connection, account_id: str, policy: tuple[str, str]) -> list[tuple[User, int]]:
    """The users that a policy is attached to, by name, and since when; groups and roles below likewise."""
    found = connection.execute(
        select(ram_users, ram_attachments.c.attached_at)
        .join_from(ram_users, ram_attachments, ram_attachments.c.holder_id == ram_users.c.user_id)
        .where(*_of_policy(account_id, policy))
        .order_by(ram_users.c.user_name)
    )
    return [(user_of(row), row.attached_at) for row in found]


def groups_with(connection: Connection, account_id: str, policy: tuple[str, str]) -> list[tuple[Group, int]]:
    found = connection.execute(
        select(ram_groups, ram_attachments.c.attached_at)
        .join_from(ram_groups, ram_attachments, ram_attachments.c.holder_id == ram_groups.c.group_id)
        .where(*_of_policy(account_id, policy))
        .order_by(ram_groups.c.group_name)
    )
    return [(group_of(row), row.attached_at) for row in found]


def roles_with(connection: Connection, account_id: str, policy: tuple[str, str]) -> list[tuple[Role, int]]:
    found = connection.execute(
        select(ram_roles, ram_attachments.c.attached_at)
        .join_from(ram_roles, ram_attachments, ram_attachments.c.holder_id == ram_roles.c.role_id)
        .where(*_of_policy(account_id, policy))
        .order_by(ram_roles.c.role_name)
    )
    return [(role_of(row), row.attached_at) for row in found]


def _of_policy(account_id: str, policy: tuple[str, str]) -> tuple[ColumnElement[bool], ...]:
    policy_type, name = policy
    return (
        ram_attachments.c.account_id == account_id,
        ram_attachments.c.policy_type == policy_type,
        ram_attachments.c.policy_name == name,
    )

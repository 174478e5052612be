from sqlalchemy import Connection, select

from keyreeve.access.callers import Caller, CallerKind
from keyreeve.storage.schema import ram_roles, ram_users


def caller_named(connection: Connection, account_id: str, name: str) -> Caller | None:
    """The caller that `user/<name>`, `role/<name>` or a user's bare name would be, with no AccessKey."""
    kind, slash, rest = name.partition("/")
    if not slash:
        kind, rest = "user", name
    if kind == "role":
        found = connection.execute(
            select(ram_roles.c.role_id).where(ram_roles.c.account_id == account_id, ram_roles.c.role_name == rest)
        ).scalar_one_or_none()
        return None if found is None else Caller(account_id, "", CallerKind.ROLE, found, rest)
    if kind != "user":
        return None
    found = connection.execute(
        select(ram_users.c.user_id).where(ram_users.c.account_id == account_id, ram_users.c.user_name == rest)
    ).scalar_one_or_none()
    return None if found is None else Caller(account_id, "", CallerKind.USER, found, rest)

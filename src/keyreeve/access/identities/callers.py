from sqlalchemy import Connection

from keyreeve.access.callers import Caller, CallerKind
from keyreeve.access.identities.roles import read_role
from keyreeve.access.identities.users import read_user


def caller_named(connection: Connection, account_id: str, name: str) -> Caller | None:
    """The caller that `user/<name>`, `role/<name>` or a user's bare name would be, with no AccessKey."""
    kind, slash, rest = name.partition("/")
    if not slash:
        kind, rest = "user", name
    if kind == "role":
        role = read_role(connection, account_id, rest)
        return None if role is None else Caller(account_id, "", CallerKind.ROLE, role.role_id, rest)
    user = read_user(connection, account_id, rest) if kind == "user" else None
    return None if user is None else Caller(account_id, "", CallerKind.USER, user.user_id, rest)

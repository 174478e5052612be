"""Which rotations are to be done now: those whose time has come, and those that did not succeed or end."""

from uuid import uuid4

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.due import Due
from keyreeve.errors import Throttled
from keyreeve.secrets import store as secrets
from keyreeve.secrets.rotation import store
from keyreeve.secrets.rotation.beginning import begin


def secrets_to_rotate(connection: Connection, now: int, after: str, limit: int) -> list[Due]:
    found = secrets.secrets_to_rotate(connection, now, after, limit)
    return [Due(secret.secret_id, secret.account_id, secret.resource) for secret in found]


def begin_if_due(ctx: Context, secret_id: str) -> bool:
    """Put down a rotation whose time has come, in a transaction: once, whoever else is looking."""
    secret = secrets.read_secret_by_id(ctx.db, secret_id)
    if secret is None or secret.delete_at is not None:
        return False
    due = secret.next_rotation_at is not None and secret.next_rotation_at <= ctx.now
    if not due or store.read_rotation(ctx.db, secret_id) is not None:
        return False
    try:
        begin(ctx, secret, str(uuid4()), first_attempt_at=ctx.now)
    except Throttled:
        return False
    return True

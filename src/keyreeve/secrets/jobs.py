"""What time does to secrets: deletion at the end of a window, and rotations that begin."""

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.due import Due, Job
from keyreeve.secrets import rules, store
from keyreeve.secrets.rotation.schedule import begin_if_due, secrets_to_rotate


def delete(ctx: Context, secret_id: str) -> bool:
    secret = store.read_secret_by_id(ctx.db, secret_id)
    if secret is None or not rules.is_gone(secret, ctx.now):
        return False
    store.delete_secret(ctx.db, secret_id)
    return True


def _to_delete(connection: Connection, now: int, after: str, limit: int) -> list[Due]:
    found = store.secrets_to_delete(connection, now, after, limit)
    return [Due(secret.secret_id, secret.account_id, secret.resource) for secret in found]


JOBS = (
    Job("job.DeleteSecret", _to_delete, delete, erases=True),
    Job("job.BeginRotation", secrets_to_rotate, begin_if_due),
)

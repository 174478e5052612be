"""The SQL of rotations."""

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from keyreeve.due import Due
from keyreeve.secrets.rotation.model import Phase, Rotation
from keyreeve.storage.schema import secret_rotation_times, secret_rotations, secrets

_FIELDS = Rotation.__dataclass_fields__


def read_rotation(connection: Connection, secret_id: str) -> Rotation | None:
    query = select(secret_rotations).where(secret_rotations.c.secret_id == secret_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _rotation(row)


def insert_rotation(connection: Connection, rotation: Rotation) -> None:
    connection.execute(insert(secret_rotations).values(_columns(rotation)))


def update_rotation(connection: Connection, rotation: Rotation) -> None:
    where = secret_rotations.c.secret_id == rotation.secret_id
    connection.execute(update(secret_rotations).where(where).values(_columns(rotation)))


def delete_rotation(connection: Connection, secret_id: str) -> None:
    connection.execute(delete(secret_rotations).where(secret_rotations.c.secret_id == secret_id))


def rotations_to_try(connection: Connection, now: int, limit: int) -> list[Due]:
    """The ones that have waited longest first."""
    query = (
        select(secrets.c.secret_id, secrets.c.account_id, secrets.c.secret_name)
        .join(secret_rotations, secret_rotations.c.secret_id == secrets.c.secret_id)
        .where(secret_rotations.c.next_attempt_at <= now)
        .order_by(secret_rotations.c.next_attempt_at)
        .limit(limit)
    )
    return [Due(row.secret_id, row.account_id, f"secret/{row.secret_name}") for row in connection.execute(query)]


def claimants(connection: Connection) -> set[str]:
    query = select(secret_rotations.c.claim).where(secret_rotations.c.claim.is_not(None))
    return set(connection.execute(query).scalars())


def note_beginning(connection: Connection, secret_id: str, version_id: str, now: int, forget_before: int) -> None:
    """Count a rotation, and forget those that no longer count."""
    times = secret_rotation_times
    connection.execute(delete(times).where(times.c.secret_id == secret_id, times.c.began_at <= forget_before))
    connection.execute(insert(times).values(secret_id=secret_id, version_id=version_id, began_at=now))


def count_begun(connection: Connection, secret_id: str, since: int) -> int:
    times = secret_rotation_times
    query = select(func.count()).where(times.c.secret_id == secret_id, times.c.began_at > since)
    return connection.execute(query).scalar_one()


def _columns(rotation: Rotation) -> dict[str, Any]:
    return {name: getattr(rotation, name) for name in _FIELDS}


def _rotation(row: Row[Any]) -> Rotation:
    values = {name: getattr(row, name) for name in _FIELDS}
    values["phase"] = Phase(row.phase)
    return Rotation(**values)

"""The SQL of the secrets domain: secrets, their versions and stages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, func, insert, or_, select, update

from keyreeve.secrets.model import DataType, NamedSecret, SecretType, SecretVersion, Stages
from keyreeve.storage.prepared import Prepared
from keyreeve.storage.schema import secret_rotations, secret_stages, secret_tags, secret_versions, secrets

_FIELDS = NamedSecret.__dataclass_fields__
_VERSION_FIELDS = SecretVersion.__dataclass_fields__
# For reading and storing values.
_SECRET = Prepared(
    select(secrets).where(secrets.c.account_id == bindparam("account_id"), secrets.c.secret_name == bindparam("name"))
)
_VERSION = Prepared(
    select(secret_versions).where(
        secret_versions.c.secret_id == bindparam("of"), secret_versions.c.version_id == bindparam("version")
    )
)
_NUMBERS = Prepared(
    select(secret_versions.c.version_id, secret_versions.c.number, secret_stages.c.stage)
    .outerjoin(secret_stages)
    .where(secret_versions.c.secret_id == bindparam("of"))
    .order_by(secret_versions.c.number)
)
_STAGES = Prepared(
    select(secret_stages).where(secret_stages.c.secret_id == bindparam("of")).order_by(secret_stages.c.stage)
)
_OF_STAGE = (secret_stages.c.secret_id == bindparam("of"), secret_stages.c.stage == bindparam("at"))
_MOVE_STAGE = Prepared(update(secret_stages).where(*_OF_STAGE).values(version_id=bindparam("to")))
_TAKE_STAGE = Prepared(delete(secret_stages).where(*_OF_STAGE))
_NEW_STAGE = Prepared(insert(secret_stages), ("secret_id", "stage", "version_id"))
_NEW_VERSION = Prepared(insert(secret_versions), tuple(_VERSION_FIELDS))
_UPDATED = Prepared(update(secrets).where(secrets.c.secret_id == bindparam("of")).values(updated_at=bindparam("now")))
_DROP = Prepared(
    delete(secret_versions).where(
        secret_versions.c.secret_id == bindparam("of"), secret_versions.c.version_id == bindparam("version")
    )
)


def insert_secret(connection: Connection, secret: NamedSecret) -> None:
    connection.execute(insert(secrets).values(_columns(secret)))


def update_secret(connection: Connection, secret: NamedSecret) -> None:
    connection.execute(update(secrets).where(secrets.c.secret_id == secret.secret_id).values(_columns(secret)))


def note_update(connection: Connection, secret_id: str, now: int) -> None:
    """Say that a secret has changed, and nothing else of it."""
    _UPDATED.run(connection, {"of": secret_id, "now": now})


def delete_secret(connection: Connection, secret_id: str) -> None:
    """Versions, stages, tags and rotations go with it: their foreign keys cascade."""
    connection.execute(delete(secrets).where(secrets.c.secret_id == secret_id))


def read_secret(connection: Connection, account_id: str, name: str) -> NamedSecret | None:
    row = _SECRET.one(connection, account_id=account_id, name=name)
    return None if row is None else _secret(row)


def read_secret_by_id(connection: Connection, secret_id: str) -> NamedSecret | None:
    row = connection.execute(select(secrets).where(secrets.c.secret_id == secret_id)).one_or_none()
    return None if row is None else _secret(row)


def count_secrets(connection: Connection, account_id: str) -> int:
    query = select(func.count()).select_from(secrets).where(secrets.c.account_id == account_id)
    return connection.execute(query).scalar_one()


def list_secrets(
    connection: Connection,
    account_id: str,
    now: int,
    filters: Mapping[str, Collection[str]],
    offset: int,
    limit: int,
) -> tuple[list[NamedSecret], int]:
    """Newest first; `filters` maps a column, or tag_key or tag_value, to the values it may have."""
    conditions = [secrets.c.account_id == account_id, or_(secrets.c.delete_at.is_(None), secrets.c.delete_at > now)]
    conditions += [_matches(name, sorted(values)) for name, values in filters.items()]
    query = select(secrets).where(*conditions)
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    page = query.order_by(secrets.c.created_at.desc(), secrets.c.secret_id).offset(offset).limit(limit)
    return [_secret(row) for row in connection.execute(page)], total


def ids_of_account(account_id: str, now: int) -> Select[tuple[str]]:
    """For a query about what belongs to the secrets that an account has."""
    there = or_(secrets.c.delete_at.is_(None), secrets.c.delete_at > now)
    return select(secrets.c.secret_id).where(secrets.c.account_id == account_id, there)


def names_of(connection: Connection, secret_ids: Iterable[str]) -> dict[str, str]:
    query = select(secrets.c.secret_id, secrets.c.secret_name).where(secrets.c.secret_id.in_(list(secret_ids)))
    return {row.secret_id: row.secret_name for row in connection.execute(query)}


def secrets_to_delete(connection: Connection, now: int, after: str, limit: int) -> list[NamedSecret]:
    return _walk(connection, secrets.c.delete_at <= now, after, limit)


def secrets_to_rotate(connection: Connection, now: int, after: str, limit: int) -> list[NamedSecret]:
    """Those that are not on their way already."""
    begun = select(secret_rotations.c.secret_id)
    due = (secrets.c.next_rotation_at <= now) & secrets.c.delete_at.is_(None) & secrets.c.secret_id.not_in(begun)
    return _walk(connection, due, after, limit)


def insert_version(connection: Connection, version: SecretVersion) -> None:
    _NEW_VERSION.run(connection, {name: getattr(version, name) for name in _VERSION_FIELDS})


def read_version(connection: Connection, secret_id: str, version_id: str) -> SecretVersion | None:
    row = _VERSION.one(connection, of=secret_id, version=version_id)
    return None if row is None else _version(row)


def version_numbers(connection: Connection, secret_id: str) -> tuple[dict[str, int], dict[str, str]]:
    """The versions by their ids, from the oldest, and the stages."""
    numbers: dict[str, int] = {}
    stages: dict[str, str] = {}
    for row in _NUMBERS.rows(connection, of=secret_id):
        numbers[row.version_id] = row.number
        if row.stage is not None:
            stages[row.stage] = row.version_id
    return numbers, stages


def list_versions(
    connection: Connection, secret_id: str, *, unmarked: bool, offset: int, limit: int
) -> tuple[list[SecretVersion], int]:
    """Newest first; `unmarked` says whether those without a stage are listed as well."""
    query = select(secret_versions).where(secret_versions.c.secret_id == secret_id)
    if not unmarked:
        marked = select(secret_stages.c.version_id).where(secret_stages.c.secret_id == secret_id)
        query = query.where(secret_versions.c.version_id.in_(marked))
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    page = query.order_by(secret_versions.c.number.desc()).offset(offset).limit(limit)
    return [_version(row) for row in connection.execute(page)], total


def delete_versions(connection: Connection, secret_id: str, version_ids: Sequence[str]) -> None:
    _DROP.run(connection, *({"of": secret_id, "version": version_id} for version_id in version_ids))


def read_stages(connection: Connection, secret_id: str) -> dict[str, str]:
    return {row.stage: row.version_id for row in _STAGES.rows(connection, of=secret_id)}


def write_stages(connection: Connection, secret_id: str, before: Stages, after: Stages) -> None:
    """Make the stages of a secret, which are `before` now, those of `after`."""
    taken = (stage for stage in before if stage not in after)
    moved = (stage for stage in after if before.get(stage, after[stage]) != after[stage])
    new = (stage for stage in after if stage not in before)
    _TAKE_STAGE.run(connection, *({"of": secret_id, "at": stage} for stage in taken))
    _MOVE_STAGE.run(connection, *({"of": secret_id, "at": stage, "to": after[stage]} for stage in moved))
    _NEW_STAGE.run(connection, *({"secret_id": secret_id, "stage": stage, "version_id": after[stage]} for stage in new))


def _matches(name: str, values: list[str]) -> ColumnElement[bool]:
    if name in ("tag_key", "tag_value"):
        tagged = select(secret_tags.c.secret_id).where(secret_tags.c[name].in_(values))
        return secrets.c.secret_id.in_(tagged)
    if name == "secret_type":
        return secrets.c.secret_type.in_(values)
    # LIKE would tell large letters from small ones on PostgreSQL only.
    return or_(*(func.replace(secrets.c[name], value, "") != secrets.c[name] for value in values))


def _walk(connection: Connection, condition: ColumnElement[bool], after: str, limit: int) -> list[NamedSecret]:
    query = select(secrets).where(condition, secrets.c.secret_id > after).order_by(secrets.c.secret_id).limit(limit)
    return [_secret(row) for row in connection.execute(query)]


def _columns(secret: NamedSecret) -> dict[str, Any]:
    return {name: getattr(secret, name) for name in _FIELDS}


def _secret(row: Row[Any]) -> NamedSecret:
    values = {name: getattr(row, name) for name in _FIELDS}
    values["secret_type"] = SecretType(row.secret_type)
    return NamedSecret(**values)


def _version(row: Row[Any]) -> SecretVersion:
    values = {name: getattr(row, name) for name in _VERSION_FIELDS}
    values["data_type"] = DataType(row.data_type)
    return SecretVersion(**values)

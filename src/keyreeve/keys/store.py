"""The SQL of the keys domain."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from keyreeve.crypto.specs import KeySpec, KeyUsage
from keyreeve.keys.model import (
    Alias,
    CreatorType,
    Key,
    KeyKind,
    KeyState,
    KeyVersion,
    Origin,
    ProtectionLevel,
    StoredVersion,
)
from keyreeve.storage.prepared import Prepared
from keyreeve.storage.schema import aliases, key_versions, keys

_NEWEST_VERSIONS = (key_versions.c.created_at.desc(), key_versions.c.version_id)
_KEY_FIELDS = Key.__dataclass_fields__
# Read again after every write.
_KEY = Prepared(select(keys).where(keys.c.key_id == bindparam("of")))
_VERSION = Prepared(select(key_versions).where(key_versions.c.version_id == bindparam("of")))
_VERSION_TO_USE = Prepared(
    select(key_versions, keys.c.spec, keys.c.usage, keys.c.protection_level)
    .join(keys)
    .where(key_versions.c.version_id == bindparam("of"))
)


def insert_key(connection: Connection, key: Key) -> None:
    connection.execute(insert(keys).values(_columns(key)))


def update_key(connection: Connection, key: Key) -> None:
    connection.execute(update(keys).where(keys.c.key_id == key.key_id).values(_columns(key)))


def delete_key(connection: Connection, key_id: str) -> None:
    """Versions, aliases and tags go with it: their foreign keys cascade."""
    connection.execute(delete(keys).where(keys.c.key_id == key_id))


def read_key(connection: Connection, key_id: str) -> Key | None:
    row = _KEY.one(connection, of=key_id)
    return None if row is None else _key(row)


def read_service_key(connection: Connection, account_id: str, service: str) -> Key | None:
    """The newest, where an older one was deleted."""
    found = select(keys).where(keys.c.account_id == account_id, keys.c.service == service)
    row = connection.execute(found.order_by(keys.c.created_at.desc()).limit(1)).one_or_none()
    return None if row is None else _key(row)


def key_named(connection: Connection, account_id: str, name: str) -> Key | None:
    """Whether or not its time has come: law 6 is the caller's to ask."""
    row = connection.execute(select(keys).where(keys.c.account_id == account_id, keys.c.name == name)).one_or_none()
    return None if row is None else _key(row)


def list_keys(
    connection: Connection,
    account_id: str,
    now: int,
    filters: Mapping[str, frozenset[str]],
    offset: int,
    limit: int,
    among: Sequence[Select[str]] = (),
) -> tuple[list[Key], int]:
    """Newest first; `filters` maps a column's name to the values it may have, `among` are queries for ids.

    Returns a page and the total.
    """
    conditions: list[ColumnElement[bool]] = [keys.c.account_id == account_id, _not_gone(now)]
    columns: dict[str, ColumnElement[Any]] = {**keys.c, "state": _state_at(now), "creator_type": _creator_type()}
    conditions += [columns[name].in_(sorted(values)) for name, values in filters.items()]
    conditions += [keys.c.key_id.in_(ids) for ids in among]
    rows, total = _page(
        connection,
        select(keys).where(*conditions).order_by(keys.c.created_at.desc(), keys.c.key_id),
        offset,
        limit,
    )
    return [_key(row) for row in rows], total


def ids_of_account(account_id: str, now: int) -> Select[tuple[str]]:
    """For a query about what belongs to the keys that an account has."""
    return select(keys.c.key_id).where(keys.c.account_id == account_id, _not_gone(now))


def keys_to_delete(connection: Connection, now: int, after: str, limit: int) -> list[Key]:
    return _due(connection, keys.c.delete_at <= now, after, limit)


def keys_to_rotate(connection: Connection, now: int, after: str, limit: int) -> list[Key]:
    rotates = and_(keys.c.state == KeyState.ENABLED, keys.c.rotation_seconds.is_not(None))
    due_at = keys.c.last_rotated_at + keys.c.rotation_seconds * 1000
    return _due(connection, and_(rotates, due_at <= now), after, limit)


def keys_to_empty(connection: Connection, now: int, after: str, limit: int) -> list[Key]:
    return _due(connection, keys.c.material_expire_at <= now, after, limit)


def _due(connection: Connection, condition: ColumnElement[bool], after: str, limit: int) -> list[Key]:
    """In the order of their ids, for a walk over everything."""
    rows = connection.execute(select(keys).where(condition, keys.c.key_id > after).order_by(keys.c.key_id).limit(limit))
    return [_key(row) for row in rows]


def insert_version(connection: Connection, stored: StoredVersion) -> None:
    version = stored.version
    connection.execute(
        insert(key_versions).values(
            version_id=version.version_id,
            key_id=version.key_id,
            created_at=version.created_at,
            sealed_material=stored.sealed_material,
            public_key=stored.public_key,
            sealed_fingerprint=stored.sealed_fingerprint,
        )
    )


def read_version(connection: Connection, version_id: str) -> StoredVersion | None:
    row = _VERSION.one(connection, of=version_id)
    return None if row is None else _stored(row)


def read_version_to_use(connection: Connection, version_id: str) -> tuple[StoredVersion, KeyKind] | None:
    row = _VERSION_TO_USE.one(connection, of=version_id)
    if row is None:
        return None
    in_token = ProtectionLevel(row.protection_level) is ProtectionLevel.HSM
    return _stored(row), KeyKind(KeySpec(row.spec), KeyUsage(row.usage), in_token)


def count_versions(connection: Connection, key_id: str) -> int:
    return _count(connection, select(key_versions).where(key_versions.c.key_id == key_id))


def count_keys(connection: Connection, account_id: str) -> int:
    """Of those that its callers made."""
    return _count(connection, select(keys).where(keys.c.account_id == account_id, keys.c.service.is_(None)))


def count_aliases(connection: Connection, account_id: str, key_id: str | None = None) -> int:
    found = select(aliases).where(aliases.c.account_id == account_id)
    return _count(connection, found if key_id is None else found.where(aliases.c.key_id == key_id))


def count_account_versions(connection: Connection, account_id: str) -> int:
    return _count(connection, select(key_versions).join(keys).where(keys.c.account_id == account_id))


def version_ids(connection: Connection, key_id: str) -> list[str]:
    """Newest first."""
    found = select(key_versions.c.version_id).where(key_versions.c.key_id == key_id)
    return list(connection.execute(found.order_by(*_NEWEST_VERSIONS)).scalars())


def list_versions(connection: Connection, key_id: str, offset: int, limit: int) -> tuple[list[KeyVersion], int]:
    rows, total = _page(
        connection,
        select(key_versions).where(key_versions.c.key_id == key_id).order_by(*_NEWEST_VERSIONS),
        offset,
        limit,
    )
    return [_version(row) for row in rows], total


def versions_after(connection: Connection, version_id: str, limit: int) -> list[StoredVersion]:
    """Versions of all keys in the order of their ids: for a walk over everything."""
    rows = connection.execute(
        select(key_versions)
        .where(key_versions.c.version_id > version_id)
        .order_by(key_versions.c.version_id)
        .limit(limit)
    )
    return [_stored(row) for row in rows]


def update_sealed(
    connection: Connection, version_id: str, sealed_material: bytes | None, sealed_fingerprint: bytes | None
) -> None:
    """Replace what is sealed of a version; None for nothing."""
    connection.execute(
        update(key_versions)
        .where(key_versions.c.version_id == version_id)
        .values(sealed_material=sealed_material, sealed_fingerprint=sealed_fingerprint)
    )


def insert_alias(connection: Connection, account_id: str, alias: Alias) -> None:
    connection.execute(
        insert(aliases).values(
            account_id=account_id, alias_name=alias.name, key_id=alias.key_id, created_at=alias.created_at
        )
    )


def read_alias(connection: Connection, account_id: str, name: str) -> Alias | None:
    row = connection.execute(select(aliases).where(*_named(account_id, name))).one_or_none()
    return None if row is None else _alias(row)


def update_alias(connection: Connection, account_id: str, alias: Alias) -> None:
    connection.execute(update(aliases).where(*_named(account_id, alias.name)).values(key_id=alias.key_id))


def delete_alias(connection: Connection, account_id: str, name: str) -> None:
    connection.execute(delete(aliases).where(*_named(account_id, name)))


def list_aliases(
    connection: Connection, account_id: str, now: int, key_id: str | None, offset: int, limit: int
) -> tuple[list[Alias], int]:
    """Newest first: a page and the total."""
    newest_first = (aliases.c.created_at.desc(), aliases.c.alias_name)
    rows, total = _page(connection, _aliases_of(account_id, now, key_id).order_by(*newest_first), offset, limit)
    return [_alias(row) for row in rows], total


def aliases_after(
    connection: Connection, account_id: str, now: int, key_id: str | None, after: str, limit: int
) -> list[Alias]:
    """In the order of their names."""
    found = _aliases_of(account_id, now, key_id).where(aliases.c.alias_name > after)
    return [_alias(row) for row in connection.execute(found.order_by(aliases.c.alias_name).limit(limit))]


def _aliases_of(account_id: str, now: int, key_id: str | None) -> Select[Any]:
    found = select(aliases).join(keys).where(aliases.c.account_id == account_id, _not_gone(now))
    return found if key_id is None else found.where(aliases.c.key_id == key_id)


def _not_gone(now: int) -> ColumnElement[bool]:
    """Law 6 of keys/rules.py, for a list."""
    return or_(keys.c.delete_at.is_(None), keys.c.delete_at > now)


def _state_at(now: int) -> ColumnElement[str]:
    """Laws 8 and 9 of keys/rules.py, for a list."""
    expired = and_(keys.c.material_expire_at <= now, keys.c.state != KeyState.PENDING_DELETION)
    return case((expired, KeyState.PENDING_IMPORT.value), else_=keys.c.state)


def _creator_type() -> ColumnElement[str]:
    return case((keys.c.service.is_(None), CreatorType.USER.value), else_=CreatorType.SERVICE.value)


def _named(account_id: str, name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return aliases.c.account_id == account_id, aliases.c.alias_name == name


def _count(connection: Connection, query: Select[Any]) -> int:
    return connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()


def _page(connection: Connection, query: Select[Any], offset: int, limit: int) -> tuple[list[Row[Any]], int]:
    total = _count(connection, query)
    rows: list[Row[Any]] = []
    if limit:
        rows.extend(connection.execute(query.offset(offset).limit(limit)))
    return rows, total


def _columns(key: Key) -> dict[str, Any]:
    return {name: getattr(key, name) for name in _KEY_FIELDS}


def _key(row: Row[Any]) -> Key:
    values = {name: getattr(row, name) for name in _KEY_FIELDS}
    values["spec"] = KeySpec(row.spec)
    values["usage"] = KeyUsage(row.usage)
    values["origin"] = Origin(row.origin)
    values["protection_level"] = ProtectionLevel(row.protection_level)
    values["state"] = KeyState(row.state)
    return Key(**values)


def _alias(row: Row[Any]) -> Alias:
    return Alias(row.alias_name, row.key_id, row.created_at)


def _stored(row: Row[Any]) -> StoredVersion:
    return StoredVersion(_version(row), row.sealed_material, row.public_key, row.sealed_fingerprint)


def _version(row: Row[Any]) -> KeyVersion:
    return KeyVersion(row.version_id, row.key_id, row.created_at)

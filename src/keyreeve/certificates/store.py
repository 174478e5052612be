"""The SQL of the certificates domain."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from keyreeve.certificates.model import Certificate, Status
from keyreeve.crypto.specs import KeySpec
from keyreeve.keys.model import ProtectionLevel
from keyreeve.storage.schema import certificates

_FIELDS = Certificate.__dataclass_fields__
_COLUMNS = [certificates.c[name] for name in _FIELDS]


class SealedKey(NamedTuple):
    certificate_id: str
    account_id: str
    sealed: bytes


class Expiry(NamedTuple):
    certificate_id: str
    not_after: int


def insert_certificate(connection: Connection, certificate: Certificate, sealed: bytes | None) -> None:
    values = {name: getattr(certificate, name) for name in _FIELDS}
    connection.execute(insert(certificates).values(**values, sealed_private_key=sealed))


def update_certificate(connection: Connection, certificate: Certificate) -> None:
    values = {name: getattr(certificate, name) for name in _FIELDS}
    connection.execute(update(certificates).where(_is(certificate.certificate_id)).values(values))


def delete_certificate(connection: Connection, certificate_id: str) -> None:
    """Its tags go with it: their foreign key cascades."""
    connection.execute(delete(certificates).where(_is(certificate_id)))


def read_certificate(connection: Connection, certificate_id: str) -> Certificate | None:
    row = connection.execute(select(*_COLUMNS).where(_is(certificate_id))).one_or_none()
    return None if row is None else _certificate(row)


def read_sealed_key(connection: Connection, certificate_id: str) -> bytes | None:
    query = select(certificates.c.sealed_private_key).where(_is(certificate_id))
    return connection.execute(query).scalar_one_or_none()


def count_certificates(connection: Connection, account_id: str) -> int:
    query = select(func.count()).select_from(certificates).where(certificates.c.account_id == account_id)
    return connection.execute(query).scalar_one()


def list_certificates(connection: Connection, account_id: str | None, until: int | None) -> list[Certificate]:
    """Of one account or all, the first to end first and those that have none last; `until` leaves out later ends."""
    query = select(*_COLUMNS).order_by(certificates.c.not_after.is_(None), certificates.c.not_after, _ID)
    if account_id is not None:
        query = query.where(certificates.c.account_id == account_id)
    if until is not None:
        query = query.where(certificates.c.not_after <= until)
    return [_certificate(row) for row in connection.execute(query)]


def certificates_to_warn_of(connection: Connection, now: int, after: str, limit: int) -> list[Certificate]:
    query = select(*_COLUMNS).where(certificates.c.warn_at <= now, after < _ID).order_by(_ID).limit(limit)
    return [_certificate(row) for row in connection.execute(query)]


def soonest_expiries(connection: Connection, limit: int) -> list[Expiry]:
    """Of all accounts; without those that are revoked."""
    query = select(_ID, certificates.c.not_after).where(
        certificates.c.not_after.is_not(None), certificates.c.status != Status.REVOKED
    )
    rows = connection.execute(query.order_by(certificates.c.not_after).limit(limit))
    return [Expiry(certificate_id, not_after or 0) for certificate_id, not_after in rows]


def sealed_keys_after(connection: Connection, after: str, limit: int) -> Sequence[SealedKey]:
    sealed = certificates.c.sealed_private_key
    query = select(_ID, certificates.c.account_id, sealed).where(after < _ID, sealed.is_not(None))
    return [SealedKey(*row) for row in connection.execute(query.order_by(_ID).limit(limit))]


def update_sealed_key(connection: Connection, certificate_id: str, sealed: bytes) -> None:
    connection.execute(update(certificates).where(_is(certificate_id)).values(sealed_private_key=sealed))


_ID: ColumnElement[str] = certificates.c.certificate_id


def _is(certificate_id: str) -> ColumnElement[bool]:
    return certificates.c.certificate_id == certificate_id


def _certificate(row: Row[Any]) -> Certificate:
    values = {name: getattr(row, name) for name in _FIELDS}
    values["spec"] = KeySpec(row.spec)
    values["protection_level"] = ProtectionLevel(row.protection_level)
    values["status"] = Status(row.status)
    return Certificate(**values)

"""Accounts and their AccessKeys: the rows, and making new ones."""

import hashlib
import re
import secrets
import string
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from keyreeve.access.callers import Caller, CallerKind
from keyreeve.crypto.secret import Secret
from keyreeve.storage.root_key.sealer import Sealer
from keyreeve.storage.schema import access_keys, accounts, ram_users

ACCOUNT_ID = re.compile(r"[1-9][0-9]{15}")
_LETTERS = string.ascii_letters + string.digits
# Read after every write: built once, for building costs more than running.
_ACCESS_KEY = (
    select(access_keys, ram_users.c.user_name)
    .join_from(access_keys, ram_users, isouter=True)
    .where(access_keys.c.access_key_id == bindparam("of"))
)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key to sign with, and the caller that its signature makes."""

    caller: Caller
    active: bool
    secret: Secret


@dataclass(frozen=True, slots=True)
class NewAccessKey:
    account_id: str
    access_key_id: str
    secret: Secret


def new_account_id() -> str:
    return str(secrets.randbelow(9 * 10**15) + 10**15)


def project_id(account_id: str, region_id: str) -> str:
    """The Huawei door's name for an account in a region: 32 hex digits, fixed by both."""
    return hashlib.sha256(f"keyreeve project\n{account_id}\n{region_id}".encode()).hexdigest()[:32]


def account_exists(connection: Connection, account_id: str) -> bool:
    found = connection.execute(select(accounts.c.account_id).where(accounts.c.account_id == account_id))
    return found.first() is not None


def create_account(connection: Connection, sealer: Sealer, account_id: str, now: int) -> NewAccessKey:
    """Add an account with its first AccessKey."""
    connection.execute(insert(accounts).values(account_id=account_id, created_at=now))
    return create_access_key(connection, sealer, account_id, None, now)


def create_access_key(
    connection: Connection, sealer: Sealer, account_id: str, user_id: str | None, now: int
) -> NewAccessKey:
    """A new AccessKey of a user, or of the account itself."""
    access_key_id = "LTAI" + _random_text(20)
    secret = Secret(_random_text(30).encode())
    sealed = sealer.seal(connection, _place(account_id, access_key_id), secret.reveal())
    connection.execute(
        insert(access_keys).values(
            access_key_id=access_key_id,
            account_id=account_id,
            sealed_secret=sealed,
            active=True,
            created_at=now,
            user_id=user_id,
        )
    )
    return NewAccessKey(account_id, access_key_id, secret)


def read_access_key(connection: Connection, sealer: Sealer, access_key_id: str) -> AccessKey | None:
    found = connection.execute(_ACCESS_KEY, {"of": access_key_id}).one_or_none()
    if found is None:
        return None
    secret = sealer.unseal(_place(found.account_id, access_key_id), found.sealed_secret)
    if found.user_id is None:
        return AccessKey(Caller(found.account_id, access_key_id), found.active, secret)
    caller = Caller(
        found.account_id, access_key_id, CallerKind.USER, found.user_id, found.user_name, through=(found.user_id,)
    )
    return AccessKey(caller, found.active, secret)


def first_access_key(connection: Connection, sealer: Sealer, account_id: str) -> AccessKey | None:
    """The oldest active AccessKey of an account itself: what the command line signs with by default."""
    found = connection.execute(
        select(access_keys.c.access_key_id)
        .where(access_keys.c.account_id == account_id, access_keys.c.active, access_keys.c.user_id.is_(None))
        .order_by(access_keys.c.created_at)
        .limit(1)
    ).scalar_one_or_none()
    return None if found is None else read_access_key(connection, sealer, found)


def reseal_access_keys(connection: Connection, sealer: Sealer, after: str, limit: int) -> tuple[str | None, int]:
    """Seal up to `limit` secrets behind `after` anew; the last id done, None at the end, and how many."""
    rows = connection.execute(
        select(access_keys)
        .where(access_keys.c.access_key_id > after)
        .order_by(access_keys.c.access_key_id)
        .limit(limit)
    ).all()
    for row in rows:
        place = _place(row.account_id, row.access_key_id)
        value = sealer.unseal_or_refuse(place, row.sealed_secret).reveal()
        connection.execute(
            update(access_keys)
            .where(access_keys.c.access_key_id == row.access_key_id)
            .values(sealed_secret=sealer.seal(connection, place, value))
        )
    return (rows[-1].access_key_id if rows else None), len(rows)


def _place(account_id: str, access_key_id: str) -> str:
    return f"access_keys.sealed_secret/{account_id}/{access_key_id}"


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))

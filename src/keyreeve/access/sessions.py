"""Temporary credentials of a role: all about them is in the sealed token (docs/formats/security-token.md)."""

import base64
import binascii
import secrets
import string

import msgspec
from sqlalchemy import Connection, select

from keyreeve.access.accounts import AccessKey
from keyreeve.access.callers import Caller, CallerKind
from keyreeve.crypto.sealing import SealBroken
from keyreeve.crypto.secret import Secret
from keyreeve.errors import SecurityTokenExpired, SecurityTokenMalformed, SecurityTokenMismatch
from keyreeve.storage.root_key.sealer import Sealer
from keyreeve.storage.schema import ram_roles, ram_users

TEMPORARY_PREFIX = "STS."
_PLACE = "security token"
_LETTERS = string.ascii_letters + string.digits


class Session(msgspec.Struct, frozen=True):
    """What a token says. `expire_at` is in milliseconds; `through` as in Caller, without the role itself."""

    access_key_id: str
    access_key_secret: str
    account_id: str
    role_id: str
    session_name: str
    session_policy: str
    through: tuple[str, ...]
    expire_at: int

    def __repr__(self) -> str:
        return f"Session({self.access_key_id})"


def new_credentials() -> tuple[str, str]:
    """The id and the secret of a temporary AccessKey."""
    return TEMPORARY_PREFIX + _text(24), _text(44)


def seal_session(connection: Connection, sealer: Sealer, session: Session) -> str:
    """The SecurityToken."""
    return base64.b64encode(sealer.seal(connection, _PLACE, msgspec.json.encode(session))).decode("ascii")


def open_session(sealer: Sealer, token: str) -> Session:
    """Raises SecurityTokenMalformed."""
    try:
        sealed = binascii.a2b_base64(token.encode("ascii"), strict_mode=True)
        if base64.b64encode(sealed).decode("ascii") != token:
            raise SecurityTokenMalformed  # the same bytes, otherwise spelt
        return msgspec.json.decode(sealer.unseal(_PLACE, sealed).reveal(), type=Session)
    except (ValueError, SealBroken):
        raise SecurityTokenMalformed from None


def role_name_of(connection: Connection, session: Session) -> str | None:
    """The name of the session's role, if the role and all on whom the session depends are still there."""
    users = select(ram_users.c.user_id).where(ram_users.c.user_id.in_(session.through))
    roles = select(ram_roles.c.role_id).where(ram_roles.c.role_id.in_(session.through))
    there = {*connection.execute(users).scalars(), *connection.execute(roles).scalars()}
    if there != set(session.through):
        return None
    return connection.execute(
        select(ram_roles.c.role_name).where(ram_roles.c.role_id == session.role_id)
    ).scalar_one_or_none()


def temporary_key(session: Session, role_name: str | None, access_key_id: str, now: int) -> AccessKey:
    """The key that a session signs with; `now` in milliseconds.

    Raises SecurityTokenMismatch, and SecurityTokenExpired also where the role is gone.
    """
    if session.access_key_id != access_key_id:
        raise SecurityTokenMismatch
    if session.expire_at <= now or role_name is None:
        raise SecurityTokenExpired
    caller = Caller(
        account_id=session.account_id,
        access_key_id=access_key_id,
        kind=CallerKind.ROLE,
        principal_id=session.role_id,
        name=role_name,
        session_name=session.session_name,
        session_policy=session.session_policy,
        through=(*session.through, session.role_id),
    )
    return AccessKey(caller, active=True, secret=Secret(session.access_key_secret.encode()))


def _text(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))

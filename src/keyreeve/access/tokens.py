"""The token that a Huawei client gets for a password: all about it is in it (docs/formats/auth-token.md)."""

import base64
import binascii
import hashlib
import hmac

import msgspec
from sqlalchemy import Connection

from keyreeve.access.accounts import AccessKey
from keyreeve.access.callers import Caller
from keyreeve.access.claims import PasswordClaim
from keyreeve.crypto.sealing import SealBroken
from keyreeve.crypto.secret import Secret
from keyreeve.errors import AccessKeyInactive, AuthTokenExpired, AuthTokenInvalid, PasswordWrong
from keyreeve.storage.root_key.sealer import Sealer

VALID_MILLISECONDS = 24 * 3600 * 1000
_PLACE = "auth token"
_NOBODYS = Secret(bytes(30))


class AuthToken(msgspec.Struct, frozen=True):
    """What a token says; `issued_at` and `expire_at` are in milliseconds."""

    access_key_id: str
    issued_at: int
    expire_at: int


def seal_token(connection: Connection, sealer: Sealer, token: AuthToken) -> str:
    return base64.b64encode(sealer.seal(connection, _PLACE, msgspec.json.encode(token))).decode("ascii")


def open_token(sealer: Sealer, text: str) -> AuthToken:
    """Raises AuthTokenInvalid."""
    try:
        sealed = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
        return msgspec.json.decode(sealer.unseal(_PLACE, sealed).reveal(), type=AuthToken)
    except (ValueError, SealBroken):
        raise AuthTokenInvalid from None


def caller_of_token(token: AuthToken, key: AccessKey | None, now: int) -> Caller:
    """A token stands for an AccessKey and ends with it; `now` in milliseconds."""
    if token.expire_at <= now:
        raise AuthTokenExpired
    if key is None or not key.active:
        raise AuthTokenInvalid
    return key.caller


def caller_of_password(claim: PasswordClaim, key: AccessKey | None) -> Caller:
    """Raises PasswordWrong, whatever of the three was wrong, or AccessKeyInactive."""
    secret = _NOBODYS if key is None else key.secret
    # Of equal length, so that time does not tell the length either.
    given, expected = (hashlib.sha256(one).digest() for one in (claim.unverified_password.reveal(), secret.reveal()))
    is_right = hmac.compare_digest(given, expected)
    if key is None or not is_right or claim.domain_name not in (None, key.caller.account_id):
        raise PasswordWrong
    if not key.active:
        raise AccessKeyInactive
    return key.caller

"""Who is calling: signature, clock and nonce, in that order, so that only a verified request burns a nonce."""

import calendar
import hmac
import re
import time
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from keyreeve.access.accounts import AccessKey
from keyreeve.access.callers import Caller
from keyreeve.access.claims import Claim
from keyreeve.access.replay import WINDOW_SECONDS
from keyreeve.access.sessions import TEMPORARY_PREFIX
from keyreeve.crypto.secret import Secret
from keyreeve.errors import (
    AccessKeyInactive,
    AccessKeyNotFound,
    SecurityTokenMismatch,
    SecurityTokenMissing,
    SignatureMismatch,
    TimestampExpired,
    TimestampMalformed,
    TimestampMissing,
)

_NOBODYS = Secret(bytes(30))
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_ACCESS_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Proof(Struct, frozen=True):
    """Who calls, if the nonce has not been used before; it is empty where the same request may come again."""

    caller: Caller
    nonce: str


AccessKeyLookup = Callable[[Claim], AccessKey | None]


def verify(claim: Claim, lookup: AccessKeyLookup, now: int, not_before: int) -> Proof:
    """Check key, signature and clock. `now` and `not_before` are seconds. Raises Unauthenticated's family."""
    signed_at = _parse_timestamp(claim.timestamp)
    _require_fitting_token(claim)
    key = lookup(claim)
    if key is None:
        # As much work as for a key that exists, so that time does not tell what the answer is still to say.
        claim.sign(_NOBODYS, claim.string_to_sign())
        raise AccessKeyNotFound
    text = claim.string_to_sign()
    expected = claim.sign(key.secret, text)
    if not hmac.compare_digest(expected.encode(), claim.unverified_signature.encode()):
        raise SignatureMismatch(text)
    if not key.active:
        raise AccessKeyInactive
    if abs(now - signed_at) > WINDOW_SECONDS or (signed_at < not_before and not claim.again):
        raise TimestampExpired
    if claim.again:
        return Proof(key.caller, "")
    # Without a nonce, which version 1 permits, the signature stands for the request.
    return Proof(key.caller, claim.nonce or claim.unverified_signature)


def may_be_access_key_id(text: str) -> bool:
    """Whether to look for it: what nobody can have, such as a text with NUL, is nothing to ask a database for."""
    return _ACCESS_KEY_ID.fullmatch(text) is not None


def _require_fitting_token(claim: Claim) -> None:
    """A temporary AccessKey comes with a security token, and no other does."""
    if not may_be_access_key_id(claim.unverified_access_key_id):
        raise AccessKeyNotFound
    temporary = claim.unverified_access_key_id.startswith(TEMPORARY_PREFIX)
    if temporary and not claim.security_token:
        raise SecurityTokenMissing
    if claim.security_token and not temporary:
        raise SecurityTokenMismatch


def timestamp(now: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))


@lru_cache(maxsize=256)
def _parse_timestamp(text: str | None) -> int:
    if not text:
        raise TimestampMissing
    if not _TIMESTAMP.fullmatch(text):
        raise TimestampMalformed
    try:
        return calendar.timegm(datetime.fromisoformat(text).utctimetuple())
    except ValueError:
        raise TimestampMalformed from None

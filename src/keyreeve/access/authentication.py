"""Who is calling: signature, clock and nonce, in that order, so that only a verified request burns a nonce."""

import calendar
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache

from msgspec import Struct

from keyreeve.access.accounts import AccessKey
from keyreeve.access.callers import Caller
from keyreeve.access.replay import WINDOW_SECONDS, ReplayCache
from keyreeve.access.sessions import TEMPORARY_PREFIX
from keyreeve.access.signatures import acs3, rpc_v1
from keyreeve.crypto.secret import Secret
from keyreeve.errors import (
    AccessKeyInactive,
    AccessKeyNotFound,
    IncompleteSignature,
    NonceUsed,
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


class Claim(Struct, frozen=True):
    """What a request says about its sender; nothing in it is verified."""

    unverified_access_key_id: str
    unverified_signature: str
    timestamp: str | None
    nonce: str | None
    security_token: str
    string_to_sign: Callable[[], str]
    sign: Callable[[Secret, str], str]


class Proof(Struct, frozen=True):
    """A verified signature whose nonce has not been looked at: `burn` turns it into a caller, once."""

    caller: Caller
    nonce: str


AccessKeyLookup = Callable[[Claim], AccessKey | None]


def rpc_claim(method: str, raw: str, parameters: Mapping[str, str]) -> Claim:
    """The claim of an RPC request (signature version 1). Raises IncompleteSignature."""
    for name in ("AccessKeyId", "Signature"):
        if not parameters.get(name):
            raise IncompleteSignature(f"{name} is missing")
    _require(parameters, "SignatureMethod", "HMAC-SHA1")
    _require(parameters, "SignatureVersion", "1.0")
    if parameters.get("SignatureType"):
        raise IncompleteSignature("SignatureType is not supported")
    return Claim(
        unverified_access_key_id=parameters["AccessKeyId"],
        unverified_signature=parameters["Signature"],
        timestamp=parameters.get("Timestamp"),
        nonce=parameters.get("SignatureNonce"),
        security_token=parameters.get("SecurityToken", ""),
        string_to_sign=lambda: rpc_v1.string_to_sign(method, raw),
        sign=rpc_v1.signature,
    )


def acs3_claim(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Claim:
    """The claim of a request with `Authorization: ACS3-HMAC-SHA256`. Raises IncompleteSignature."""
    authorization = acs3.parse_authorization(headers["authorization"])
    if authorization is None:
        raise IncompleteSignature("the Authorization header is not of the form that ACS3-HMAC-SHA256 has")
    payload_sha256 = hashlib.sha256(body).hexdigest() if body else acs3.EMPTY_SHA256
    _require_signed(authorization.signed_headers, headers)
    if headers["x-acs-content-sha256"] != payload_sha256:
        raise IncompleteSignature("x-acs-content-sha256 is not the hash of the body")
    return Claim(
        unverified_access_key_id=authorization.access_key_id,
        unverified_signature=authorization.signature,
        timestamp=headers["x-acs-date"],
        nonce=headers["x-acs-signature-nonce"],
        security_token=headers.get("x-acs-security-token", ""),
        string_to_sign=lambda: acs3.string_to_sign(
            method, path, query, headers, authorization.signed_headers, payload_sha256
        ),
        sign=acs3.signature,
    )


def verify(claim: Claim, lookup: AccessKeyLookup, now: int, not_before: int) -> Proof:
    """Check key, signature and clock. `now` and `not_before` are seconds. Raises Unauthenticated's family."""
    signed_at = _parse_timestamp(claim.timestamp)
    if not _ACCESS_KEY_ID.fullmatch(claim.unverified_access_key_id):
        raise AccessKeyNotFound
    temporary = claim.unverified_access_key_id.startswith(TEMPORARY_PREFIX)
    if temporary and not claim.security_token:
        raise SecurityTokenMissing
    if claim.security_token and not temporary:
        raise SecurityTokenMismatch
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
    if abs(now - signed_at) > WINDOW_SECONDS or signed_at < not_before:
        raise TimestampExpired
    # Without a nonce, which version 1 permits, the signature stands for the request.
    return Proof(key.caller, claim.nonce or claim.unverified_signature)


def burn(proof: Proof, replay: ReplayCache, now: int) -> Caller:
    """Raises NonceUsed."""
    if not replay.burn(proof.caller.access_key_id, proof.nonce, now):
        raise NonceUsed
    return proof.caller


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


def _require(parameters: Mapping[str, str], name: str, value: str) -> None:
    found = parameters.get(name)
    if not found:
        raise IncompleteSignature(f"{name} is missing")
    if found != value:
        raise IncompleteSignature(f"{name} is not {value}")


def _require_signed(signed_headers: str, headers: Mapping[str, str]) -> None:
    if not headers.keys() >= acs3.REQUIRED_SIGNED:
        missing = min(acs3.REQUIRED_SIGNED - headers.keys())
        raise (TimestampMissing if missing == "x-acs-date" else IncompleteSignature(f"{missing} is missing"))
    with_token = "x-acs-security-token" in headers
    unsigned = _first_unsigned(signed_headers, with_token=with_token)
    if unsigned is not None:
        raise IncompleteSignature(f"{unsigned} is not among the signed headers")


@lru_cache(maxsize=256)
def _first_unsigned(signed_headers: str, *, with_token: bool) -> str | None:
    """Clients sign the same headers every time, so this is looked up, not worked out, for almost every call."""
    required = {*acs3.REQUIRED_SIGNED, *(["x-acs-security-token"] if with_token else [])}
    return min(required - set(signed_headers.split(";")), default=None)

"""What a request says about its sender, as its door read it; nothing in it is verified."""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, partial

from msgspec import Struct

from keyreeve.access.signatures import acs3, rpc_v1, sdk_hmac
from keyreeve.crypto.secret import Secret
from keyreeve.errors import IncompleteSignature, TimestampMissing

# ISO 8601's basic form, which the extended one is made of.
_EXTENDED = re.compile(r"\A(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\Z")


class Claim(Struct, frozen=True):
    """A signature. One without a nonce stands for itself, unless its form allows the same one `again`."""

    unverified_access_key_id: str
    unverified_signature: str
    timestamp: str | None
    nonce: str | None
    security_token: str
    string_to_sign: Callable[[], str]
    sign: Callable[[Secret, str], str]
    again: bool = False


class TokenClaim(Struct, frozen=True):
    """A token that this service issued; it says itself whose it is."""

    token: str
    unverified_access_key_id: str = ""


class PasswordClaim(Struct, frozen=True):
    """An AccessKey's id and secret as they are, and the account that they belong to where it was named."""

    unverified_access_key_id: str
    unverified_password: Secret
    domain_name: str | None


AnyClaim = Claim | TokenClaim | PasswordClaim


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


def sdk_hmac_claim(method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Claim:
    """The claim of a request with `Authorization: SDK-HMAC-SHA256`. Raises IncompleteSignature.

    That signature has no nonce, and two equal requests of one second have the same one: it does not stop a replay.
    """
    authorization = sdk_hmac.parse_authorization(headers["authorization"])
    if authorization is None:
        raise IncompleteSignature("the Authorization header is not of a form that SDK-HMAC-SHA256 has")
    if sdk_hmac.DATE not in authorization.signed_headers.split(";"):
        raise IncompleteSignature("x-sdk-date is not among the signed headers")
    payload_sha256 = hashlib.sha256(body).hexdigest()
    if headers.get("x-sdk-content-sha256", payload_sha256) != payload_sha256:
        raise IncompleteSignature("x-sdk-content-sha256 is not the hash of the body")
    scope = authorization.scope
    return Claim(
        unverified_access_key_id=authorization.access_key_id,
        unverified_signature=authorization.signature,
        timestamp=_EXTENDED.sub(r"\1-\2-\3T\4:\5:\6Z", headers.get(sdk_hmac.DATE, "")),
        nonce=None,
        security_token=headers.get("x-security-token", ""),
        string_to_sign=lambda: sdk_hmac.string_to_sign(method, path, query, headers, authorization, payload_sha256),
        sign=partial(sdk_hmac.scoped_signature, scope) if scope else sdk_hmac.signature,
        again=True,
    )


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

"""Huawei Cloud's SDK-HMAC-SHA256, plain and scoped (API signing guide; what its SDKs in Python and Go send)."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from keyreeve.access.signatures.canonical import canonical_query, encode
from keyreeve.crypto.secret import Secret

ALGORITHM = "SDK-HMAC-SHA256"
DATE = "x-sdk-date"
_AUTHORIZATION = re.compile(
    ALGORITHM
    + r"\s+(?:Access=([^,\s/]+)|Credential=([^,\s/]+)/([0-9]{8}/[^,\s/]+/[^,\s/]+/sdk_request))\s*,"
    + r"\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9A-Fa-f]{64})\s*\Z"
)


class Authorization(Struct, frozen=True, gc=False):
    """`scope` is the date, the region, the service and `sdk_request`, empty in the plain form."""

    access_key_id: str
    scope: str
    signed_headers: str
    signature: str


def parse_authorization(header: str) -> Authorization | None:
    match = _AUTHORIZATION.match(header)
    if match is None:
        return None
    return Authorization(match[1] or match[2], match[3] or "", match[4], match[5].lower())


def string_to_sign(
    method: str, path: str, query: str, headers: Mapping[str, str], authorization: Authorization, payload_sha256: str
) -> str:
    """`path` and `query` are raw, `headers` have lower-case names; an absent signed header counts as empty."""
    signed = authorization.signed_headers
    lines = "".join([f"{name}:{headers.get(name, '').strip()}\n" for name in signed.split(";")])
    canonical = "\n".join((method, _canonical_path(path), canonical_query(query), lines, signed, payload_sha256))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return "\n".join(filter(None, (ALGORITHM, headers.get(DATE, ""), authorization.scope, digest)))


def signature(secret: Secret, text: str) -> str:
    return hmac.digest(secret.reveal(), text.encode(), "sha256").hex()


def scoped_signature(scope: str, secret: Secret, text: str) -> str:
    """With a key derived for the scope, as other clients do."""
    key = b"SDK" + secret.reveal()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _canonical_path(path: str) -> str:
    """Decoded as a whole, as the SDKs do it, and every segment encoded again; the end is always a slash."""
    segments = [encode(one) for one in unquote_to_bytes(path).decode("utf-8", "replace").split("/")]
    canonical = "/".join(segments)
    return canonical if canonical.endswith("/") else canonical + "/"

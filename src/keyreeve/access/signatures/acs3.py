"""Signature version 3, ACS3-HMAC-SHA256 ("Request syntax and signature method V3")."""

import hashlib
import hmac
import re
from collections.abc import Mapping

from msgspec import Struct

from keyreeve.access.signatures.canonical import canonical_query
from keyreeve.crypto.secret import Secret

ALGORITHM = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    ALGORITHM + r"\s+Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9A-Fa-f]{64})\s*\Z"
)
# What a signature must cover, or it would not bind the call.
REQUIRED_SIGNED = frozenset(
    {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
)
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


class Authorization(Struct, frozen=True, gc=False):
    access_key_id: str
    signed_headers: str
    signature: str


def parse_authorization(header: str) -> Authorization | None:
    match = _AUTHORIZATION.match(header)
    return None if match is None else Authorization(match[1], match[2], match[3].lower())


def string_to_sign(
    method: str, path: str, query: str, headers: Mapping[str, str], signed_headers: str, payload_sha256: str
) -> str:
    """`query` is raw, `headers` have lower-case names; an absent signed header counts as empty."""
    lines = "".join([f"{name}:{headers.get(name, '').strip()}\n" for name in signed_headers.split(";")])
    canonical = "\n".join((method, path, canonical_query(query), lines, signed_headers, payload_sha256))
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def signature(secret: Secret, text: str) -> str:
    return hmac.digest(secret.reveal(), text.encode(), "sha256").hex()

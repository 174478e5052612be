"""RPC signature version 1, HMAC-SHA1 (API reference chapter 4)."""

import base64
import hmac

from keyreeve.access.signatures.canonical import canonical_query, encode
from keyreeve.crypto.secret import Secret


def string_to_sign(method: str, raw: str) -> str:
    """`raw` is query and form together, as they came."""
    signed = canonical_query(raw, without="Signature")
    # The query is canonical: what is left to encode in it is only %, & and =.
    encoded = signed.replace("%", "%25").replace("&", "%26").replace("=", "%3D")
    return f"{method}&%2F&{encoded}"


def signature(secret: Secret, text: str) -> str:
    digest = hmac.digest(secret.reveal() + b"&", text.encode(), "sha1")
    return base64.b64encode(digest).decode("ascii")


def sign(method: str, secret: Secret, parameters: dict[str, str]) -> str:
    """The `Signature` of a request with these decoded parameters."""
    raw = "&".join([f"{encode(name)}={encode(value)}" for name, value in parameters.items()])
    return signature(secret, string_to_sign(method, raw))

"""Certificates as texts between lines of hyphens (RFC 7468 sections 2 and 5)."""

import base64
import binascii
import re

_LABEL = "CERTIFICATE"
_COLUMNS = 64
_BEGIN = "-----BEGIN "
# The reference's own examples have spaces where lines end.
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,64})-----([A-Za-z0-9+/=\s]*)-----END \1-----")


def certificates_in(text: str) -> list[bytes]:
    """The DER of every block; what stands between blocks is passed over. Raises ValueError."""
    blocks = list(_BLOCK.finditer(text))
    if len(blocks) != text.count(_BEGIN) or any(block[1] != _LABEL for block in blocks):
        raise ValueError("not certificates in PEM")
    return [_decoded(block[2]) for block in blocks]


def to_pem(der: bytes, label: str = _LABEL) -> str:
    text = base64.b64encode(der).decode("ascii")
    lines = [text[start : start + _COLUMNS] for start in range(0, len(text), _COLUMNS)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))


def _decoded(text: str) -> bytes:
    try:
        return binascii.a2b_base64("".join(text.split()).encode("ascii"), strict_mode=True)
    except ValueError:
        raise ValueError("not Base64 between the lines") from None

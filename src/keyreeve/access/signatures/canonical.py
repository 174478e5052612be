"""The canonical query that both signatures are computed over (API reference chapter 4; RFC 3986).

Most clients send their query canonical already. A piece that one regular expression finds canonical is used as it
is; only others are decoded and encoded again.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote_to_bytes

# Unreserved characters as they are, and upper-case escapes of everything else.
_CANONICAL = re.compile(r"(?:[A-Za-z0-9\-._~]+|%(?:[0189A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-DF]))*\Z")
_PLAIN = re.compile(r"[A-Za-z0-9\-._~]*\Z")


class Malformed(ValueError):
    """A query or form that does not decode, or names a parameter twice."""


def decode(piece: str) -> str:
    """One percent-encoded name or value as text. Raises Malformed."""
    if _PLAIN.match(piece):
        return piece
    try:
        return unquote_to_bytes(piece.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed from None


def encode(text: str) -> str:
    return text if _PLAIN.match(text) else quote(text, safe="-._~")


def split(query: str) -> list[tuple[str, str]]:
    """The raw pairs of a query or form, blank values kept."""
    pairs: list[tuple[str, str]] = []
    for piece in query.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((name, value))
    return pairs


def to_parameters(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Raw pairs decoded. Raises Malformed."""
    parameters: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name = decode(raw_name)
        if name in parameters:
            raise Malformed
        parameters[name] = decode(raw_value)
    return parameters


def canonical_query(pairs: Iterable[tuple[str, str]]) -> str:
    """Raw pairs, sorted by name and encoded the one canonical way."""
    canonical = [(_canonical(name), _canonical(value)) for name, value in pairs]
    canonical.sort()
    return "&".join([f"{name}={value}" for name, value in canonical])


def _canonical(piece: str) -> str:
    return piece if _CANONICAL.match(piece) else encode(decode(piece))

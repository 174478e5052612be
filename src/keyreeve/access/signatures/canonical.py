"""The canonical query that both signatures are computed over (API reference chapter 4; RFC 3986).

Most clients send their query canonical already, with names that need no escapes. One regular expression finds that out
for the whole of it, and then its pieces only need sorting; else they are decoded and encoded again.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote_to_bytes

_PLAIN = r"[A-Za-z0-9\-._~]"
# Unreserved characters as they are, and upper-case escapes of everything else.
_CHARACTERS = r"(?:[A-Za-z0-9\-._~]|%(?:[0189A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-DF]))"
_PAIR = f"{_PLAIN}+={_CHARACTERS}*"
_CANONICAL = re.compile(rf"{_PAIR}(?:&{_PAIR})*\Z")


class Malformed(ValueError):
    """A query or form that does not decode, or names a parameter twice."""


def decode(piece: str) -> str:
    """One percent-encoded name or value as text. Raises Malformed."""
    if "%" not in piece:
        return piece.replace("+", " ")
    try:
        return unquote_to_bytes(piece.replace("+", " ")).decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed from None


def encode(text: str) -> str:
    return quote(text, safe="-._~")


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


def canonical_query(raw: str, without: str | None = None) -> str:
    """A raw query, sorted by decoded name and encoded the one canonical way, without the parameter of that name."""
    if not _CANONICAL.match(raw):
        return _canonical_from_decoded(raw, without)
    # By name and not by piece: NUL sorts before whatever may continue a name.
    pieces = raw.replace("=", "\0").split("&")
    if without is not None:
        pieces = [piece for piece in pieces if not piece.startswith(without + "\0")]
    pieces.sort()
    return "&".join(pieces).replace("\0", "=")


def _canonical_from_decoded(raw: str, without: str | None) -> str:
    pairs = sorted((decode(name), decode(value)) for name, value in split(raw))
    return "&".join([f"{encode(name)}={encode(value)}" for name, value in pairs if name != without])

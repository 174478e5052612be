"""JSON bodies, strictly: an object without repeated names, whose texts are texts (RFC 8259)."""

import json
from typing import cast

from keyreeve.errors import UnparsableRequest


def members_of(body: bytes) -> dict[str, object]:
    """The members of a body that is a JSON object; null ones are absent. Raises UnparsableRequest."""
    try:
        # Bytes would be taken for UTF-16 or UTF-32 if they looked so.
        members = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_unrepeated, parse_constant=_no_constant)
        if not isinstance(members, dict):
            raise UnparsableRequest
        named = cast("dict[str, object]", members)
        # JSON can name half a surrogate pair, which is no character.
        json.dumps(named, ensure_ascii=False).encode()
        return {name: value for name, value in named.items() if value is not None}
    except (ValueError, RecursionError):
        raise UnparsableRequest from None


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise UnparsableRequest
    return names


def _no_constant(name: str) -> None:
    """NaN and the infinities, which Python would read, are no JSON (RFC 8259 section 6)."""
    raise UnparsableRequest(name)

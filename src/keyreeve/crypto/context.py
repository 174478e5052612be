"""EncryptionContext: parsed, checked and made canonical (docs/formats/ciphertext.md)."""

import json
from typing import cast

MAX_CHARACTERS = 8192


def canonical_context(text: str) -> bytes:
    """The canonical bytes of an EncryptionContext given as JSON text, empty for none. Raises ValueError."""
    if len(text) > MAX_CHARACTERS:
        raise ValueError("longer than 8,192 characters")
    try:
        parsed = json.loads(text, object_pairs_hook=_unrepeated)
    except RecursionError:
        raise ValueError("nested") from None
    if not isinstance(parsed, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # a caller's mistake, not ours
    context = cast("dict[str, object]", parsed)
    if not all(isinstance(value, str) for value in context.values()):
        raise ValueError("a value is not a string")
    if not context:
        return b""
    return json.dumps(context, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name occurs twice")
    return names

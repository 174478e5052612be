"""What the functions take as text or bytes."""

from typing import cast

from keyreeve.keysets.errors import ArgumentInvalid


def as_bytes(value: object) -> bytes:
    """Text as UTF-8, None as nothing. Raises ArgumentInvalid, whose text does not quote the value."""
    if value is None:
        return b""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(cast("bytes", value))
    return as_text(value).encode()


def as_text(value: object) -> str:
    """Raises ArgumentInvalid."""
    if not isinstance(value, str):
        raise ArgumentInvalid(f"a value is neither text nor bytes but {type(value).__name__}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ArgumentInvalid("a text holds half of a surrogate pair, which is no character") from None
    return value

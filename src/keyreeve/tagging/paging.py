import base64
import binascii
from typing import Self

import msgspec

from keyreeve.tags.store import Place

_MOST_CHARACTERS = 1024


class NextToken:
    """Where a page ended, as the caller got it."""

    __slots__ = ("place",)

    def __init__(self, place: Place) -> None:
        self.place = place

    @classmethod
    def from_wire(cls, text: str) -> Self:
        if len(text) > _MOST_CHARACTERS:
            raise ValueError("no token of ours")
        place = msgspec.json.decode(_unpadded(text), type=tuple[str, str])
        if any("\0" in part for part in place):
            raise ValueError("no text that a database can hold")
        return cls(Place(*place))

    @property
    def text(self) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(tuple(self.place))).decode().rstrip("=")


def _unpadded(text: str) -> bytes:
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not Base64") from None

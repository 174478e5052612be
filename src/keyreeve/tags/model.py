"""Tags as callers give them (API reference 11.1, 11.2)."""

import re
from typing import Self

import msgspec

MOST_TAGS = 20
_RESERVED = ("aliyun", "acs:")
# Letters and digits of any language, the signs of the reference, and the space.
_ALLOWED = re.compile(r"[\w/\\\-.+=:@ ]{1,128}\Z")


class Tag(msgspec.Struct, frozen=True, rename="pascal"):
    tag_key: str
    tag_value: str


class Tags:
    """The `Tags` parameter: a JSON list of {TagKey, TagValue}, each TagKey once."""

    __slots__ = ("items",)

    def __init__(self, items: tuple[Tag, ...] = ()) -> None:
        self.items = items

    @classmethod
    def from_wire(cls, text: str) -> Self:
        items = msgspec.json.decode(text, type=tuple[Tag, ...])
        if len({tag.tag_key for tag in items}) != len(items) or len(items) > MOST_TAGS:
            raise ValueError("a tag key twice, or too many tags")
        for tag in items:
            require_tag_key(tag.tag_key)
            require_tag_value(tag.tag_value)
        return cls(items)


class TagKeys:
    """The `TagKeys` parameter: a JSON list of names; names with commas between them are understood as well."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    @classmethod
    def from_wire(cls, text: str) -> Self:
        names = (
            msgspec.json.decode(text, type=tuple[str, ...])
            if text.lstrip().startswith("[")
            else tuple(name.strip() for name in text.split(","))
        )
        for name in names:
            require_tag_key(name)
        return cls(names)


def require_tag_key(name: str) -> None:
    if not _ALLOWED.match(name) or name.startswith(_RESERVED):
        raise ValueError("a tag key is not valid")


def require_tag_value(text: str) -> None:
    if not _ALLOWED.match(text):
        raise ValueError("a tag value is not valid")

"""The parameters of the tag operations that the cloud's services have in common.

A list comes as `Name.1=a&Name.2=b`, which the door folds into the JSON object {"1": "a", "2": "b"}, or as a JSON list.
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import msgspec

from keyreeve.errors import TagKeyInvalid, TagKeyRepeated, TagValueInvalid
from keyreeve.tags.model import MOST_TAGS, Tag, require_tag_key, require_tag_value

MOST_RESOURCES = 50
_NUMBER = re.compile(r"[1-9][0-9]?\Z")


class ResourceIds:
    """`ResourceId.N`: each once, in the order given; what they name depends on the ResourceType."""

    __slots__ = ("texts",)
    is_map: ClassVar[bool] = True

    def __init__(self, texts: tuple[str, ...] = ()) -> None:
        self.texts = texts

    @classmethod
    def from_wire(cls, text: str) -> Self:
        return cls(tuple(dict.fromkeys(_texts(text, MOST_RESOURCES))))


class TagNames:
    """`TagKey.N`."""

    __slots__ = ("names",)
    is_map: ClassVar[bool] = True

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self.names = names

    @classmethod
    def from_wire(cls, text: str) -> Self:
        names = _texts(text, MOST_TAGS)
        for name in names:
            _require_key(name, "TagKey")
        return cls(names)


class NewTags:
    """`Tag.N.Key` and `Tag.N.Value`: tags to put on something."""

    __slots__ = ("items",)
    is_map: ClassVar[bool] = True

    def __init__(self, items: tuple[Tag, ...] = ()) -> None:
        self.items = items

    @classmethod
    def from_wire(cls, text: str) -> Self:
        pairs = _pairs(text)
        for value in pairs.values():
            _require_value(value or "")
        return cls(tuple(Tag(name, value or "") for name, value in pairs.items()))


class WantedTags:
    """`Tag.N.Key` and, where it matters, `Tag.N.Value`: tags to look for."""

    __slots__ = ("values",)
    is_map: ClassVar[bool] = True

    def __init__(self, values: Mapping[str, str | None]) -> None:
        self.values = values

    @classmethod
    def from_wire(cls, text: str) -> Self:
        pairs = _pairs(text)
        for value in filter(None, pairs.values()):
            _require_value(value)
        return cls({name: value or None for name, value in pairs.items()})


class _Pair(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    key: str = ""
    value: str | None = None


def _texts(text: str, most: int) -> tuple[str, ...]:
    if text.lstrip().startswith("["):
        texts = msgspec.json.decode(text, type=tuple[str, ...])
    else:
        numbered = msgspec.json.decode(text, type=dict[str, str])
        texts = tuple(numbered[name] for name in sorted(numbered, key=_number))
        _require_numbers(numbered, most)
    if len(texts) > most or not all(texts):
        raise ValueError("too many, or an empty one")
    return texts


def _pairs(text: str) -> dict[str, str | None]:
    """Values by names, each name once. Raises ValueError, TagKeyInvalid or TagKeyRepeated."""
    if text.lstrip().startswith("["):
        pairs = msgspec.json.decode(text, type=tuple[_Pair, ...])
    else:
        pairs = _numbered_pairs(msgspec.json.decode(text, type=dict[str, str]))
    if len(pairs) > MOST_TAGS:
        raise ValueError("too many")
    for pair in pairs:
        _require_key(pair.key, "Tag")
    named = {pair.key: pair.value for pair in pairs}
    if len(named) < len(pairs):
        raise TagKeyRepeated("Tag")
    return named


def _numbered_pairs(members: dict[str, str]) -> tuple[_Pair, ...]:
    """From {"1.Key": ..., "1.Value": ...}."""
    numbered: dict[str, dict[str, Any]] = {}
    for name, value in members.items():
        number, _, part = name.partition(".")
        numbered.setdefault(number, {})[part] = value
    _require_numbers(numbered, MOST_TAGS)
    return tuple(msgspec.convert(numbered[number], _Pair) for number in sorted(numbered, key=_number))


def _number(name: str) -> int:
    if not _NUMBER.match(name):
        raise ValueError("not a number from 1")
    return int(name)


def _require_numbers(numbered: Mapping[str, object], most: int) -> None:
    if any(_number(name) > most for name in numbered):
        raise ValueError("a number that is too high")


def _require_key(name: str, parameter: str) -> None:
    try:
        require_tag_key(name)
    except ValueError:
        raise TagKeyInvalid(parameter) from None


def _require_value(text: str) -> None:
    try:
        require_tag_value(text)
    except ValueError:
        raise TagValueInvalid("Tag") from None

"""Answers in XML: a list is its singular element repeated (API reference chapter 5)."""

import re
from collections.abc import Iterator, Mapping
from typing import cast
from xml.sax.saxutils import escape

_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'
# XML 1.0 section 2.2: other control characters cannot be written at all.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_NAME = re.compile(r"[^\W\d][\w.\-]*")


class Unwritable(ValueError):
    pass


def writable(text: str) -> bool:
    return _UNWRITABLE.search(text) is None


def to_xml(root: str, members: Mapping[str, object]) -> bytes:
    """Raises Unwritable if a value, or a member's name, holds a character that XML cannot."""
    return (_PROLOG + "".join(_element(root, members))).encode()


def _element(name: str, value: object) -> Iterator[str]:
    if isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _element(name, item)
        return
    yield f"<{name}>"
    if isinstance(value, dict):
        for member, inner in cast("dict[str, object]", value).items():
            # A tag's name, for one, may be what no element is called.
            if not _NAME.fullmatch(member):
                raise Unwritable
            yield from _element(member, inner)
    else:
        yield _text(value)
    yield f"</{name}>"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if not writable(text):
        raise Unwritable
    return escape(text, {"\r": "&#13;"})

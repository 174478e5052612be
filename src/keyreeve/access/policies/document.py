"""A policy's text as checked JSON: sizes, repeated names and what no database can hold are refused here."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NoReturn, cast

_PRINTABLE = re.compile(r"[!-~]{1,64}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class PolicyMalformed(ValueError):
    """A document is not a policy; the reason is one line of printable ASCII that says where: `Statement[1].Sid: ...`.

    Places count from 0, as JSON paths do.
    """


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number as it was written, so that no size of it costs anything."""

    text: str


def refuse(where: str, why: str) -> NoReturn:
    raise PolicyMalformed(f"{where}: {why}" if where else why)


def shown(name: str) -> str:
    """A caller's own word, fit for a one-line reason."""
    return name if _PRINTABLE.fullmatch(name) else ascii(name)[:64]


def read_document(text: str) -> dict[str, object]:
    """The object that a text holds. Raises PolicyMalformed."""
    try:
        document: object = json.loads(
            text, object_pairs_hook=_unrepeated, parse_int=Number, parse_float=Number, parse_constant=_no_constant
        )
    except PolicyMalformed:
        raise
    except json.JSONDecodeError as error:
        raise PolicyMalformed(f"not JSON at character {error.pos}") from None
    except RecursionError:
        raise PolicyMalformed("not JSON that a policy could be: nested too deeply") from None
    return require_object(document, "the document")


def require_object(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        refuse(where, "not a JSON object")
    return cast("dict[str, object]", value)


def require_known(elements: Collection[str], allowed: Collection[str], where: str) -> None:
    """An element that nobody reads would silently widen or narrow what the author meant."""
    for name in elements:
        if name not in allowed:
            refuse(where, f"unknown element {shown(name)}")


def require_list(value: object, where: str) -> list[object]:
    """One value or a list of them, as the language takes them nearly everywhere; never an empty list."""
    if not isinstance(value, list):
        return [value]
    if not value:
        refuse(where, "an empty list")
    return cast("list[object]", value)


def require_text(value: object, where: str) -> str:
    if not isinstance(value, str):
        refuse(where, "not a string")
    if not value:
        refuse(where, "an empty string")
    require_storable(value, where)
    return value


def require_storable(text: str, where: str) -> None:
    if "\0" in text or _SURROGATE.search(text):
        refuse(where, "holds NUL or half a surrogate pair")


def require_texts(value: object, where: str) -> list[str]:
    return [require_text(one, where) for one in require_list(value, where)]


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    names: dict[str, object] = {}
    for name, value in pairs:
        if name in names:
            refuse("", f"the name {shown(name)} occurs twice in one object")
        names[name] = value
    return names


def _no_constant(name: str) -> NoReturn:
    refuse("", f"not JSON: {name}")

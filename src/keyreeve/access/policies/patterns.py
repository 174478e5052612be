"""Patterns of actions, resources and principals: `*` stands for any run of characters, also none, `?` for exactly one.

There is no backtracking: a segment between two stars is looked for once, from where the one before it ended. So the
time is at most the pattern's length times the text's, and compiling costs no more than splitting.
"""

import re
from collections.abc import Callable, Sequence

Matcher = Callable[[str], bool]

WILDCARD = re.compile(r"[*?]")
_STARS = re.compile(r"\*+")


def matcher(patterns: Sequence[str]) -> Matcher:
    """Whether one of the patterns matches the whole of a text, case-sensitively."""
    if any(_STARS.fullmatch(pattern) for pattern in patterns):
        return _everything
    exact = frozenset(pattern for pattern in patterns if not WILDCARD.search(pattern))
    prefixes = tuple(pattern.rstrip("*") for pattern in patterns if _is_prefix(pattern))
    globs = tuple(_glob(pattern) for pattern in patterns if pattern not in exact and not _is_prefix(pattern))
    if not globs:
        return _simple(exact, prefixes)
    if len(patterns) == 1:
        return globs[0]

    def matches(text: str) -> bool:
        return text in exact or text.startswith(prefixes) or any(glob(text) for glob in globs)

    return matches


def _simple(exact: frozenset[str], prefixes: tuple[str, ...]) -> Matcher:
    if not prefixes:
        return exact.__contains__
    return lambda text: text in exact or text.startswith(prefixes)


def _everything(_text: str) -> bool:
    return True


def _is_prefix(pattern: str) -> bool:
    return pattern.endswith("*") and not WILDCARD.search(pattern.rstrip("*"))


def _glob(pattern: str) -> Matcher:
    head, *segments = _STARS.split(pattern)
    if not segments:
        return lambda text: len(text) == len(head) and _fits(head, text, 0)
    tail = segments.pop()

    def matches(text: str) -> bool:
        end = len(text) - len(tail)
        if end < len(head) or not _fits(head, text, 0) or not _fits(tail, text, end):
            return False
        at = len(head)
        for segment in segments:
            at = _find(segment, text, at, end)
            if at < 0:
                return False
            at += len(segment)
        return True

    return matches


def _fits(segment: str, text: str, at: int) -> bool:
    """Whether a segment without stars stands at a place of a text that is long enough for it."""
    if "?" not in segment:
        return text.startswith(segment, at)
    return all(wanted in ("?", found) for wanted, found in zip(segment, text[at : at + len(segment)], strict=True))


def _find(segment: str, text: str, start: int, end: int) -> int:
    """The first place of a segment within `text[start:end]`, -1 for none."""
    if "?" not in segment:
        return text.find(segment, start, end)
    return next((at for at in range(start, end - len(segment) + 1) if _fits(segment, text, at)), -1)

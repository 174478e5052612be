"""The elements of a statement, each read and checked by itself. Every function raises PolicyMalformed."""

import re
from collections.abc import Callable

from keyreeve.access.policies.document import refuse, require_text, require_texts, shown
from keyreeve.access.policies.patterns import WILDCARD, Matcher, matcher

Read = Callable[[str, str], str]

_SID = re.compile(r"[A-Za-z0-9_/+=.@ -]{1,128}")
_ACTION = re.compile(r"\*+|[A-Za-z0-9_*?-]+:[A-Za-z0-9_*?:/.-]+")
_ASSUME_ROLE = "sts:assumerole"
_ARN = "acs:"


def label(elements: dict[str, object], number: int, where: str) -> str:
    """The statement's Sid, or its place counted from 1."""
    if "Sid" not in elements:
        return str(number + 1)
    sid = require_text(elements["Sid"], f"{where}.Sid")
    if not _SID.fullmatch(sid):
        refuse(f"{where}.Sid", "must be 1 to 128 characters of A-Z a-z 0-9 _ / + = . @ - and the space")
    return sid


def either(elements: dict[str, object], name: str, where: str, read: Read) -> Matcher:
    """The matcher of Action or NotAction, of Resource or NotResource: exactly one of the two must be there."""
    given = [one for one in (name, f"Not{name}") if one in elements]
    if len(given) != 1:
        refuse(where, f"only one of {name} and Not{name} may be there" if given else f"{name} is missing")
    place = f"{where}.{given[0]}"
    matches = matcher([read(text, place) for text in require_texts(elements[given[0]], place)])
    return matches if given[0] == name else lambda text: not matches(text)


def action(text: str, where: str) -> str:
    """In lower case: actions compare without it."""
    if not _ACTION.fullmatch(text):
        refuse(where, f"{shown(text)} is not * or <service>:<action>")
    return text.lower()


def kms_action(text: str, where: str) -> str:
    lowered = action(text, where)
    if not lowered.startswith("kms:"):
        refuse(where, f"{shown(text)} does not start with kms:")
    return lowered


def assume_role(text: str, where: str) -> str:
    if text.lower() != _ASSUME_ROLE:
        refuse(where, "must be sts:AssumeRole")
    return _ASSUME_ROLE


def resource(text: str, where: str) -> str:
    """An ARN; wildcards may stand anywhere in it, also for its beginning."""
    wildcard = WILDCARD.search(text)
    literal = text[: wildcard.start()] if wildcard else text
    if not literal.startswith(_ARN[: len(literal)] if wildcard else _ARN):
        refuse(where, f"{shown(text)} is not * or acs:<service>:<region>:<account>:<resource>")
    return text


def any_resource(text: str, where: str) -> str:
    if text != "*":
        refuse(where, 'must be "*"')
    return text

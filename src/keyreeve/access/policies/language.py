"""The RAM policy language: a document read once into what evaluation needs, or refused with the place of the mistake.

What an element is not known to mean is refused, never ignored: a misspelt `Condtion` would widen a grant.
"""

from dataclasses import dataclass
from enum import Enum
from typing import cast

from keyreeve.access.policies import elements as read
from keyreeve.access.policies.conditions import Condition, parse_conditions
from keyreeve.access.policies.document import read_document, refuse, require_known, require_object
from keyreeve.access.policies.patterns import Matcher, matcher
from keyreeve.access.policies.principals import Principals, parse_principals

MOST_IDENTITY_CHARACTERS = 6_144
MOST_SESSION_CHARACTERS = 1_024
MOST_TRUST_CHARACTERS = 6_144
MOST_RESOURCE_BYTES = 32_768


class PolicyKind(Enum):
    """What a document is attached to: a user, group or role; a session; a key or secret; a role's trust."""

    IDENTITY = "identity"
    SESSION = "session"
    RESOURCE = "resource"
    TRUST = "trust"


class Effect(Enum):
    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """`label` is its Sid, or its place counted from 1; `acts` takes an action in lower case."""

    effect: Effect
    label: str
    acts: Matcher
    covers: Matcher
    principals: Principals | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    kind: PolicyKind
    statements: tuple[Statement, ...]


def parse_policy(text: str, kind: PolicyKind) -> Policy:
    """Raises PolicyMalformed, whatever the text is."""
    _require_size(text, kind)
    document = read_document(text)
    require_known(document, ("Version", "Statement"), "the document")
    if document.get("Version") != "1":
        refuse("Version", 'must be "1"')
    statements = document.get("Statement")
    if not isinstance(statements, list) or not statements:
        refuse("Statement", "must be a list of one or more statements")
    listed = cast("list[object]", statements)
    return Policy(kind, tuple(_statement(one, number, kind) for number, one in enumerate(listed)))


def _require_size(text: str, kind: PolicyKind) -> None:
    if kind is PolicyKind.RESOURCE:
        if len(text.encode(errors="surrogatepass")) > MOST_RESOURCE_BYTES:
            refuse("", f"longer than {MOST_RESOURCE_BYTES:,} bytes")
        return
    most = _MOST_CHARACTERS[kind]
    if len(text) > most:
        refuse("", f"longer than {most:,} characters")


def _statement(value: object, number: int, kind: PolicyKind) -> Statement:
    where = f"Statement[{number}]"
    elements = require_object(value, where)
    require_known(elements, _ELEMENTS[kind], where)
    principals = None
    if "Principal" in _ELEMENTS[kind]:
        if "Principal" not in elements:
            refuse(where, "Principal is missing")
        principals = parse_principals(elements["Principal"], f"{where}.Principal", is_trust=kind is PolicyKind.TRUST)
    return Statement(
        effect=_effect(elements, where),
        label=read.label(elements, number, where),
        acts=read.either(elements, "Action", where, _READ_ACTION.get(kind, read.action)),
        covers=_covers(elements, kind, where),
        principals=principals,
        conditions=parse_conditions(elements["Condition"], f"{where}.Condition") if "Condition" in elements else (),
    )


def _effect(elements: dict[str, object], where: str) -> Effect:
    effect = elements.get("Effect")
    if effect not in ("Allow", "Deny"):
        refuse(f"{where}.Effect", 'must be "Allow" or "Deny"')
    return Effect(effect)


def _covers(elements: dict[str, object], kind: PolicyKind, where: str) -> Matcher:
    if kind is PolicyKind.TRUST:
        return matcher(("*",))
    return read.either(elements, "Resource", where, read.any_resource if kind is PolicyKind.RESOURCE else read.resource)


_MOST_CHARACTERS = {
    PolicyKind.IDENTITY: MOST_IDENTITY_CHARACTERS,
    PolicyKind.SESSION: MOST_SESSION_CHARACTERS,
    PolicyKind.TRUST: MOST_TRUST_CHARACTERS,
}
_READ_ACTION = {PolicyKind.RESOURCE: read.kms_action, PolicyKind.TRUST: read.assume_role}
_IDENTITY_ELEMENTS = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"})
_ELEMENTS = {
    PolicyKind.IDENTITY: _IDENTITY_ELEMENTS,
    PolicyKind.SESSION: _IDENTITY_ELEMENTS,
    PolicyKind.RESOURCE: frozenset({"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}),
    PolicyKind.TRUST: frozenset({"Sid", "Effect", "Principal", "Action", "Condition"}),
}

"""Condition blocks: all operators and all keys of an operator must hold; of a key's values one must fit.

A Not operator holds exactly where its counterpart does not: none of its values may fit, and where the request does not
have the key at all it holds (RAM's documents do not say; AWS decides it so). Every other operator is false without the
key. A value of the request that cannot be read as the operator's kind fits nothing.

Names of keys compare without case, but for the tag key behind `kms:tag/`. A key that this server does not know may
stand in a policy; no request ever has it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from keyreeve.access.policies.document import refuse, require_list, require_object, require_storable, shown
from keyreeve.access.policies.operators import OPERATORS
from keyreeve.access.policies.patterns import Matcher

Fact = Callable[[str], tuple[str, ...] | None]

TAG_PREFIX = "kms:tag/"
_KEYS = {name.lower(): name for name in ("acs:CurrentTime", "acs:MFAPresent", "acs:SecureTransport", "acs:SourceIp")}


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One key of one operator; `key` is spelt as the documents do, None if no request can have it."""

    key: str | None
    negated: bool
    fits: Matcher


def hold(conditions: tuple[Condition, ...], fact: Fact) -> bool:
    """Whether all hold; `fact` is asked for no more keys than it takes to tell."""
    for condition in conditions:
        found = fact(condition.key) if condition.key is not None else None
        if any(map(condition.fits, found or ())) is condition.negated:
            return False
    return True


def parse_conditions(block: object, where: str) -> tuple[Condition, ...]:
    """Raises PolicyMalformed."""
    found: list[Condition] = []
    for name, keys in require_object(block, where).items():
        if name not in OPERATORS:
            refuse(where, f"unknown operator {shown(name)}")
        place = f"{where}.{name}"
        wanted = require_object(keys, place)
        if not wanted:
            refuse(place, "names no key")
        found += [_condition(name, key, value, f"{place}.{shown(key)}") for key, value in wanted.items()]
    return tuple(found)


def canonical_key(name: str) -> str | None:
    """A key as `fact` is asked for it: `acs:SourceIp`, `kms:tag/Project`; None for one that nobody has."""
    lowered = name.lower()
    if lowered.startswith(TAG_PREFIX):
        tag_key = name[len(TAG_PREFIX) :]
        return TAG_PREFIX + tag_key if tag_key else None
    return _KEYS.get(lowered)


def _condition(name: str, key: str, value: object, where: str) -> Condition:
    wanted = require_list(value, where)
    for text in (key, *wanted):
        if isinstance(text, str):
            require_storable(text, where)
    compile_values, negated = OPERATORS[name]
    try:
        return Condition(canonical_key(key), negated, compile_values(wanted))
    except ValueError as error:
        refuse(where, str(error))

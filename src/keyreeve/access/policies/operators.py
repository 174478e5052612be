"""What each condition operator compares, and how; conditions.py says how operators, keys and values combine."""

import operator
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any, TypeVar

from keyreeve.access.policies import condition_values as values
from keyreeve.access.policies.patterns import Matcher, matcher

Found = TypeVar("Found")
Wanted = TypeVar("Wanted")
Compile = Callable[[Sequence[object]], Matcher]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


def _equals(wanted: Sequence[object]) -> Matcher:
    return frozenset(map(values.as_text, wanted)).__contains__


def _equals_ignoring_case(wanted: Sequence[object]) -> Matcher:
    folded = frozenset(values.as_text(value).casefold() for value in wanted)
    return lambda text: text.casefold() in folded


def _like(wanted: Sequence[object]) -> Matcher:
    return matcher([values.as_text(value) for value in wanted])


def _compared(
    read: Callable[[str], Found], read_wanted: Callable[[object], Wanted], fits: Callable[[Found, Wanted], bool]
) -> Compile:
    """`fits` is asked with the request's value and each of the policy's."""

    def compile_values(wanted: Sequence[object]) -> Matcher:
        limits = tuple(map(read_wanted, wanted))

        def matches(text: str) -> bool:
            try:
                found = read(text)
            except ValueError:
                return False
            return any(map(fits, repeat(found), limits))

        return matches

    return compile_values


def _in_network(address: values.Address, network: values.Network) -> bool:
    return network.holds(address)


_POSITIVE: dict[str, Compile] = {
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_ignoring_case,
    "StringLike": _like,
    "Bool": _compared(values.truth, values.as_truth, operator.eq),
    "IpAddress": _compared(values.address, values.as_network, _in_network),
    **{f"Numeric{name}": _compared(values.number, values.as_number, fits) for name, fits in _COMPARISONS.items()},
    **{f"Date{name}": _compared(values.moment, values.as_moment, fits) for name, fits in _COMPARISONS.items()},
}
_NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}

# An operator's name: what compiles its values (and raises ValueError), and whether it is a Not operator.
OPERATORS: dict[str, tuple[Compile, bool]] = {
    **{name: (compile_values, False) for name, compile_values in _POSITIVE.items()},
    **{name: (_POSITIVE[counterpart], True) for name, counterpart in _NEGATIONS.items()},
}

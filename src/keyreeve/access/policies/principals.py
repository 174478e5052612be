"""The Principal of key, secret and trust policies: who a statement is about."""

import re
from dataclasses import dataclass

from keyreeve.access.policies.document import refuse, require_known, require_object, require_texts, shown
from keyreeve.access.policies.patterns import WILDCARD, Matcher, matcher

_RAM = re.compile(r"acs:ram::([0-9]{1,20}):(\*|root|(?:user|role)/[A-Za-z0-9._@*?-]{1,128})")
_SERVICE = re.compile(r"[a-z0-9.-]{1,128}")


@dataclass(frozen=True, slots=True, eq=False)
class Principals:
    """`accounts` are meant as a whole, by `:root` or `:*`; `named` matches the ARN of a user or role.

    Services of the cloud may be named in a trust policy and are nobody here.
    """

    accounts: frozenset[str]
    named: Matcher


def parse_principals(value: object, where: str, *, is_trust: bool) -> Principals:
    """Key and secret policies may have `*` and `?` in a name, trust policies services. Raises PolicyMalformed."""
    kinds = require_object(value, where)
    require_known(kinds, ("RAM", "Service") if is_trust else ("RAM",), where)
    if not kinds:
        refuse(where, "names nobody")
    if "Service" in kinds:
        _require_services(kinds["Service"], f"{where}.Service")
    return _ram_principals(kinds["RAM"], f"{where}.RAM", is_trust) if "RAM" in kinds else _NOBODY


def _ram_principals(value: object, where: str, is_trust: bool) -> Principals:
    accounts: set[str] = set()
    names: list[str] = []
    for text in require_texts(value, where):
        parsed = _RAM.fullmatch(text)
        if parsed is None or (is_trust and WILDCARD.search(text.removesuffix(":*"))):
            refuse(where, f"{shown(text)} is not acs:ram::<account>:root, :user/<name> or :role/<name>")
        account_id, who = parsed.groups()
        if who in ("*", "root"):
            accounts.add(account_id)
        else:
            names.append(text)
    return Principals(frozenset(accounts), matcher(names))


def _require_services(value: object, where: str) -> None:
    for text in require_texts(value, where):
        if not _SERVICE.fullmatch(text):
            refuse(where, f"{shown(text)} is not the name of a service")


_NOBODY = Principals(frozenset(), matcher(()))

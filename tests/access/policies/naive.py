"""The policy language a second time, as plainly as it can be written, from the API notes and not from src.

It reads the raw JSON values each time, knows no index and shares no code with what it is compared with. Policies are
pairs of a name and a document; a decision is the word for it and the statement that decided.
"""

import re
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple

Document = dict[str, Any]
Named = tuple[str, Document]
Verdict = tuple[str, str, str]


class Asked(NamedTuple):
    action: str
    resource: str
    principal: str
    account: str
    owner: str
    facts: dict[str, tuple[str, ...]]


def glob(pattern: str, text: str) -> bool:
    regex = ""
    for sign in pattern:
        if sign == "*":
            regex += ".*"
        elif sign == "?":
            regex += "."
        else:
            regex += re.escape(sign)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def ip_bits(text: str) -> str:
    """32 binary digits of an IPv4 address."""
    return "".join(f"{int(part):08b}" for part in text.split("."))


def same_network(block: str, address: str) -> bool:
    first, _, length = block.partition("/")
    size = int(length or 32)
    return ip_bits(first)[:size] == ip_bits(address)[:size]


def seconds(text: str) -> float:
    return datetime.strptime(text.replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S%z").timestamp()


def compare(ending: str, found: Any, wanted: Any) -> bool:
    return {
        "Equals": found == wanted,
        "LessThan": found < wanted,
        "LessThanEquals": found <= wanted,
        "GreaterThan": found > wanted,
        "GreaterThanEquals": found >= wanted,
    }[ending]


def string_fits(operator: str, found: str, wanted: str) -> bool:
    if operator == "StringLike":
        return glob(wanted, found)
    if operator == "StringEqualsIgnoreCase":
        return found.lower() == wanted.lower()
    assert operator == "StringEquals"
    return found == wanted


def fits(operator: str, found: str, wanted: Any) -> bool:
    if operator.startswith("String"):
        return string_fits(operator, found, wanted)
    if operator == "Bool":
        return found == str(wanted).lower()
    if operator == "IpAddress":
        return same_network(wanted, found)
    if operator.startswith("Numeric"):
        readable = re.fullmatch(r"-?[0-9.]+", found)
        return bool(readable) and compare(operator[7:], Fraction(found), Fraction(str(wanted)))
    return compare(operator[4:], seconds(found), seconds(wanted))


def condition_holds(operator: str, key: str, wanted: Any, facts: dict[str, tuple[str, ...]]) -> bool:
    positive = operator.replace("Not", "")
    start, tag, name = key.partition("/")
    found: tuple[str, ...] = ()
    for have, values in facts.items():
        have_start, have_tag, have_name = have.partition("/")
        if (start.lower(), tag, name) == (have_start.lower(), have_tag, have_name):
            found = values
    some = False
    for text in found:
        for value in listed(wanted):
            some = some or fits(positive, text, value)
    return some if positive == operator else not some


def matches(statement: Document, element: str, text: str) -> bool:
    if element in statement:
        return any(glob(pattern, text) for pattern in listed(statement[element]))
    return not any(glob(pattern, text) for pattern in listed(statement["Not" + element]))


def about(statement: Document, asked: Asked, by_name: bool) -> bool:
    if "Principal" not in statement:
        return True
    for principal in listed(statement["Principal"]["RAM"]):
        account, who = principal.split(":")[3:5]
        if who in ("*", "root"):
            if account == asked.account and not by_name:
                return True
        elif glob(principal, asked.principal):
            return True
    return False


def applies(statement: Document, asked: Asked, by_name: bool) -> bool:
    lowered = {
        key: [one.lower() for one in listed(value)] if key.endswith("Action") else value
        for key, value in statement.items()
    }
    if not matches(lowered, "Action", asked.action.lower()) or not matches(statement, "Resource", asked.resource):
        return False
    for operator, keys in statement.get("Condition", {}).items():
        for key, wanted in keys.items():
            if not condition_holds(operator, key, wanted, asked.facts):
                return False
    return about(statement, asked, by_name)


def first(policies: list[Named], effect: str, asked: Asked, by_name: bool = False) -> tuple[str, str] | None:
    for name, document in policies:
        for number, statement in enumerate(document["Statement"], 1):
            if statement["Effect"] == effect and applies(statement, asked, by_name):
                return name, statement.get("Sid", str(number))
    return None


def decide(
    asked: Asked, is_root: bool, identity: list[Named], session: Named | None, resource: Named | None
) -> Verdict:
    own = asked.account == asked.owner
    sessions = [session] if session else []
    resources = [resource] if resource else []
    denied = first(sessions, "Deny", asked)
    limited = bool(sessions) and not first(sessions, "Allow", asked)
    if not denied and not limited:
        denied = first(identity, "Deny", asked) or first(resources, "Deny", asked)
    if own and is_root:
        return "ROOT", "", ""
    if denied:
        return "DENIED_BY", *denied
    if limited:
        return "NOT_ALLOWED_BY_SESSION", "", ""
    return allowed_by(asked, is_root, identity, resources)


def allowed_by(asked: Asked, is_root: bool, identity: list[Named], resources: list[Named]) -> Verdict:
    own = asked.account == asked.owner
    by_identity = first(identity, "Allow", asked)
    by_resource = first(resources, "Allow", asked, by_name=own)
    if not own and not by_identity and not is_root:
        return "NOTHING_ALLOWS", "", ""
    if not own:
        return ("ALLOWED_BY", *by_resource) if by_resource else ("RESOURCE_POLICY_DOES_NOT_ALLOW", "", "")
    allowed = by_identity or by_resource
    return ("ALLOWED_BY", *allowed) if allowed else ("NOTHING_ALLOWS", "", "")

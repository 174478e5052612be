"""Random policies and requests that often meet: everything is drawn from few names and patterns made from them."""

import json
from typing import Any, NamedTuple

from hypothesis import strategies as st

from keyreeve.access.policies.decisions import Decision
from keyreeve.access.policies.evaluation import decide
from keyreeve.access.policies.language import PolicyKind, parse_policy
from keyreeve.access.policies.policy_set import NamedPolicy, PolicySet, Request
from tests.access.policies.documents import OTHER, OWNER
from tests.access.policies.naive import Asked, Named

ACTIONS = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:ReEncryptFrom"]
RESOURCES = [f"acs:kms:r:{OWNER}:{name}" for name in ("key/a", "key/ab", "secret/a")]
NAMES = ["user/alice", "user/al", "role/alice"]


class World(NamedTuple):
    asked: Asked
    is_root: bool
    identity: list[Named]
    session: Named | None
    resource: Named | None


@st.composite
def patterns_of(draw: st.DrawFn, texts: list[str], kept: int) -> str:
    """One of the texts, often with a run of it replaced by `*` or a sign by `?`, behind the first `kept` signs."""
    text = draw(st.sampled_from(texts))
    kind = draw(st.sampled_from(["as it is", "star", "star", "mark"]))
    start = draw(st.integers(kept, len(text) - 1))
    if kind == "star":
        return text[:start] + "*" + text[draw(st.integers(start, len(text))) :]
    return text[:start] + "?" + text[start + 1 :] if kind == "mark" else text


def some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return strategy | st.lists(strategy, min_size=1, max_size=2)


actions = st.just("kms:*") | patterns_of(ACTIONS, 4) | patterns_of(ACTIONS, 4).map(str.upper)
resources = st.just("*") | patterns_of(RESOURCES, 4)
principals = st.tuples(st.sampled_from([OWNER, OTHER]), st.just("*") | st.just("root") | patterns_of(NAMES, 5)).map(
    lambda drawn: f"acs:ram::{drawn[0]}:{drawn[1]}"
)

TEXTS = ["red", "Red", "blue"]
NUMBERS = ["-1", "2", "10", "10.5"]
MOMENTS = ["2030-01-01T00:00:00Z", "2030-01-01T00:00:01Z", "2030-01-01T08:00:00+08:00"]
BLOCKS = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "192.168.0.0/16"]
COMPARISONS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]


def tests_of(operators: list[str], keys: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(st.sampled_from(operators), st.dictionaries(st.sampled_from(keys), some(values), min_size=1))


strings = [f"String{name}" for name in ("Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase")]
blocks = st.lists(
    tests_of(strings, ["kms:tag/Colour", "KMS:TAG/colour", "acs:Unknown"], st.sampled_from(TEXTS))
    | tests_of(["StringLike", "StringNotLike"], ["Kms:Tag/Colour"], patterns_of(TEXTS, 0))
    | tests_of([f"Numeric{one}" for one in COMPARISONS], ["kms:tag/Size"], st.sampled_from([*NUMBERS, 2, 10.5]))
    | tests_of([f"Date{one}" for one in COMPARISONS], ["acs:currenttime"], st.sampled_from(MOMENTS))
    | tests_of(["Bool"], ["acs:SecureTransport", "acs:MFAPresent"], st.booleans() | st.sampled_from(["true", "false"]))
    | tests_of(["IpAddress", "NotIpAddress"], ["ACS:SourceIP"], st.sampled_from(BLOCKS)),
    min_size=1,
    max_size=2,
).map(dict)

effects = st.sampled_from(["Allow", "Allow", "Deny"])
sids = {"Sid": st.sampled_from(["one", "a b"])}


@st.composite
def statements(draw: st.DrawFn, effect: st.SearchStrategy[str] = effects, *, of_key: bool = False) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": draw(effect)} | draw(st.fixed_dictionaries({}, optional=sids))
    if draw(st.integers(0, 2)) == 0:
        statement["Condition"] = draw(blocks)
    if of_key:
        principal = {"RAM": draw(some(principals))}
        return {**statement, "Principal": principal, "Action": draw(some(actions)), "Resource": "*"}
    action = draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))
    resource = draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))
    return {**statement, action: draw(some(actions)), resource: draw(some(resources))}


def documents(*, of_key: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    several = st.lists(statements(of_key=of_key), min_size=1, max_size=3)
    return several.map(lambda drawn: {"Version": "1", "Statement": drawn})


FACTS = {
    "kms:tag/Colour": [("red",), ("Red",), ("blue",), ("red", "blue")],
    "kms:tag/colour": [("red",), ("Red",), ("blue",)],
    "kms:tag/Size": [(one,) for one in (*NUMBERS, "big")],
    "acs:CurrentTime": [("2030-01-01T00:00:00Z",), ("2031-01-01T00:00:00Z",)],
    "acs:SecureTransport": [("true",), ("false",)],
    "acs:MFAPresent": [("true",), ("false",)],
    "acs:SourceIp": [("10.1.2.3",), ("10.9.9.9",), ("192.168.1.1",)],
}
facts: st.SearchStrategy[dict[str, tuple[str, ...]]] = st.fixed_dictionaries(
    {}, optional={key: st.sampled_from(values) for key, values in FACTS.items()}
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    account = draw(st.sampled_from([OWNER, OWNER, OTHER]))
    is_root = draw(st.integers(0, 9)) == 0
    name = "root" if is_root else draw(st.sampled_from(NAMES))
    asked = Asked(
        draw(st.sampled_from(ACTIONS)),
        draw(st.sampled_from(RESOURCES)),
        f"acs:ram::{account}:{name}",
        account,
        OWNER,
        draw(facts),
    )
    count = 0 if is_root else draw(st.integers(0, 3))
    identity = [(f"Custom/p{number}", draw(documents())) for number in range(count)]
    session = ("session", draw(documents())) if draw(st.integers(0, 5)) == 5 else None
    resource = ("default", draw(documents(of_key=True))) if draw(st.booleans()) else None
    return World(asked, is_root, identity, session, resource)


def policy_set(named: list[Named], kind: PolicyKind) -> PolicySet:
    return PolicySet([NamedPolicy(name, parse_policy(json.dumps(one), kind)) for name, one in named])


def decided(world: World) -> Decision:
    asked = world.asked
    return decide(
        Request(asked.action, asked.resource, asked.principal, asked.account, asked.owner, asked.facts.get),
        is_root=world.is_root,
        identity=policy_set(world.identity, PolicyKind.IDENTITY),
        session=policy_set([world.session], PolicyKind.SESSION) if world.session else None,
        resource=policy_set([world.resource], PolicyKind.RESOURCE) if world.resource else None,
    )

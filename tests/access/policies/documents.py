"""Policies and requests for the tests, short to write."""

import json
from collections.abc import Mapping
from typing import Any

from keyreeve.access.policies.decisions import Decision
from keyreeve.access.policies.evaluation import decide
from keyreeve.access.policies.language import Policy, PolicyKind, parse_policy
from keyreeve.access.policies.policy_set import NamedPolicy, PolicySet, Request

OWNER = "1000000000000001"
OTHER = "1000000000000002"
KEY = f"acs:kms:cn-hangzhou:{OWNER}:key/k-1"
Statement = dict[str, Any]
Facts = Mapping[str, tuple[str, ...]]


def allow(action: object = "*", resource: object = "*", **more: object) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object = "*", resource: object = "*", **more: object) -> Statement:
    return {**allow(action, resource), "Effect": "Deny", **more}


def granting(effect: str, *principals: str, action: object = "kms:*", **more: object) -> Statement:
    """A statement of a key's policy."""
    return {"Effect": effect, "Principal": {"RAM": list(principals)}, "Action": action, "Resource": "*", **more}


def document(*statements: object) -> str:
    return json.dumps({"Version": "1", "Statement": list(statements)})


def parsed(*statements: object, kind: PolicyKind = PolicyKind.IDENTITY) -> Policy:
    return parse_policy(document(*statements), kind)


def policies(*statements: object, kind: PolicyKind = PolicyKind.IDENTITY, name: str = "Custom/p") -> PolicySet:
    return PolicySet([NamedPolicy(name, parsed(*statements, kind=kind))])


def key_policy(*statements: Statement) -> PolicySet:
    return policies(*statements, kind=PolicyKind.RESOURCE, name="default")


def user(name: str = "alice", account_id: str = OWNER) -> str:
    return f"acs:ram::{account_id}:user/{name}"


def request(
    action: str = "kms:Encrypt",
    resource: str = KEY,
    principal: str | None = None,
    facts: Facts | None = None,
    *,
    account_id: str = OWNER,
    owner: str = OWNER,
) -> Request:
    return Request(action, resource, principal or user(account_id=account_id), account_id, owner, (facts or {}).get)


def asked(
    one: Request,
    *statements: Statement,
    session: PolicySet | None = None,
    resource: PolicySet | None = None,
    is_root: bool = False,
) -> Decision:
    """The decision where the statements are the identity's one policy."""
    identity = policies(*statements) if statements else PolicySet()
    return decide(one, is_root=is_root, identity=identity, session=session, resource=resource)

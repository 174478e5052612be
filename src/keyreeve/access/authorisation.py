"""What a caller may do: the policies that hold for it, read from the database, and the question put to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, select

from keyreeve.access.callers import Caller, CallerKind
from keyreeve.access.policies.conditions import Fact
from keyreeve.access.policies.decisions import Decision
from keyreeve.access.policies.evaluation import decide, trusts
from keyreeve.access.policies.language import Policy, PolicyKind, parse_policy
from keyreeve.access.policies.policy_set import NamedPolicy, PolicySet, Request
from keyreeve.access.policies.system import SYSTEM_POLICIES
from keyreeve.errors import NoPermission
from keyreeve.storage.schema import ram_attachments, ram_members, ram_policies, ram_policy_versions
from keyreeve.wire_time import to_wire

SYSTEM, CUSTOM = "System", "Custom"
_TAG = "kms:tag/"
_MOST_DETAIL = 234


def no_tags() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a resource says about who may use it: its account, its own policy if it has one, its tags.

    `kind` is what a refusal calls the policy.
    """

    account_id: str
    policy: str | None = None
    tags: Callable[[], Mapping[str, str]] = no_tags
    kind: str = "key policy"


@dataclass(frozen=True, slots=True)
class Question:
    """`resource` is an ARN, `source` an IP address, `now` in milliseconds."""

    action: str
    resource: str
    source: str
    secure: bool
    now: int


@dataclass(frozen=True, slots=True)
class Permissions:
    identity: PolicySet
    session: PolicySet | None


def load(_: object, connection: Connection, caller: Caller) -> Permissions:
    """All policies that hold for a caller: its own, its groups', and its session's."""
    session = None
    if caller.session_policy:
        session = _policy_set("session policy", caller.session_policy, PolicyKind.SESSION)
    return Permissions(PolicySet(attached_policies(connection, caller)), session)


def attached_policies(connection: Connection, caller: Caller) -> list[NamedPolicy]:
    holders = [caller.principal_id]
    if caller.kind is CallerKind.USER:
        groups = select(ram_members.c.group_id).where(ram_members.c.user_id == caller.principal_id)
        holders += connection.execute(groups).scalars()
    found = connection.execute(
        select(ram_attachments.c.policy_type, ram_attachments.c.policy_name)
        .where(ram_attachments.c.account_id == caller.account_id, ram_attachments.c.holder_id.in_(holders))
        .distinct()
        .order_by(ram_attachments.c.policy_type, ram_attachments.c.policy_name)
    )
    return [_named(connection, caller.account_id, row.policy_type, row.policy_name) for row in found]


def require(caller: Caller, permissions: Permissions, question: Question, guarded: Guarded | None) -> None:
    """Raises NoPermission, which names what decided."""
    decision = decided(caller, permissions, question, guarded)
    if not decision.allowed:
        raise NoPermission(detail_of(question, decision))


def decided(caller: Caller, permissions: Permissions, question: Question, guarded: Guarded | None) -> Decision:
    own = guarded or Guarded(caller.account_id)
    policy = None if own.policy is None else _policy_set(own.kind, own.policy, PolicyKind.RESOURCE)
    return decide(
        _request(caller, question, own),
        is_root=caller.is_account,
        identity=permissions.identity,
        session=permissions.session,
        resource=policy,
    )


def require_trust(caller: Caller, trust_policy: str, question: Question) -> None:
    """Whether a role trusts a caller; `question` is about sts:AssumeRole. Raises NoPermission."""
    request = _request(caller, question, Guarded(caller.account_id))
    decision = trusts(request, _policy_set("trust policy", trust_policy, PolicyKind.TRUST))
    if not decision.allowed:
        raise NoPermission(detail_of(question, decision))


def detail_of(question: Question, decision: Decision) -> str:
    """What a refusal says; a long resource is cut, so that what decided gets into the audit line."""
    room = _MOST_DETAIL - len(question.action) - len(decision.text)
    resource = question.resource if len(question.resource) <= room else question.resource[: room - 2] + ".."
    return f"{question.action} on {resource}: {decision.text}"


def _request(caller: Caller, question: Question, guarded: Guarded) -> Request:
    return Request(
        action=question.action,
        resource=question.resource,
        principal=caller.principal,
        account_id=caller.account_id,
        owner_account_id=guarded.account_id,
        fact=_facts(question, guarded.tags),
    )


def _facts(question: Question, tags: Callable[[], Mapping[str, str]]) -> Fact:
    """The values that conditions ask for."""

    def fact(name: str) -> tuple[str, ...] | None:
        if name == "acs:CurrentTime":
            return (to_wire(question.now),)
        if name == "acs:SourceIp":
            return (question.source,)
        if name == "acs:SecureTransport":
            return ("true" if question.secure else "false",)
        if name.startswith(_TAG):
            value = tags().get(name.removeprefix(_TAG))
            return None if value is None else (value,)
        return None

    return fact


def _named(connection: Connection, account_id: str, policy_type: str, name: str) -> NamedPolicy:
    if policy_type == SYSTEM:
        return NamedPolicy(f"System/{name}", _parsed(SYSTEM_POLICIES[name].document, PolicyKind.IDENTITY))
    document = connection.execute(
        select(ram_policy_versions.c.document)
        .join(
            ram_policies,
            (ram_policies.c.account_id == ram_policy_versions.c.account_id)
            & (ram_policies.c.policy_name == ram_policy_versions.c.policy_name)
            & (ram_policies.c.default_version == ram_policy_versions.c.version),
        )
        .where(ram_policies.c.account_id == account_id, ram_policies.c.policy_name == name)
    ).scalar_one()
    return NamedPolicy(f"Custom/{name}", _parsed(document, PolicyKind.IDENTITY))


@lru_cache(maxsize=4096)
def _policy_set(name: str, text: str, kind: PolicyKind) -> PolicySet:
    return PolicySet([NamedPolicy(name, _parsed(text, kind))])


@lru_cache(maxsize=4096)
def _parsed(text: str, kind: PolicyKind) -> Policy:
    """What was stored was parsed then, so it parses now."""
    return parse_policy(text, kind)

"""Policies made ready to be asked often: an index by action, filled as actions come."""

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec import Struct

from keyreeve.access.policies.conditions import Fact, hold
from keyreeve.access.policies.decisions import Decision, Why
from keyreeve.access.policies.language import Effect, Policy, Statement

_MOST_ACTIONS = 1024


class Request(Struct, frozen=True):
    """One action on one resource.

    `action` is `kms:Encrypt`; `resource` an ARN; `principal` acs:ram::<account>:user/<name>, :role/<name> or :root;
    `account_id` the caller's, `owner_account_id` the resource's. `fact` answers a condition key, spelt as the documents
    do (`acs:SourceIp`, `kms:tag/Project`), with its values, or None for one that the request does not have. It is asked
    only for keys of statements that else apply, and again whenever one occurs: what is dear it has to remember.
    """

    action: str
    resource: str
    principal: str
    account_id: str
    owner_account_id: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class NamedPolicy:
    name: str
    policy: Policy


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    statement: Statement
    decision: Decision


_Entries = tuple[_Entry, ...]


class PolicySet:
    """Several policies that count together. Build it once and keep it as long as none of them changes."""

    __slots__ = ("_by_action", "_entries")

    def __init__(self, policies: Iterable[NamedPolicy] = ()) -> None:
        self._entries = tuple(_entry(named.name, one) for named in policies for one in named.policy.statements)
        self._by_action: dict[str, tuple[_Entries, _Entries]] = {}

    def denial(self, request: Request) -> Decision | None:
        """What the first Deny statement that applies decides."""
        return _first(self._of(request.action)[0], request, by_name=False)

    def permission(self, request: Request, *, by_name: bool = False) -> Decision | None:
        """What the first Allow statement that applies decides; `by_name`: whole accounts as principals do not count."""
        return _first(self._of(request.action)[1], request, by_name=by_name)

    def _of(self, action: str) -> tuple[_Entries, _Entries]:
        found = self._by_action.get(action)
        return self._look_up(action) if found is None else found

    def _look_up(self, action: str) -> tuple[_Entries, _Entries]:
        # Actions are the server's own names, a closed list; the bound keeps a mistake from growing for ever.
        if len(self._by_action) >= _MOST_ACTIONS:
            self._by_action.clear()
        lowered = action.lower()
        acting = [entry for entry in self._entries if entry.statement.acts(lowered)]
        denying = tuple(entry for entry in acting if entry.statement.effect is Effect.DENY)
        allowing = tuple(entry for entry in acting if entry.statement.effect is Effect.ALLOW)
        self._by_action[action] = denying, allowing
        return denying, allowing


def _entry(name: str, statement: Statement) -> _Entry:
    allows = statement.effect is Effect.ALLOW
    why = Why.ALLOWED_BY if allows else Why.DENIED_BY
    return _Entry(statement, Decision(allows, why, policy=name, statement=statement.label))


def _first(entries: _Entries, request: Request, *, by_name: bool) -> Decision | None:
    for entry in entries:
        statement = entry.statement
        if not statement.covers(request.resource) or not _is_about(statement, request, by_name):
            continue
        if not statement.conditions or hold(statement.conditions, request.fact):
            return entry.decision
    return None


def _is_about(statement: Statement, request: Request, by_name: bool) -> bool:
    principals = statement.principals
    if principals is None:
        return True
    return principals.named(request.principal) or (not by_name and request.account_id in principals.accounts)

"""ListPolicies (RAM API 2015-05-01): an account's own policies and the system's as one list."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, structs

from keyreeve.access.authorisation import CUSTOM, SYSTEM
from keyreeve.access.identities import attachments, policies, system
from keyreeve.access.identities.model import Policy
from keyreeve.context import Context
from keyreeve.errors import ParameterInvalid
from keyreeve.operations import Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram import texts
from keyreeve.ram.lookup import Page, ask, cut
from keyreeve.ram.policies import ToldPolicy, told_policy

_WhichType = Annotated[texts.PolicyType | None, Meta(description="System or Custom; both by default.")]


class ListPoliciesRequest(p.PageRequest, frozen=True, rename="pascal", kw_only=True):
    policy_type: _WhichType = None
    tag: p.Tag = p.NO_TAGS


class PolicyList(Struct, frozen=True, rename="pascal"):
    policy: list[ToldPolicy]


class ListPoliciesResponse(Page, frozen=True, rename="pascal", kw_only=True):
    policies: PolicyList


@operation(service=Service.RAM, needs=Needs.READ)
def list_policies(ctx: Context, request: ListPoliciesRequest) -> ListPoliciesResponse:
    """The account's own policies, then the system's, each by name."""
    ask(ctx, "policy/*")
    wanted = (CUSTOM, SYSTEM) if request.policy_type is None else (request.policy_type.text,)
    found = _listed(ctx, wanted, request.marker, request.max_items + 1)
    page, marker = cut(found, request.max_items, lambda policy: f"{policy.policy_type}/{policy.name}")
    counts = attachments.counts(ctx.db, ctx.caller.account_id)
    told = [
        structs.replace(told_policy(policy), attachment_count=counts.get((policy.policy_type, policy.name), 0))
        for policy in page
    ]
    return ListPoliciesResponse(is_truncated=marker is not UNSET, marker=marker, policies=PolicyList(told))


def _listed(ctx: Context, wanted: tuple[str, ...], marker: str, limit: int) -> list[Policy]:
    """Up to `limit` behind a marker, which is a type and a name. Raises ParameterInvalid."""
    after_type, _, after = marker.partition("/")
    if after_type not in ("", CUSTOM, SYSTEM):
        raise ParameterInvalid("Marker")
    found: list[Policy] = []
    if CUSTOM in wanted and after_type != SYSTEM:
        found += policies.list_policies(ctx.db, ctx.caller.account_id, after, limit)
    if SYSTEM in wanted:
        found += system.list_policies(after if after_type == SYSTEM else "", limit - len(found))
    return found


OPERATIONS = (list_policies,)

"""Policies: CreatePolicy, GetPolicy, UpdatePolicyDescription, DeletePolicy, ListPolicies (RAM API 2015-05-01)."""

from dataclasses import replace
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from keyreeve.access.authorisation import CUSTOM
from keyreeve.access.identities import attachments, policies
from keyreeve.access.identities.model import HolderKind, Policy, PolicyVersion
from keyreeve.context import Context
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram import texts
from keyreeve.ram.errors import (
    PolicyExists,
    PolicyHasGroups,
    PolicyHasRoles,
    PolicyHasUsers,
    PolicyHasVersions,
    PolicyNotFound,
)
from keyreeve.ram.lookup import ask, ask_policy, find_policy, find_version, own_policy
from keyreeve.ram.versions import ToldVersion, told_version
from keyreeve.wire_time import to_wire

_HAS = {HolderKind.USER: PolicyHasUsers, HolderKind.GROUP: PolicyHasGroups, HolderKind.ROLE: PolicyHasRoles}

_NewDescription = Annotated[
    texts.NewDescription, Meta(description="At most 1,024 characters.", extra={"may_be_empty": True})
]
_WithVersions = Annotated[bool, Meta(description="true: with all its versions.")]


class ToldPolicy(Struct, frozen=True, rename="pascal", kw_only=True):
    """What the answers have of it differs."""

    policy_name: str
    policy_type: str
    description: str
    default_version: str
    create_date: str
    update_date: str | UnsetType = UNSET
    attachment_count: int | UnsetType = UNSET
    policy_document: str | UnsetType = UNSET


class PolicyResponse(Struct, frozen=True, rename="pascal"):
    policy: ToldPolicy


class CreatePolicyRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    policy_name: p.ThePolicy
    policy_document: p.TheDocument
    description: p.SomeDescription = texts.Description("")
    tag: p.Tag = p.NO_TAGS


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(PolicyExists,))
def create_policy(ctx: Context, request: CreatePolicyRequest) -> PolicyResponse:
    """Make a policy, whose first version is its default; it holds for nobody yet."""
    ask(ctx, "policy/*")
    name, account_id = request.policy_name.text, ctx.caller.account_id
    ctx.touch(f"policy/{name}")
    if policies.read_policy(ctx.db, account_id, name) is not None:
        raise PolicyExists
    policy = Policy(CUSTOM, name, request.description.text, 1, 1, ctx.now, ctx.now)
    policies.insert_policy(ctx.db, account_id, policy)
    policies.insert_version(ctx.db, account_id, name, PolicyVersion(1, request.policy_document.text, ctx.now))
    return PolicyResponse(structs.replace(told_policy(policy), update_date=UNSET))


class GetPolicyRequest(Struct, frozen=True, rename="pascal"):
    policy_name: p.ThePolicy
    policy_type: p.TheType


class GetPolicyResponse(Struct, frozen=True, rename="pascal"):
    policy: ToldPolicy
    default_policy_version: ToldVersion


@operation(service=Service.RAM, needs=Needs.READ, errors=(PolicyNotFound,))
def get_policy(ctx: Context, request: GetPolicyRequest) -> GetPolicyResponse:
    """A policy with its default version."""
    policy_type, name = request.policy_type.text, request.policy_name.text
    ask_policy(ctx, policy_type, name)
    policy = find_policy(ctx, policy_type, name)
    version = find_version(ctx, policy, policy.default_version)
    count = attachments.counts(ctx.db, ctx.caller.account_id).get((policy_type, name), 0)
    told = structs.replace(told_policy(policy), attachment_count=count, policy_document=version.document)
    return GetPolicyResponse(told, told_version(policy, version))


class UpdatePolicyDescriptionRequest(Struct, frozen=True, rename="pascal"):
    policy_name: p.ThePolicy
    new_description: _NewDescription


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(PolicyNotFound,))
def update_policy_description(ctx: Context, request: UpdatePolicyDescriptionRequest) -> PolicyResponse:
    """Change what is said of a policy."""
    policy = own_policy(ctx, request.policy_name.text)
    changed = replace(policy, description=request.new_description.text, updated_at=ctx.now)
    policies.update_policy(ctx.db, ctx.caller.account_id, changed)
    return PolicyResponse(told_policy(changed))


class DeletePolicyRequest(Struct, frozen=True, rename="pascal"):
    policy_name: p.ThePolicy
    cascading_delete: _WithVersions = False


@operation(
    service=Service.RAM,
    needs=Needs.WRITE,
    errors=(PolicyNotFound, PolicyHasUsers, PolicyHasGroups, PolicyHasRoles, PolicyHasVersions),
)
def delete_policy(ctx: Context, request: DeletePolicyRequest) -> Empty:
    """Remove a policy that is attached to nobody, and has one version or `CascadingDelete`."""
    policy, account_id = own_policy(ctx, request.policy_name.text), ctx.caller.account_id
    holders = attachments.kinds_of_holders(ctx.db, account_id, (CUSTOM, policy.name))
    for kind, refusal in _HAS.items():
        if kind in holders:
            raise refusal
    if len(policies.list_versions(ctx.db, account_id, policy.name)) > 1 and not request.cascading_delete:
        raise PolicyHasVersions
    policies.delete_policy(ctx.db, account_id, policy.name)
    return Empty()


def told_policy(policy: Policy) -> ToldPolicy:
    return ToldPolicy(
        policy_name=policy.name,
        policy_type=policy.policy_type,
        description=policy.description,
        default_version=f"v{policy.default_version}",
        create_date=to_wire(policy.created_at),
        update_date=to_wire(policy.updated_at),
    )


OPERATIONS = (create_policy, get_policy, update_policy_description, delete_policy)

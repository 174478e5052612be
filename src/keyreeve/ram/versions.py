"""Versions of policies: create, get, delete, list, and which is the default (RAM API 2015-05-01)."""

from dataclasses import replace
from typing import Annotated, Literal

from msgspec import Meta, Struct

from keyreeve.access.identities import policies
from keyreeve.access.identities.model import Policy, PolicyVersion
from keyreeve.context import Context
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram.errors import PolicyNotFound, PolicyVersionNotFound, TooManyVersions, VersionIsDefault
from keyreeve.ram.lookup import ask_policy, find_policy, find_version, own_policy, versions_of
from keyreeve.wire_time import to_wire

_MOST_VERSIONS = 5
_DELETE_OLDEST = "DeleteOldestNonDefaultVersionWhenLimitExceeded"

_SetAsDefault = Annotated[bool, Meta(description="true: the new version holds from now on.")]
_RotateStrategy = Annotated[
    Literal["None", "DeleteOldestNonDefaultVersionWhenLimitExceeded"],
    Meta(description=f"{_DELETE_OLDEST}: a sixth version takes the place of the oldest that is not the default."),
]


class ToldVersion(Struct, frozen=True, rename="pascal"):
    version_id: str
    is_default_version: bool
    policy_document: str
    create_date: str


class VersionResponse(Struct, frozen=True, rename="pascal"):
    policy_version: ToldVersion


class CreatePolicyVersionRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    policy_name: p.ThePolicy
    policy_document: p.TheDocument
    set_as_default: _SetAsDefault = False
    rotate_strategy: _RotateStrategy = "None"


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(PolicyNotFound, TooManyVersions))
def create_policy_version(ctx: Context, request: CreatePolicyVersionRequest) -> VersionResponse:
    """Give a policy another version, the fifth at most."""
    policy, account_id = own_policy(ctx, request.policy_name.text), ctx.caller.account_id
    _make_room(ctx, policy, rotate=request.rotate_strategy == _DELETE_OLDEST)
    version = PolicyVersion(policy.last_version + 1, request.policy_document.text, ctx.now)
    default = version.version if request.set_as_default else policy.default_version
    changed = replace(policy, default_version=default, last_version=version.version, updated_at=ctx.now)
    policies.insert_version(ctx.db, account_id, policy.name, version)
    policies.update_policy(ctx.db, account_id, changed)
    return VersionResponse(told_version(changed, version))


def _make_room(ctx: Context, policy: Policy, *, rotate: bool) -> None:
    """Raises TooManyVersions."""
    versions = versions_of(ctx, policy)
    if len(versions) < _MOST_VERSIONS:
        return
    if not rotate:
        raise TooManyVersions
    oldest = next(one.version for one in versions if one.version != policy.default_version)
    policies.delete_version(ctx.db, ctx.caller.account_id, policy.name, oldest)


class GetPolicyVersionRequest(Struct, frozen=True, rename="pascal"):
    policy_name: p.ThePolicy
    policy_type: p.TheType
    version_id: p.TheVersion


@operation(service=Service.RAM, needs=Needs.READ, errors=(PolicyNotFound, PolicyVersionNotFound))
def get_policy_version(ctx: Context, request: GetPolicyVersionRequest) -> VersionResponse:
    """A version of a policy with its document."""
    policy_type, name = request.policy_type.text, request.policy_name.text
    ask_policy(ctx, policy_type, name)
    policy = find_policy(ctx, policy_type, name)
    return VersionResponse(told_version(policy, find_version(ctx, policy, request.version_id.number)))


class OwnVersionRequest(Struct, frozen=True, rename="pascal"):
    policy_name: p.ThePolicy
    version_id: p.TheVersion


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(PolicyNotFound, PolicyVersionNotFound, VersionIsDefault))
def delete_policy_version(ctx: Context, request: OwnVersionRequest) -> Empty:
    """Remove a version that is not the default; its number is not given again."""
    policy = own_policy(ctx, request.policy_name.text)
    version = find_version(ctx, policy, request.version_id.number)
    if version.version == policy.default_version:
        raise VersionIsDefault
    policies.delete_version(ctx.db, ctx.caller.account_id, policy.name, version.version)
    return Empty()


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(PolicyNotFound, PolicyVersionNotFound))
def set_default_policy_version(ctx: Context, request: OwnVersionRequest) -> Empty:
    """Say which version of a policy holds, from now on."""
    policy = own_policy(ctx, request.policy_name.text)
    version = find_version(ctx, policy, request.version_id.number)
    changed = replace(policy, default_version=version.version, updated_at=ctx.now)
    policies.update_policy(ctx.db, ctx.caller.account_id, changed)
    return Empty()


class ListPolicyVersionsRequest(Struct, frozen=True, rename="pascal"):
    policy_name: p.ThePolicy
    policy_type: p.TheType


class VersionList(Struct, frozen=True, rename="pascal"):
    policy_version: list[ToldVersion]


class ListPolicyVersionsResponse(Struct, frozen=True, rename="pascal"):
    policy_versions: VersionList


@operation(service=Service.RAM, needs=Needs.READ, errors=(PolicyNotFound,))
def list_policy_versions(ctx: Context, request: ListPolicyVersionsRequest) -> ListPolicyVersionsResponse:
    """All versions of a policy with their documents, oldest first."""
    policy_type, name = request.policy_type.text, request.policy_name.text
    ask_policy(ctx, policy_type, name)
    policy = find_policy(ctx, policy_type, name)
    told = [told_version(policy, version) for version in versions_of(ctx, policy)]
    return ListPolicyVersionsResponse(VersionList(told))


def told_version(policy: Policy, version: PolicyVersion) -> ToldVersion:
    is_default = version.version == policy.default_version
    return ToldVersion(f"v{version.version}", is_default, version.document, to_wire(version.created_at))


OPERATIONS = (
    create_policy_version,
    get_policy_version,
    delete_policy_version,
    set_default_policy_version,
    list_policy_versions,
)

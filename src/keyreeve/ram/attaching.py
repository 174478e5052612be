"""Attaching policies to users, groups and roles, and detaching them (RAM API 2015-05-01).

All six need the right on the policy and on the holder.
"""

from msgspec import Struct

from keyreeve.access.identities import attachments
from keyreeve.access.identities.model import Group, Role, User
from keyreeve.context import Context
from keyreeve.errors import Conflict, NotFound
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram.errors import (
    GroupNotFound,
    PolicyNotFound,
    PolicyNotOfGroup,
    PolicyNotOfRole,
    PolicyNotOfUser,
    PolicyOfGroup,
    PolicyOfRole,
    PolicyOfUser,
    RoleNotFound,
    UserNotFound,
)
from keyreeve.ram.lookup import ask, ask_policy, find_group, find_policy, find_role, find_user


class PolicyRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    policy_type: p.TheType
    policy_name: p.ThePolicy
    resource_group_id: p.ResourceGroupId = None


class PolicyOfUserRequest(PolicyRequest, frozen=True, rename="pascal", kw_only=True):
    user_name: p.TheUser


class PolicyOfGroupRequest(PolicyRequest, frozen=True, rename="pascal", kw_only=True):
    group_name: p.TheGroup


class PolicyOfRoleRequest(PolicyRequest, frozen=True, rename="pascal", kw_only=True):
    role_name: p.TheRole


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserNotFound, PolicyNotFound, PolicyOfUser))
def attach_policy_to_user(ctx: Context, request: PolicyOfUserRequest) -> Empty:
    """Let a policy hold for a user."""
    _ask_both(ctx, request, f"user/{request.user_name.text}")
    return _attach(ctx, request, find_user(ctx, request.user_name.text), PolicyOfUser)


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(GroupNotFound, PolicyNotFound, PolicyOfGroup))
def attach_policy_to_group(ctx: Context, request: PolicyOfGroupRequest) -> Empty:
    """Let a policy hold for all users of a group."""
    _ask_both(ctx, request, f"group/{request.group_name.text}")
    return _attach(ctx, request, find_group(ctx, request.group_name.text), PolicyOfGroup)


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(RoleNotFound, PolicyNotFound, PolicyOfRole))
def attach_policy_to_role(ctx: Context, request: PolicyOfRoleRequest) -> Empty:
    """Let a policy hold for whoever has taken a role."""
    _ask_both(ctx, request, f"role/{request.role_name.text}")
    return _attach(ctx, request, find_role(ctx, request.role_name.text), PolicyOfRole)


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserNotFound, PolicyNotFound, PolicyNotOfUser))
def detach_policy_from_user(ctx: Context, request: PolicyOfUserRequest) -> Empty:
    """Let a policy hold for a user no longer."""
    _ask_both(ctx, request, f"user/{request.user_name.text}")
    return _detach(ctx, request, find_user(ctx, request.user_name.text), PolicyNotOfUser)


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(GroupNotFound, PolicyNotFound, PolicyNotOfGroup))
def detach_policy_from_group(ctx: Context, request: PolicyOfGroupRequest) -> Empty:
    """Let a policy hold for the users of a group no longer."""
    _ask_both(ctx, request, f"group/{request.group_name.text}")
    return _detach(ctx, request, find_group(ctx, request.group_name.text), PolicyNotOfGroup)


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(RoleNotFound, PolicyNotFound, PolicyNotOfRole))
def detach_policy_from_role(ctx: Context, request: PolicyOfRoleRequest) -> Empty:
    """Let a policy hold for a role no longer."""
    _ask_both(ctx, request, f"role/{request.role_name.text}")
    return _detach(ctx, request, find_role(ctx, request.role_name.text), PolicyNotOfRole)


def _ask_both(ctx: Context, request: PolicyRequest, holder: str) -> None:
    policy_type, name = request.policy_type.text, request.policy_name.text
    ask_policy(ctx, policy_type, name)
    ask(ctx, holder)
    ctx.touch(f"{holder}/policy/{policy_type}/{name}")


def _attach(ctx: Context, request: PolicyRequest, to: User | Group | Role, attached: type[Conflict]) -> Empty:
    """Raises PolicyNotFound, or `attached` where it is already."""
    policy = _policy(ctx, request)
    if attachments.is_attached(ctx.db, ctx.caller.account_id, to.holder, policy):
        raise attached
    attachments.attach(ctx.db, ctx.caller.account_id, to.holder, policy, ctx.now)
    return Empty()


def _detach(ctx: Context, request: PolicyRequest, of: User | Group | Role, not_attached: type[NotFound]) -> Empty:
    """Raises PolicyNotFound, or `not_attached`."""
    if not attachments.detach(ctx.db, ctx.caller.account_id, of.holder, _policy(ctx, request)):
        raise not_attached
    return Empty()


def _policy(ctx: Context, request: PolicyRequest) -> tuple[str, str]:
    found = find_policy(ctx, request.policy_type.text, request.policy_name.text)
    return found.policy_type, found.name


OPERATIONS = (
    attach_policy_to_user,
    attach_policy_to_group,
    attach_policy_to_role,
    detach_policy_from_user,
    detach_policy_from_group,
    detach_policy_from_role,
)

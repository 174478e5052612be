"""What is attached to whom: ListPoliciesForUser, -Group, -Role, ListEntitiesForPolicy (RAM API 2015-05-01)."""

from msgspec import Struct

from keyreeve.access.identities import attachments
from keyreeve.access.identities.model import Holder
from keyreeve.context import Context
from keyreeve.operations import Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram.errors import GroupNotFound, PolicyNotFound, RoleNotFound, UserNotFound
from keyreeve.ram.lookup import arn, ask, ask_policy, find_group, find_policy, find_role, find_user
from keyreeve.wire_time import to_wire


class ListPoliciesForUserRequest(Struct, frozen=True, rename="pascal"):
    user_name: p.TheUser


class ListPoliciesForGroupRequest(Struct, frozen=True, rename="pascal"):
    group_name: p.TheGroup


class ListPoliciesForRoleRequest(Struct, frozen=True, rename="pascal"):
    role_name: p.TheRole


class AttachedPolicy(Struct, frozen=True, rename="pascal"):
    policy_name: str
    policy_type: str
    description: str
    default_version: str
    attach_date: str


class AttachedPolicyList(Struct, frozen=True, rename="pascal"):
    policy: list[AttachedPolicy]


class AttachedPoliciesResponse(Struct, frozen=True, rename="pascal"):
    policies: AttachedPolicyList


@operation(service=Service.RAM, needs=Needs.READ, errors=(UserNotFound,))
def list_policies_for_user(ctx: Context, request: ListPoliciesForUserRequest) -> AttachedPoliciesResponse:
    """The policies that are attached to a user, without those of its groups."""
    ask(ctx, f"user/{request.user_name.text}")
    return _policies_of(ctx, find_user(ctx, request.user_name.text).holder)


@operation(service=Service.RAM, needs=Needs.READ, errors=(GroupNotFound,))
def list_policies_for_group(ctx: Context, request: ListPoliciesForGroupRequest) -> AttachedPoliciesResponse:
    """The policies that are attached to a group."""
    ask(ctx, f"group/{request.group_name.text}")
    return _policies_of(ctx, find_group(ctx, request.group_name.text).holder)


@operation(service=Service.RAM, needs=Needs.READ, errors=(RoleNotFound,))
def list_policies_for_role(ctx: Context, request: ListPoliciesForRoleRequest) -> AttachedPoliciesResponse:
    """The policies that are attached to a role."""
    ask(ctx, f"role/{request.role_name.text}")
    return _policies_of(ctx, find_role(ctx, request.role_name.text).holder)


def _policies_of(ctx: Context, holder: Holder) -> AttachedPoliciesResponse:
    told: list[AttachedPolicy] = []
    for policy_type, name, attached_at in attachments.attached_to(ctx.db, ctx.caller.account_id, holder):
        policy = find_policy(ctx, policy_type, name)
        version = f"v{policy.default_version}"
        told.append(AttachedPolicy(name, policy_type, policy.description, version, to_wire(attached_at)))
    return AttachedPoliciesResponse(AttachedPolicyList(told))


class ListEntitiesForPolicyRequest(Struct, frozen=True, rename="pascal"):
    policy_type: p.TheType
    policy_name: p.ThePolicy


class UserWithPolicy(Struct, frozen=True, rename="pascal"):
    user_id: str
    user_name: str
    display_name: str
    attach_date: str


class GroupWithPolicy(Struct, frozen=True, rename="pascal"):
    group_name: str
    comments: str
    attach_date: str


class RoleWithPolicy(Struct, frozen=True, rename="pascal"):
    role_id: str
    role_name: str
    arn: str
    description: str
    attach_date: str


class UserWithPolicyList(Struct, frozen=True, rename="pascal"):
    user: list[UserWithPolicy]


class GroupWithPolicyList(Struct, frozen=True, rename="pascal"):
    group: list[GroupWithPolicy]


class RoleWithPolicyList(Struct, frozen=True, rename="pascal"):
    role: list[RoleWithPolicy]


class ListEntitiesForPolicyResponse(Struct, frozen=True, rename="pascal"):
    users: UserWithPolicyList
    groups: GroupWithPolicyList
    roles: RoleWithPolicyList


@operation(service=Service.RAM, needs=Needs.READ, errors=(PolicyNotFound,))
def list_entities_for_policy(ctx: Context, request: ListEntitiesForPolicyRequest) -> ListEntitiesForPolicyResponse:
    """Everybody that a policy is attached to."""
    ask_policy(ctx, request.policy_type.text, request.policy_name.text)
    policy = find_policy(ctx, request.policy_type.text, request.policy_name.text)
    chosen = (ctx.caller.account_id, (policy.policy_type, policy.name))
    users = [
        UserWithPolicy(user.user_id, user.name, user.display_name, to_wire(at))
        for user, at in attachments.users_with(ctx.db, *chosen)
    ]
    groups = [
        GroupWithPolicy(group.name, group.comments, to_wire(at))
        for group, at in attachments.groups_with(ctx.db, *chosen)
    ]
    roles = [
        RoleWithPolicy(role.role_id, role.name, arn(ctx, f"role/{role.name}"), role.description, to_wire(at))
        for role, at in attachments.roles_with(ctx.db, *chosen)
    ]
    return ListEntitiesForPolicyResponse(
        UserWithPolicyList(users), GroupWithPolicyList(groups), RoleWithPolicyList(roles)
    )


OPERATIONS = (list_policies_for_user, list_policies_for_group, list_policies_for_role, list_entities_for_policy)

"""Roles: CreateRole, GetRole, UpdateRole, DeleteRole, ListRoles (RAM API 2015-05-01)."""

from dataclasses import replace
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from keyreeve.access.identities import attachments, roles
from keyreeve.access.identities.model import HolderKind, Role, new_id
from keyreeve.context import Context
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram import texts
from keyreeve.ram.errors import RoleExists, RoleHasPolicies, RoleNotFound
from keyreeve.ram.lookup import Page, arn, ask, cut, find_role
from keyreeve.wire_time import to_wire

_SECONDS = Meta(ge=3_600, le=43_200, description="How long a session may be at most: 3,600 to 43,200 seconds.")
_ConsoleLogin = Annotated[bool, Meta(description="Accepted, and not kept: there is no console.")]
_TrustPolicy = Annotated[texts.TrustPolicy, Meta(description="Who may take the role: a policy as JSON.")]
_NewTrustPolicy = Annotated[texts.NewTrustPolicy, Meta(description="Who may take the role: a policy as JSON.")]
_SAME_TRUST = texts.NewTrustPolicy("")


class ToldRole(Struct, frozen=True, rename="pascal", kw_only=True):
    """The trust policy is left out in lists, `update_date` in the answer of CreateRole."""

    role_id: str
    role_name: str
    arn: str
    description: str
    max_session_duration: int
    create_date: str
    allow_console_login: bool = False
    update_date: str | UnsetType = UNSET
    assume_role_policy_document: str | UnsetType = UNSET


class RoleResponse(Struct, frozen=True, rename="pascal"):
    role: ToldRole


class CreateRoleRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    role_name: p.TheRole
    assume_role_policy_document: _TrustPolicy
    description: p.SomeDescription = texts.Description("")
    max_session_duration: Annotated[int, _SECONDS] = 3_600
    allow_console_login: _ConsoleLogin = False
    tag: p.Tag = p.NO_TAGS


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(RoleExists,))
def create_role(ctx: Context, request: CreateRoleRequest) -> RoleResponse:
    """Make a role, and say who may take it; it may do nothing yet."""
    ask(ctx, "role/*")
    name = request.role_name.text
    ctx.touch(f"role/{name}")
    if roles.read_role(ctx.db, ctx.caller.account_id, name) is not None:
        raise RoleExists
    role = Role(
        role_id=new_id(HolderKind.ROLE),
        name=name,
        description=request.description.text,
        trust_policy=request.assume_role_policy_document.text,
        max_session_seconds=request.max_session_duration,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    roles.insert_role(ctx.db, ctx.caller.account_id, role)
    return RoleResponse(structs.replace(_told(ctx, role), update_date=UNSET))


class RoleRequest(Struct, frozen=True, rename="pascal"):
    role_name: p.TheRole


@operation(service=Service.RAM, needs=Needs.READ, errors=(RoleNotFound,))
def get_role(ctx: Context, request: RoleRequest) -> RoleResponse:
    """What there is to know of a role."""
    ask(ctx, f"role/{request.role_name.text}")
    role = find_role(ctx, request.role_name.text)
    return RoleResponse(_told(ctx, role))


class UpdateRoleRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    role_name: p.TheRole
    new_assume_role_policy_document: _NewTrustPolicy = _SAME_TRUST
    # 0 is for none; what is given is 3,600 at least.
    new_max_session_duration: Annotated[int, _SECONDS] = 0
    new_description: p.ChangedDescription = None
    new_allow_console_login: _ConsoleLogin = False


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(RoleNotFound,))
def update_role(ctx: Context, request: UpdateRoleRequest) -> RoleResponse:
    """Change who may take a role, for how long, or its description; sessions that are open stay open."""
    ask(ctx, f"role/{request.role_name.text}")
    role = find_role(ctx, request.role_name.text)
    description = request.new_description
    changed = replace(
        role,
        trust_policy=request.new_assume_role_policy_document.text or role.trust_policy,
        max_session_seconds=request.new_max_session_duration or role.max_session_seconds,
        description=role.description if description is None else description.text,
        updated_at=ctx.now,
    )
    roles.update_role(ctx.db, changed)
    return RoleResponse(_told(ctx, changed))


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(RoleNotFound, RoleHasPolicies))
def delete_role(ctx: Context, request: RoleRequest) -> Empty:
    """Remove a role that has no policies; its sessions end with it."""
    ask(ctx, f"role/{request.role_name.text}")
    role = find_role(ctx, request.role_name.text)
    if attachments.attached_to(ctx.db, ctx.caller.account_id, role.holder):
        raise RoleHasPolicies
    roles.delete_role(ctx.db, role.role_id)
    return Empty()


class ListRolesRequest(p.PageRequest, frozen=True, rename="pascal", kw_only=True):
    tag: p.Tag = p.NO_TAGS


class RoleList(Struct, frozen=True, rename="pascal"):
    role: list[ToldRole]


class ListRolesResponse(Page, frozen=True, rename="pascal", kw_only=True):
    roles: RoleList


@operation(service=Service.RAM, needs=Needs.READ)
def list_roles(ctx: Context, request: ListRolesRequest) -> ListRolesResponse:
    """The account's roles by name, without their trust policies."""
    ask(ctx, "role/*")
    found = roles.list_roles(ctx.db, ctx.caller.account_id, request.marker, request.max_items + 1)
    page, marker = cut(found, request.max_items, lambda role: role.name)
    told = [structs.replace(_told(ctx, role), assume_role_policy_document=UNSET) for role in page]
    return ListRolesResponse(is_truncated=marker is not UNSET, marker=marker, roles=RoleList(told))


def _told(ctx: Context, role: Role) -> ToldRole:
    return ToldRole(
        role_id=role.role_id,
        role_name=role.name,
        arn=arn(ctx, f"role/{role.name}"),
        description=role.description,
        max_session_duration=role.max_session_seconds,
        assume_role_policy_document=role.trust_policy,
        create_date=to_wire(role.created_at),
        update_date=to_wire(role.updated_at),
    )


OPERATIONS = (create_role, get_role, update_role, delete_role, list_roles)

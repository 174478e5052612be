"""Groups: CreateGroup, GetGroup, UpdateGroup, DeleteGroup, ListGroups (RAM API 2015-05-01)."""

from dataclasses import replace
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from keyreeve.access.identities import attachments, groups, members
from keyreeve.access.identities.model import Group, HolderKind, new_id
from keyreeve.context import Context
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram import texts
from keyreeve.ram.errors import GroupExists, GroupHasPolicies, GroupHasUsers, GroupNotFound
from keyreeve.ram.lookup import Page, ask, cut, find_group
from keyreeve.wire_time import to_wire

_NewName = Annotated[texts.NewGroupName, Meta(description="The new name, to which the same rules apply.")]
_SAME_NAME = texts.NewGroupName("")


class ToldGroup(Struct, frozen=True, rename="pascal", kw_only=True):
    """`update_date` is left out in the answer of CreateGroup."""

    group_id: str
    group_name: str
    comments: str
    create_date: str
    update_date: str | UnsetType = UNSET


class GroupResponse(Struct, frozen=True, rename="pascal"):
    group: ToldGroup


class CreateGroupRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    group_name: p.TheGroup
    comments: p.SomeComments = texts.Comments("")


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(GroupExists,))
def create_group(ctx: Context, request: CreateGroupRequest) -> GroupResponse:
    """Make a group of users."""
    ask(ctx, "group/*")
    name = request.group_name.text
    ctx.touch(f"group/{name}")
    _require_free(ctx, name)
    group = Group(new_id(HolderKind.GROUP), name, request.comments.text, ctx.now, ctx.now)
    groups.insert_group(ctx.db, ctx.caller.account_id, group)
    return GroupResponse(_told(group, updated=False))


class GroupRequest(Struct, frozen=True, rename="pascal"):
    group_name: p.TheGroup


@operation(service=Service.RAM, needs=Needs.READ, errors=(GroupNotFound,))
def get_group(ctx: Context, request: GroupRequest) -> GroupResponse:
    """What there is to know of a group."""
    ask(ctx, f"group/{request.group_name.text}")
    return GroupResponse(_told(find_group(ctx, request.group_name.text)))


class UpdateGroupRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    group_name: p.TheGroup
    new_group_name: _NewName = _SAME_NAME
    new_comments: p.ChangedComments = None


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(GroupNotFound, GroupExists))
def update_group(ctx: Context, request: UpdateGroupRequest) -> GroupResponse:
    """Change a group's name or comments; its users and policies stay. A new name needs the right on it too."""
    name = request.group_name.text
    new_name = request.new_group_name.text or name
    if new_name != name:
        ask(ctx, f"group/{new_name}")
    ask(ctx, f"group/{name}")
    group = find_group(ctx, name)
    if new_name != name:
        _require_free(ctx, new_name)
    comments = group.comments if request.new_comments is None else request.new_comments.text
    changed = replace(group, name=new_name, comments=comments, updated_at=ctx.now)
    groups.update_group(ctx.db, changed)
    return GroupResponse(_told(changed))


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(GroupNotFound, GroupHasUsers, GroupHasPolicies))
def delete_group(ctx: Context, request: GroupRequest) -> Empty:
    """Remove a group that has neither users nor policies."""
    ask(ctx, f"group/{request.group_name.text}")
    group = find_group(ctx, request.group_name.text)
    if members.members_of(ctx.db, group.group_id, "", 1):
        raise GroupHasUsers
    if attachments.attached_to(ctx.db, ctx.caller.account_id, group.holder):
        raise GroupHasPolicies
    groups.delete_group(ctx.db, group.group_id)
    return Empty()


class GroupList(Struct, frozen=True, rename="pascal"):
    group: list[ToldGroup]


class ListGroupsResponse(Page, frozen=True, rename="pascal", kw_only=True):
    groups: GroupList


@operation(service=Service.RAM, needs=Needs.READ)
def list_groups(ctx: Context, request: p.PageRequest) -> ListGroupsResponse:
    """The account's groups by name."""
    ask(ctx, "group/*")
    found = groups.list_groups(ctx.db, ctx.caller.account_id, request.marker, request.max_items + 1)
    page, marker = cut(found, request.max_items, lambda group: group.name)
    told = GroupList([_told(group) for group in page])
    return ListGroupsResponse(is_truncated=marker is not UNSET, marker=marker, groups=told)


def _require_free(ctx: Context, name: str) -> None:
    if groups.read_group(ctx.db, ctx.caller.account_id, name) is not None:
        raise GroupExists


def _told(group: Group, *, updated: bool = True) -> ToldGroup:
    return ToldGroup(
        group_id=group.group_id,
        group_name=group.name,
        comments=group.comments,
        create_date=to_wire(group.created_at),
        update_date=to_wire(group.updated_at) if updated else UNSET,
    )


OPERATIONS = (create_group, get_group, update_group, delete_group, list_groups)

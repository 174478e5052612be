"""Who is in which group: AddUserToGroup, RemoveUserFromGroup and both lists (RAM API 2015-05-01)."""

from msgspec import UNSET, Struct

from keyreeve.access.identities import members
from keyreeve.access.identities.model import Group, User
from keyreeve.context import Context
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram.errors import GroupNotFound, UserInGroup, UserNotFound, UserNotInGroup
from keyreeve.ram.lookup import Page, ask, cut, find_group, find_user
from keyreeve.wire_time import to_wire


class MemberRequest(Struct, frozen=True, rename="pascal"):
    user_name: p.TheUser
    group_name: p.TheGroup


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserNotFound, GroupNotFound, UserInGroup))
def add_user_to_group(ctx: Context, request: MemberRequest) -> Empty:
    """Put a user into a group, whose policies hold for the user from then on; needs the right on both."""
    user, group = _both(ctx, request)
    if members.is_member(ctx.db, group.group_id, user.user_id):
        raise UserInGroup
    members.add_member(ctx.db, group.group_id, user.user_id, ctx.now)
    return Empty()


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserNotFound, GroupNotFound, UserNotInGroup))
def remove_user_from_group(ctx: Context, request: MemberRequest) -> Empty:
    """Take a user out of a group; needs the right on both."""
    user, group = _both(ctx, request)
    if not members.remove_member(ctx.db, group.group_id, user.user_id):
        raise UserNotInGroup
    return Empty()


class ListGroupsForUserRequest(Struct, frozen=True, rename="pascal"):
    user_name: p.TheUser


class GroupOfUser(Struct, frozen=True, rename="pascal"):
    group_id: str
    group_name: str
    comments: str
    join_date: str


class GroupOfUserList(Struct, frozen=True, rename="pascal"):
    group: list[GroupOfUser]


class ListGroupsForUserResponse(Struct, frozen=True, rename="pascal"):
    groups: GroupOfUserList


@operation(service=Service.RAM, needs=Needs.READ, errors=(UserNotFound,))
def list_groups_for_user(ctx: Context, request: ListGroupsForUserRequest) -> ListGroupsForUserResponse:
    """The groups that a user is in, by name."""
    ask(ctx, f"user/{request.user_name.text}")
    user = find_user(ctx, request.user_name.text)
    told = [
        GroupOfUser(group.group_id, group.name, group.comments, to_wire(joined_at))
        for group, joined_at in members.groups_of(ctx.db, user.user_id)
    ]
    return ListGroupsForUserResponse(GroupOfUserList(told))


class ListUsersForGroupRequest(p.PageRequest, frozen=True, rename="pascal", kw_only=True):
    group_name: p.TheGroup


class UserOfGroup(Struct, frozen=True, rename="pascal"):
    user_name: str
    display_name: str
    join_date: str


class UserOfGroupList(Struct, frozen=True, rename="pascal"):
    user: list[UserOfGroup]


class ListUsersForGroupResponse(Page, frozen=True, rename="pascal", kw_only=True):
    users: UserOfGroupList


@operation(service=Service.RAM, needs=Needs.READ, errors=(GroupNotFound,))
def list_users_for_group(ctx: Context, request: ListUsersForGroupRequest) -> ListUsersForGroupResponse:
    """The users that are in a group, by name."""
    ask(ctx, f"group/{request.group_name.text}")
    group = find_group(ctx, request.group_name.text)
    found = members.members_of(ctx.db, group.group_id, request.marker, request.max_items + 1)
    page, marker = cut(found, request.max_items, lambda member: member[0].name)
    told = [UserOfGroup(user.name, user.display_name, to_wire(joined_at)) for user, joined_at in page]
    return ListUsersForGroupResponse(is_truncated=marker is not UNSET, marker=marker, users=UserOfGroupList(told))


def _both(ctx: Context, request: MemberRequest) -> tuple[User, Group]:
    user_name, group_name = request.user_name.text, request.group_name.text
    ask(ctx, f"user/{user_name}")
    ask(ctx, f"group/{group_name}")
    ctx.touch(f"group/{group_name}/user/{user_name}")
    return find_user(ctx, user_name), find_group(ctx, group_name)


OPERATIONS = (add_user_to_group, remove_user_from_group, list_groups_for_user, list_users_for_group)

"""Users: CreateUser, GetUser, UpdateUser, DeleteUser, ListUsers (RAM API 2015-05-01)."""

from dataclasses import replace
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from keyreeve.access.identities import attachments, members, user_keys, users
from keyreeve.access.identities.model import HolderKind, User, new_id
from keyreeve.context import Context
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.ram import parameters as p
from keyreeve.ram import texts
from keyreeve.ram.errors import UserExists, UserHasAccessKeys, UserHasGroups, UserHasPolicies, UserNotFound
from keyreeve.ram.lookup import Page, ask, cut, find_user
from keyreeve.wire_time import to_wire

_MAY_BE_EMPTY = {"may_be_empty": True}
_NewName = Annotated[texts.NewUserName, Meta(description="The new name, to which the same rules apply.")]
_SAME_NAME = texts.NewUserName("")
_DisplayName = Annotated[texts.DisplayName, Meta(description="At most 128 characters.")]
_NewDisplayName = Annotated[
    texts.NewDisplayName | None, Meta(description="At most 128 characters.", extra=_MAY_BE_EMPTY)
]


class ToldUser(Struct, frozen=True, rename="pascal", kw_only=True):
    """`update_date` is left out in the answer of CreateUser."""

    user_id: str
    user_name: str
    display_name: str
    comments: str
    create_date: str
    update_date: str | UnsetType = UNSET


class UserResponse(Struct, frozen=True, rename="pascal"):
    user: ToldUser


class CreateUserRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    user_name: p.TheUser
    display_name: _DisplayName = texts.DisplayName("")
    comments: p.SomeComments = texts.Comments("")
    email: p.Ignored = ""
    mobile_phone: p.Ignored = ""


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserExists,))
def create_user(ctx: Context, request: CreateUserRequest) -> UserResponse:
    """Make a user, who may do nothing yet."""
    ask(ctx, "user/*")
    name = request.user_name.text
    ctx.touch(f"user/{name}")
    _require_free(ctx, name)
    user = User(
        user_id=new_id(HolderKind.USER),
        name=name,
        display_name=request.display_name.text,
        comments=request.comments.text,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    users.insert_user(ctx.db, ctx.caller.account_id, user)
    return UserResponse(_told(user, updated=False))


class UserRequest(Struct, frozen=True, rename="pascal"):
    user_name: p.TheUser


@operation(service=Service.RAM, needs=Needs.READ, errors=(UserNotFound,))
def get_user(ctx: Context, request: UserRequest) -> UserResponse:
    """What there is to know of a user."""
    ask(ctx, f"user/{request.user_name.text}")
    return UserResponse(_told(find_user(ctx, request.user_name.text)))


class UpdateUserRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    user_name: p.TheUser
    new_user_name: _NewName = _SAME_NAME
    new_display_name: _NewDisplayName = None
    new_comments: p.ChangedComments = None
    new_email: p.Ignored = ""
    new_mobile_phone: p.Ignored = ""


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserNotFound, UserExists))
def update_user(ctx: Context, request: UpdateUserRequest) -> UserResponse:
    """Change a user's name or texts; id, AccessKeys, groups and policies stay. A new name needs the right on it too."""
    name = request.user_name.text
    new_name = request.new_user_name.text or name
    if new_name != name:
        ask(ctx, f"user/{new_name}")
    ask(ctx, f"user/{name}")
    user = find_user(ctx, name)
    if new_name != name:
        _require_free(ctx, new_name)
    changed = replace(
        user,
        name=new_name,
        display_name=user.display_name if request.new_display_name is None else request.new_display_name.text,
        comments=user.comments if request.new_comments is None else request.new_comments.text,
        updated_at=ctx.now,
    )
    users.update_user(ctx.db, changed)
    return UserResponse(_told(changed))


@operation(
    service=Service.RAM,
    needs=Needs.WRITE,
    errors=(UserNotFound, UserHasGroups, UserHasAccessKeys, UserHasPolicies),
)
def delete_user(ctx: Context, request: UserRequest) -> Empty:
    """Remove a user who has neither groups nor AccessKeys nor policies."""
    ask(ctx, f"user/{request.user_name.text}")
    user = find_user(ctx, request.user_name.text)
    if members.groups_of(ctx.db, user.user_id):
        raise UserHasGroups
    if user_keys.list_access_keys(ctx.db, user.user_id):
        raise UserHasAccessKeys
    if attachments.attached_to(ctx.db, ctx.caller.account_id, user.holder):
        raise UserHasPolicies
    users.delete_user(ctx.db, user.user_id)
    return Empty()


class UserList(Struct, frozen=True, rename="pascal"):
    user: list[ToldUser]


class ListUsersResponse(Page, frozen=True, rename="pascal", kw_only=True):
    users: UserList


@operation(service=Service.RAM, needs=Needs.READ)
def list_users(ctx: Context, request: p.PageRequest) -> ListUsersResponse:
    """The account's users by name."""
    ask(ctx, "user/*")
    found = users.list_users(ctx.db, ctx.caller.account_id, request.marker, request.max_items + 1)
    page, marker = cut(found, request.max_items, lambda user: user.name)
    told = UserList([_told(user) for user in page])
    return ListUsersResponse(is_truncated=marker is not UNSET, marker=marker, users=told)


def _require_free(ctx: Context, name: str) -> None:
    if users.read_user(ctx.db, ctx.caller.account_id, name) is not None:
        raise UserExists


def _told(user: User, *, updated: bool = True) -> ToldUser:
    return ToldUser(
        user_id=user.user_id,
        user_name=user.name,
        display_name=user.display_name,
        comments=user.comments,
        create_date=to_wire(user.created_at),
        update_date=to_wire(user.updated_at) if updated else UNSET,
    )


OPERATIONS = (create_user, get_user, update_user, delete_user, list_users)

"""AccessKeys of users: CreateAccessKey, UpdateAccessKey, DeleteAccessKey, ListAccessKeys (RAM API 2015-05-01)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from keyreeve.access.accounts import create_access_key as make_access_key
from keyreeve.access.callers import CallerKind
from keyreeve.access.identities import user_keys
from keyreeve.access.identities.model import User
from keyreeve.context import Context
from keyreeve.errors import ParameterMissing
from keyreeve.operations import Empty, Needs, Service, operation
from keyreeve.ram import texts
from keyreeve.ram.errors import TooManyAccessKeys, UserAccessKeyNotFound, UserNotFound
from keyreeve.ram.lookup import ask, find_user
from keyreeve.wire_time import to_wire

_MOST_OF_A_USER = 2

_Whose = Annotated[texts.UserName, Meta(description="The name of the user; by default the calling user itself.")]
_KeyId = Annotated[str, Meta(max_length=64, pattern=r"^[^\x00]*\Z", description="The id of the AccessKey.")]
_Status = Annotated[Literal["Active", "Inactive"], Meta(description="Active or Inactive.")]
_ITSELF = texts.UserName("")


class OfUserRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    user_name: _Whose = _ITSELF


class ToldAccessKey(Struct, frozen=True, rename="pascal", kw_only=True):
    access_key_id: str
    status: str
    create_date: str


class NewAccessKey(ToldAccessKey, frozen=True, rename="pascal", kw_only=True):
    access_key_secret: str


class CreateAccessKeyResponse(Struct, frozen=True, rename="pascal"):
    access_key: NewAccessKey


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserNotFound, TooManyAccessKeys))
def create_access_key(ctx: Context, request: OfUserRequest) -> CreateAccessKeyResponse:
    """Give a user an AccessKey, the second at most; its secret is told this once."""
    user = _user(ctx, request)
    if len(user_keys.list_access_keys(ctx.db, user.user_id)) >= _MOST_OF_A_USER:
        raise TooManyAccessKeys
    made = make_access_key(ctx.db, ctx.sealer, ctx.caller.account_id, user.user_id, ctx.now)
    ctx.touch(_resource(user, made.access_key_id))
    return CreateAccessKeyResponse(
        NewAccessKey(
            access_key_id=made.access_key_id,
            access_key_secret=made.secret.reveal().decode("ascii"),
            status="Active",
            create_date=to_wire(ctx.now),
        )
    )


class AccessKeyRequest(OfUserRequest, frozen=True, rename="pascal", kw_only=True):
    user_access_key_id: _KeyId


class UpdateAccessKeyRequest(AccessKeyRequest, frozen=True, rename="pascal", kw_only=True):
    status: _Status


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserNotFound, UserAccessKeyNotFound))
def update_access_key(ctx: Context, request: UpdateAccessKeyRequest) -> Empty:
    """Switch a user's AccessKey on or off."""
    user = _user(ctx, request)
    key_id = request.user_access_key_id
    if not user_keys.set_active(ctx.db, user.user_id, key_id, active=request.status == "Active"):
        raise UserAccessKeyNotFound
    ctx.touch(_resource(user, key_id))
    return Empty()


@operation(service=Service.RAM, needs=Needs.WRITE, errors=(UserNotFound, UserAccessKeyNotFound))
def delete_access_key(ctx: Context, request: AccessKeyRequest) -> Empty:
    """Remove a user's AccessKey."""
    user = _user(ctx, request)
    if not user_keys.delete_access_key(ctx.db, user.user_id, request.user_access_key_id):
        raise UserAccessKeyNotFound
    ctx.touch(_resource(user, request.user_access_key_id))
    return Empty()


class AccessKeyList(Struct, frozen=True, rename="pascal"):
    access_key: list[ToldAccessKey]


class ListAccessKeysResponse(Struct, frozen=True, rename="pascal"):
    access_keys: AccessKeyList


@operation(service=Service.RAM, needs=Needs.READ, errors=(UserNotFound,))
def list_access_keys(ctx: Context, request: OfUserRequest) -> ListAccessKeysResponse:
    """A user's AccessKeys, oldest first, without their secrets."""
    user = _user(ctx, request)
    told = [
        ToldAccessKey(
            access_key_id=one.access_key_id,
            status="Active" if one.active else "Inactive",
            create_date=to_wire(one.created_at),
        )
        for one in user_keys.list_access_keys(ctx.db, user.user_id)
    ]
    return ListAccessKeysResponse(AccessKeyList(told))


def _user(ctx: Context, request: OfUserRequest) -> User:
    """Who is meant, after asking. Raises ParameterMissing where no user is named and none calls."""
    name = request.user_name.text
    if not name:
        if ctx.caller.kind is not CallerKind.USER:
            raise ParameterMissing("UserName")
        name = ctx.caller.name
    ask(ctx, f"user/{name}")
    return find_user(ctx, name)


def _resource(user: User, access_key_id: str) -> str:
    return f"user/{user.name}/accesskey/{access_key_id}"


OPERATIONS = (create_access_key, update_access_key, delete_access_key, list_access_keys)

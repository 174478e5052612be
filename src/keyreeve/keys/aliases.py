"""Aliases: other names for keys (API reference 8.29 to 8.33)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import (
    AliasExists,
    AliasNotFound,
    KeyNotFound,
    KeyPendingDeletion,
    KeyStateUnchangeable,
    LimitReached,
)
from keyreeve.keys import references, rules, store
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.naming import existing_alias, give_alias, move_alias, permit_alias, take_alias
from keyreeve.operations import Empty, Needs, operation

TheAlias = Annotated[
    references.AliasName,
    Meta(description="alias/ and 1 to 249 letters, digits, _, - or /; alias/acs is reserved."),
]


class AliasOfKeyRequest(Struct, frozen=True, rename="pascal"):
    alias_name: TheAlias
    key_id: references.TheKey


@operation(needs=Needs.WRITE, errors=(KeyNotFound, KeyStateUnchangeable, AliasExists, LimitReached))
def create_alias(ctx: Context, request: AliasOfKeyRequest) -> Empty:
    """Give a key another name."""
    permit_alias(ctx, request.alias_name.text)
    key = _own_key(ctx, request.key_id)
    rules.require_alias_may_be_created(key)
    give_alias(ctx, request.alias_name.text, key)
    return Empty()


@operation(needs=Needs.WRITE, errors=(KeyNotFound, AliasNotFound, KeyPendingDeletion))
def update_alias(ctx: Context, request: AliasOfKeyRequest) -> Empty:
    """Point an alias at another key."""
    permit_alias(ctx, request.alias_name.text)
    alias = existing_alias(ctx, request.alias_name.text)
    key = _own_key(ctx, request.key_id)
    rules.require_not_pending_deletion(key)
    move_alias(ctx, alias, key)
    return Empty()


class DeleteAliasRequest(Struct, frozen=True, rename="pascal"):
    alias_name: TheAlias


@operation(needs=Needs.WRITE, errors=(AliasNotFound,))
def delete_alias(ctx: Context, request: DeleteAliasRequest) -> Empty:
    """Remove an alias; its key is untouched."""
    permit_alias(ctx, request.alias_name.text)
    take_alias(ctx, existing_alias(ctx, request.alias_name.text))
    return Empty()


class ListedAlias(Struct, frozen=True, rename="pascal"):
    alias_name: str
    alias_arn: str
    key_id: str


class AliasList(Struct, frozen=True, rename="pascal"):
    alias: list[ListedAlias]


class ListAliasesResponse(references.Page, frozen=True, rename="pascal"):
    aliases: AliasList


class ListAliasesRequest(Struct, frozen=True, rename="pascal"):
    page_number: references.PageNumber = 1
    page_size: Annotated[int, Meta(ge=0, le=100, description="How many on a page, 0 to 100.")] = 10


@operation(needs=Needs.READ)
def list_aliases(ctx: Context, request: ListAliasesRequest) -> ListAliasesResponse:
    """The account's aliases in this region, newest first."""
    ctx.touch("alias")
    ctx.permit("alias")
    return _listed(ctx, None, request.page_number, request.page_size)


class ListAliasesByKeyIdRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    page_number: references.PageNumber = 1
    page_size: references.LoosePageSize = 10


@operation(needs=Needs.READ, errors=(KeyNotFound,))
def list_aliases_by_key_id(ctx: Context, request: ListAliasesByKeyIdRequest) -> ListAliasesResponse:
    """The aliases of one key, newest first."""
    key = find_key(ctx, request.key_id)
    return _listed(ctx, key.key_id, request.page_number, request.page_size)


def _own_key(ctx: Context, reference: references.KeyReference) -> Key:
    """An alias is for a key of its own account, whoever else may use another's."""
    key = find_key(ctx, reference)
    if key.account_id != ctx.caller.account_id:
        raise KeyNotFound
    return key


def _listed(ctx: Context, key_id: str | None, page_number: int, page_size: int) -> ListAliasesResponse:
    offset = (page_number - 1) * page_size
    found, total = store.list_aliases(ctx.db, ctx.caller.account_id, ctx.now, key_id, offset, page_size)
    items = AliasList([ListedAlias(alias.name, ctx.arn(alias.name), alias.key_id) for alias in found])
    return ListAliasesResponse(total, page_number, page_size, items)


OPERATIONS = (create_alias, update_alias, delete_alias, list_aliases, list_aliases_by_key_id)

"""Looking at keys: DescribeKey, ListKeys, UpdateKeyDescription (API reference 8.10 to 8.12)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Self

from msgspec import Meta, Struct
from sqlalchemy import Select

from keyreeve.context import Context
from keyreeve.errors import AliasNotFound, KeyNotFound, KeyPendingDeletion
from keyreeve.keys import references, rules, store
from keyreeve.keys.creation import Description
from keyreeve.keys.lookup import find_key
from keyreeve.keys.making import require_free_name
from keyreeve.keys.metadata import KeyMetadataResponse, describe
from keyreeve.keys.model import CreatorType, Key, KeyState
from keyreeve.operations import Empty, Needs, operation

KeyIds = Select[str]

_NOBODYS = "DKMSInstanceId"
_COLUMNS = {
    "KeyState": "state",
    "KeySpec": "spec",
    "KeyUsage": "usage",
    "ProtectionLevel": "protection_level",
    "CreatorType": "creator_type",
}


class Filters:
    """The `Filters` parameter: a JSON list of {Key, Values}. Names combine with AND, values of a name with OR."""

    __slots__ = ("columns", "matches_nothing")

    def __init__(self, columns: dict[str, frozenset[str]], *, matches_nothing: bool = False) -> None:
        self.columns = columns
        self.matches_nothing = matches_nothing

    @classmethod
    def from_wire(cls, text: str) -> Self:
        allowed = references.filters_of(text)
        in_an_instance = bool(allowed.pop(_NOBODYS, None))
        if not allowed.keys() <= _COLUMNS.keys():
            raise ValueError("an unknown filter")
        for name, known in (("KeyState", KeyState), ("CreatorType", CreatorType)):
            if not allowed.get(name, frozenset()) <= frozenset(known):
                raise ValueError("an unknown state or creator")
        columns = {_COLUMNS[name]: values for name, values in allowed.items()}
        return cls(columns, matches_nothing=in_an_instance)


class DescribeKeyRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias


@operation(needs=Needs.CACHE, errors=(KeyNotFound, AliasNotFound))
def describe_key(ctx: Context, request: DescribeKeyRequest) -> KeyMetadataResponse:
    """Everything about a key but its material."""
    return describe(ctx, find_key(ctx, request.key_id), with_protection=True)


class ListKeysRequest(Struct, frozen=True, rename="pascal"):
    page_number: references.PageNumber = 1
    page_size: references.PageSize = 10
    filters: Annotated[
        Filters,
        Meta(
            description="A JSON list of {Key, Values} with KeyState, KeySpec, KeyUsage, ProtectionLevel or "
            "CreatorType as Key; at most ten, with at most ten values each."
        ),
    ] = Filters({})


class ListedKey(Struct, frozen=True, rename="pascal"):
    key_id: str
    key_arn: str


class KeyList(Struct, frozen=True, rename="pascal"):
    key: list[ListedKey]


class ListKeysResponse(references.Page, frozen=True, rename="pascal"):
    keys: KeyList


@operation(needs=Needs.READ)
def list_keys(ctx: Context, request: ListKeysRequest) -> ListKeysResponse:
    """The account's keys in this region, newest first."""
    ctx.touch("key")
    ctx.permit("key")
    offset = (request.page_number - 1) * request.page_size
    found, total = [], 0
    if not request.filters.matches_nothing:
        found, total = page_of_keys(ctx, request.filters.columns, offset, request.page_size)
    items = [ListedKey(key.key_id, ctx.arn(f"key/{key.key_id}")) for key in found]
    return ListKeysResponse(total, request.page_number, request.page_size, KeyList(items))


class UpdateKeyDescriptionRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    description: Description


@operation(needs=Needs.WRITE, errors=(KeyNotFound, KeyPendingDeletion))
def update_key_description(ctx: Context, request: UpdateKeyDescriptionRequest) -> Empty:
    """Replace a key's description; an empty one removes it."""
    set_description(ctx, find_key(ctx, request.key_id), request.description)
    return Empty()


def page_of_keys(
    ctx: Context, filters: Mapping[str, frozenset[str]], offset: int, limit: int, among: Sequence[KeyIds] = ()
) -> tuple[list[Key], int]:
    """The caller's keys, newest first, by the values that columns may have; a page and the total.

    `among` are queries for ids, every one of which must find a key.
    """
    found, total = store.list_keys(ctx.db, ctx.caller.account_id, ctx.now, filters, offset, limit, among)
    return [rules.as_of(key, ctx.now) for key in found], total


def set_description(ctx: Context, key: Key, description: str) -> None:
    """Raises KeyPendingDeletion."""
    rules.require_not_pending_deletion(key)
    store.update_key(ctx.db, replace(key, description=description))


def set_name(ctx: Context, key: Key, name: str) -> None:
    """Raises KeyPendingDeletion or KeyNameExists."""
    rules.require_not_pending_deletion(key)
    if key.name != name:
        require_free_name(ctx, name)
    store.update_key(ctx.db, replace(key, name=name))


OPERATIONS = (describe_key, list_keys, update_key_description)

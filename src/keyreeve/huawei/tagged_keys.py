"""The tags of all keys, and keys by their tags (KMS API reference, kms/tags, resource_instances/action)."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from keyreeve.context import Context
from keyreeve.errors import TagKeyInvalid, TagKeyRepeated, TagValueInvalid
from keyreeve.huawei import errors as e
from keyreeve.huawei.details import KeyDetails, details
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.huawei.tags import TagItem, items_of
from keyreeve.keys.inventory import KeyIds, page_of_keys
from keyreeve.keys.lookup import ids_of_own_keys
from keyreeve.keys.model import CreatorType, Key
from keyreeve.operations import Needs
from keyreeve.tags.store import KEY_TAGS

_MOST_TAGS, _MOST_VALUES, _MOST_MATCHED_CHARACTERS = 10, 10, 255
# A tag may be one of the other door's, whose limits are wider.
_TAG_TEXT = re.compile(r"[^\x00-\x1f]{0,128}\Z")
_NAME = "resource_name"
_LIST_TAGS = "kms:ListTagResources"
_CUSTOM_KEYS = {"creator_type": frozenset((CreatorType.USER.value,))}


class ValuesOfTag(Struct, frozen=True):
    key: str
    values: tuple[str, ...] | None = None


class ListKmsTagsResponse(Struct, frozen=True):
    tags: list[ValuesOfTag]


@kms(needs=Needs.READ, asks=_LIST_TAGS)
def list_kms_tags(ctx: Context, request: ProjectRequest) -> ListKmsTagsResponse:
    """Every tag that a key of the project has, with all its values."""
    del request
    _permit_keys(ctx)
    found = KEY_TAGS.in_use(ctx.db, ids_of_own_keys(ctx))
    return ListKmsTagsResponse([ValuesOfTag(name, tuple(values)) for name, values in found.items()])


class ListAction(StrEnum):
    FILTER = "filter"
    COUNT = "count"


class Match(Struct, frozen=True):
    key: str
    value: str


class ListKmsByTagsRequest(ProjectRequest, frozen=True, kw_only=True):
    action: Annotated[ListAction, Meta(description="filter: the keys, by pages; count: how many they are.")]
    limit: Annotated[int, Meta(ge=1, le=1000, description="How many on a page, 1 to 1,000.")] = 10
    offset: Annotated[
        Annotated[int, Meta(ge=0, le=2**31 - 1)] | None, Meta(description="How many to pass over; not to count.")
    ] = None
    tags: Annotated[
        tuple[ValuesOfTag, ...],
        Meta(
            description="At most 10 objects of a key and up to 10 values: who has every one of these tags, with one of "
            "its values, or with any where none is named."
        ),
    ] = ()
    matches: Annotated[
        tuple[Match, ...], Meta(description="An object of the key resource_name and a value: the key_alias.")
    ] = ()


class ActionResource(Struct, frozen=True):
    resource_id: str
    resource_detail: KeyDetails
    resource_name: str
    tags: list[TagItem]


class ListKmsByTagsResponse(Struct, frozen=True):
    """`resources` is absent where they are counted."""

    total_count: int
    resources: list[ActionResource] | UnsetType = UNSET


@kms(needs=Needs.READ, asks=_LIST_TAGS)
def list_kms_by_tags(ctx: Context, request: ListKmsByTagsRequest) -> ListKmsByTagsResponse:
    """Those of the account's keys, newest first, that have certain tags or a certain name."""
    counts = request.action is ListAction.COUNT
    if counts and request.offset is not None:
        raise e.OffsetNotAllowed("offset")
    tagged, named = _tagged(request.tags), _named(request.matches)
    _permit_keys(ctx)
    limit = 0 if counts else request.limit
    found, total = page_of_keys(ctx, {**_CUSTOM_KEYS, **named}, request.offset or 0, limit, tagged)
    return ListKmsByTagsResponse(total, UNSET if counts else _resources(ctx, found))


def _permit_keys(ctx: Context) -> None:
    ctx.touch("key")
    ctx.permit("key")


def _tagged(tags: Sequence[ValuesOfTag]) -> list[KeyIds]:
    """Raises the error of what is wrong with them."""
    if len(tags) > _MOST_TAGS:
        raise e.TagListTooLong("tags")
    if len({tag.key for tag in tags}) < len(tags):
        raise TagKeyRepeated("tags")
    return [KEY_TAGS.owners_with(tag.key, _values(tag)) for tag in tags]


def _values(tag: ValuesOfTag) -> tuple[str, ...]:
    values = tag.values or ()
    if not tag.key or not _TAG_TEXT.match(tag.key):
        raise TagKeyInvalid("tags")
    if len(values) > _MOST_VALUES:
        raise e.TooManyTagValues("tags")
    if len(set(values)) < len(values):
        raise TagKeyRepeated("tags")
    if not all(map(_TAG_TEXT.match, values)):
        raise TagValueInvalid("tags")
    return values


def _named(matches: Sequence[Match]) -> dict[str, frozenset[str]]:
    """By column: names that are all asked for are names of no key where they differ."""
    if any(match.key != _NAME for match in matches):
        raise e.MatchKeyUnknown("matches")
    for match in matches:
        if not 1 <= len(match.value) <= _MOST_MATCHED_CHARACTERS or "\0" in match.value:
            raise e.MatchValueInvalid("matches")
    names = {match.value for match in matches}
    return {"name": frozenset(names if len(names) == 1 else ())} if names else {}


def _resources(ctx: Context, found: Sequence[Key]) -> list[ActionResource]:
    tags = KEY_TAGS.read_all(ctx.db, [key.key_id for key in found])
    return [ActionResource(key.key_id, details(ctx, key), key.name or "", items_of(tags[key.key_id])) for key in found]


OPERATIONS = (list_kms_tags, list_kms_by_tags)

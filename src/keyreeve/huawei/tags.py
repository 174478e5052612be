"""The tags of a key (KMS API reference, tags, tags/action); the other door's limits are others."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct, field

from keyreeve.context import Context
from keyreeve.errors import KeyNotFound, KeyPendingDeletion, TagKeyInvalid, TagKeyRepeated, TagValueInvalid
from keyreeve.huawei import errors as e
from keyreeve.huawei.lifecycle import KeyRequest, changeable_key
from keyreeve.huawei.projects import kms
from keyreeve.keys.lookup import find_key
from keyreeve.keys.references import KeyReference
from keyreeve.operations import Empty, Needs
from keyreeve.tags.model import MOST_TAGS as MOST_TAGS_OF_OTHER_DOOR
from keyreeve.tags.model import Tag
from keyreeve.tags.store import KEY_TAGS

_MOST_TAGS = 10
_MOST_KEY_CHARACTERS, _MOST_VALUE_CHARACTERS = 36, 43
_MOST_KEY_CHARACTERS_OF_OTHER_DOOR = 128
_FORBIDDEN = re.compile(r"[\x00-\x1f*<>\\=]")
_ERRORS = (KeyNotFound, KeyPendingDeletion, e.DefaultKey)
_TAG, _UNTAG = "kms:TagResource", "kms:UntagResource"
_TEXTS = "a key of 1 to 36 characters and a value of up to 43, without control characters and *<>\\="


class TagItem(Struct, frozen=True):
    key: str
    value: str | None = None


class CreateKmsTagRequest(KeyRequest, frozen=True, kw_only=True):
    tag: Annotated[TagItem, Meta(description=f"An object: {_TEXTS}.")]


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.TooManyTags), asks=_TAG)
def create_kms_tag(ctx: Context, request: CreateKmsTagRequest) -> Empty:
    """Put a tag on a key; one whose key is there already gets the new value."""
    _put(ctx, request.key_id, [_new_tag(request.tag, "tag")])
    return Empty()


class TagsAction(StrEnum):
    CREATE = "create"
    DELETE = "delete"


class BatchCreateKmsTagsRequest(KeyRequest, frozen=True, kw_only=True):
    action: Annotated[TagsAction, Meta(description="create or delete.")]
    tags: Annotated[tuple[TagItem, ...], Meta(description=f"Objects: {_TEXTS}. To delete, a value may be left out.")]


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.TooManyTags), asks=_TAG)
def batch_create_kms_tags(ctx: Context, request: BatchCreateKmsTagsRequest) -> Empty:
    """Put tags on a key, or take tags off it: those that are not there, or have another value, are passed over."""
    if not request.tags:
        raise e.TagListEmpty("tags")
    if request.action is TagsAction.CREATE:
        _put(ctx, request.key_id, [_new_tag(item, "tags") for item in request.tags])
    else:
        _take(ctx, request.key_id, request.tags)
    return Empty()


class DeleteTagRequest(KeyRequest, frozen=True, kw_only=True):
    key: Annotated[str, Meta(description="The tag's key.")]


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.TagMissing), asks=_UNTAG)
def delete_tag(ctx: Context, request: DeleteTagRequest) -> Empty:
    """Take one tag off a key, whichever door put it there."""
    if len(request.key) > _MOST_KEY_CHARACTERS_OF_OTHER_DOOR:
        raise e.TagKeyLengthWrong("key")
    key_id = changeable_key(ctx, request.key_id, _UNTAG).key_id
    if request.key not in KEY_TAGS.values(ctx.db, key_id):
        raise e.TagMissing
    KEY_TAGS.remove(ctx.db, key_id, [request.key])
    return Empty()


class ShowKmsTagsResponse(Struct, frozen=True):
    tags: list[TagItem]
    count: int = field(name="existTagsNum")


@kms(needs=Needs.READ, errors=(KeyNotFound,), asks="kms:ListResourceTags")
def show_kms_tags(ctx: Context, request: KeyRequest) -> ShowKmsTagsResponse:
    """The tags of a key, and how many they are."""
    found = KEY_TAGS.read(ctx.db, find_key(ctx, request.key_id).key_id)
    return ShowKmsTagsResponse(items_of(found), len(found))


def items_of(tags: Sequence[Tag]) -> list[TagItem]:
    return [TagItem(tag.tag_key, tag.tag_value) for tag in tags]


def _new_tag(item: TagItem, parameter: str) -> Tag:
    """Raises the error of what is wrong with it."""
    value = item.value or ""
    if not 1 <= len(item.key) <= _MOST_KEY_CHARACTERS:
        raise e.TagKeyLengthWrong(parameter)
    if len(value) > _MOST_VALUE_CHARACTERS:
        raise e.TagValueLengthWrong(parameter)
    if _FORBIDDEN.search(item.key):
        raise TagKeyInvalid(parameter)
    if _FORBIDDEN.search(value):
        raise TagValueInvalid(parameter)
    return Tag(item.key, value)


def _put(ctx: Context, reference: KeyReference, tags: Sequence[Tag]) -> None:
    """A key with more than this door's ten tags keeps them, and gets no new one."""
    if len({tag.tag_key for tag in tags}) < len(tags):
        raise TagKeyRepeated("tags")
    key_id = changeable_key(ctx, reference, _TAG).key_id
    there = KEY_TAGS.values(ctx.db, key_id)
    added = [tag for tag in tags if tag.tag_key not in there]
    if added and len(there) + len(added) > _MOST_TAGS:
        raise e.TooManyTags(f"a key may have {_MOST_TAGS}")
    KEY_TAGS.put(ctx.db, key_id, tags)


def _take(ctx: Context, reference: KeyReference, items: Sequence[TagItem]) -> None:
    if len(items) > MOST_TAGS_OF_OTHER_DOOR:
        raise e.TagListTooLong("tags")
    key_id = changeable_key(ctx, reference, _UNTAG).key_id
    there = KEY_TAGS.values(ctx.db, key_id)
    gone = [item.key for item in items if item.key in there and item.value in (None, there[item.key])]
    KEY_TAGS.remove(ctx.db, key_id, gone)


OPERATIONS = (create_kms_tag, batch_create_kms_tags, delete_tag, show_kms_tags)

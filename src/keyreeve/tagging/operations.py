"""TagResource, UntagResource, ListResourceTags (API reference chapter 11), for keys."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import (
    KeyNotFound,
    KeyPendingDeletion,
    LimitReached,
    ParameterInvalid,
    ParameterMissing,
    UnsupportedAction,
)
from keyreeve.keys import references, rules
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.operations import Empty, Needs, operation
from keyreeve.tags import store
from keyreeve.tags.model import MOST_TAGS, TagKeys, Tags

_Key = Annotated[references.KeyId | None, Meta(description="The key to tag.")]
_Secret = Annotated[str, Meta(description="The secret to tag; secrets are not available yet.")]
_Certificate = Annotated[str, Meta(description="The certificate to tag; not available yet.")]


class TaggedResource(Struct, frozen=True, rename="pascal", kw_only=True):
    key_id: _Key = None
    secret_name: _Secret = ""
    certificate_id: _Certificate = ""


class TagResourceRequest(TaggedResource, frozen=True, rename="pascal", kw_only=True):
    tags: Annotated[Tags, Meta(description="A JSON list of {TagKey, TagValue}, at most 20 on a resource.")]


@operation(needs=Needs.WRITE, errors=(KeyNotFound, KeyPendingDeletion, LimitReached, UnsupportedAction))
def tag_resource(ctx: Context, request: TagResourceRequest) -> Empty:
    """Put tags on a key; a tag key that is there already gets the new value."""
    key = _key_to_tag(ctx, request)
    store.put_tags(ctx.db, key.key_id, request.tags.items)
    if len(store.read_tags(ctx.db, key.key_id)) > MOST_TAGS:
        raise LimitReached
    return Empty()


class UntagResourceRequest(TaggedResource, frozen=True, rename="pascal", kw_only=True):
    tag_keys: Annotated[TagKeys, Meta(description="A JSON list of tag keys; unknown ones are passed over.")]


@operation(needs=Needs.WRITE, errors=(KeyNotFound, KeyPendingDeletion, UnsupportedAction))
def untag_resource(ctx: Context, request: UntagResourceRequest) -> Empty:
    """Take tags off a key."""
    key = _key_to_tag(ctx, request)
    store.remove_tags(ctx.db, key.key_id, request.tag_keys.names)
    return Empty()


class ListResourceTagsRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey


class ListedTag(Struct, frozen=True, rename="pascal"):
    key_id: str
    tag_key: str
    tag_value: str


class TagList(Struct, frozen=True, rename="pascal"):
    tag: list[ListedTag]


class ListResourceTagsResponse(Struct, frozen=True, rename="pascal"):
    tags: TagList


@operation(needs=Needs.READ, errors=(KeyNotFound,))
def list_resource_tags(ctx: Context, request: ListResourceTagsRequest) -> ListResourceTagsResponse:
    """The tags of a key."""
    key = find_key(ctx, request.key_id)
    found = store.read_tags(ctx.db, key.key_id)
    return ListResourceTagsResponse(TagList([ListedTag(key.key_id, tag.tag_key, tag.tag_value) for tag in found]))


def _key_to_tag(ctx: Context, request: TaggedResource) -> Key:
    """Exactly one resource is named, and only keys can be tagged so far."""
    named = [
        name
        for name, value in (
            ("KeyId", request.key_id),
            ("SecretName", request.secret_name),
            ("CertificateId", request.certificate_id),
        )
        if value
    ]
    if not named:
        raise ParameterMissing("KeyId")
    if len(named) > 1:
        raise ParameterInvalid(named[1])
    if request.key_id is None:
        raise UnsupportedAction(f"{named[0]}: only keys are available")
    key = find_key(ctx, request.key_id)
    rules.require_not_pending_deletion(key)
    return key


OPERATIONS = (tag_resource, untag_resource, list_resource_tags)

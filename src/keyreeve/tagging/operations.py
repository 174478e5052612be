"""TagResource, UntagResource, ListResourceTags (API reference chapter 11)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.certificates.lookup import find_certificate
from keyreeve.certificates.references import CertificateReference
from keyreeve.context import Context
from keyreeve.errors import (
    CertificateNotFound,
    KeyNotFound,
    KeyPendingDeletion,
    LimitReached,
    ParameterInvalid,
    ParameterMissing,
    SecretInDeleteWindow,
    SecretNotFound,
)
from keyreeve.keys import references
from keyreeve.keys.lookup import find_key
from keyreeve.operations import Empty, Needs, operation
from keyreeve.secrets.lookup import changeable_secret
from keyreeve.secrets.references import SecretReference
from keyreeve.tagging.targets import changeable_key
from keyreeve.tags.model import MOST_TAGS, TagKeys, Tags
from keyreeve.tags.store import CERTIFICATE_TAGS, KEY_TAGS, SECRET_TAGS, TagTable

_Key = Annotated[references.KeyId | None, Meta(description="The key to tag.")]
_Secret = Annotated[SecretReference | None, Meta(description="The secret to tag, by its name or ARN.")]
_Certificate = Annotated[CertificateReference | None, Meta(description="The certificate to tag, by its id or ARN.")]
_ERRORS = (KeyNotFound, KeyPendingDeletion, SecretNotFound, SecretInDeleteWindow, CertificateNotFound)


class TaggedResource(Struct, frozen=True, rename="pascal", kw_only=True):
    key_id: _Key = None
    secret_name: _Secret = None
    certificate_id: _Certificate = None


class TagResourceRequest(TaggedResource, frozen=True, rename="pascal", kw_only=True):
    tags: Annotated[Tags, Meta(description="A JSON list of {TagKey, TagValue}, at most 20 on a resource.")]


@operation(needs=Needs.WRITE, errors=(*_ERRORS, LimitReached))
def tag_resource(ctx: Context, request: TagResourceRequest) -> Empty:
    """Put tags on a key, a secret or a certificate; a tag key that is there already gets the new value."""
    table, owner_id = _to_tag(ctx, request)
    table.put(ctx.db, owner_id, request.tags.items)
    if table.most_on_one(ctx.db, [owner_id]) > MOST_TAGS:
        raise LimitReached
    return Empty()


class UntagResourceRequest(TaggedResource, frozen=True, rename="pascal", kw_only=True):
    tag_keys: Annotated[TagKeys, Meta(description="A JSON list of tag keys; unknown ones are passed over.")]


@operation(needs=Needs.WRITE, errors=_ERRORS)
def untag_resource(ctx: Context, request: UntagResourceRequest) -> Empty:
    """Take tags off a key, a secret or a certificate."""
    table, owner_id = _to_tag(ctx, request)
    table.remove(ctx.db, owner_id, request.tag_keys.names)
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
    found = KEY_TAGS.read(ctx.db, key.key_id)
    return ListResourceTagsResponse(TagList([ListedTag(key.key_id, tag.tag_key, tag.tag_value) for tag in found]))


def _to_tag(ctx: Context, request: TaggedResource) -> tuple[TagTable, str]:
    """Where the tags of the one resource are that is named, and by which id."""
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
    if request.secret_name is not None:
        return SECRET_TAGS, changeable_secret(ctx, request.secret_name).secret_id
    if request.certificate_id is not None:
        return CERTIFICATE_TAGS, find_certificate(ctx, request.certificate_id).certificate_id
    assert request.key_id is not None, "one of the three is named"
    return KEY_TAGS, changeable_key(ctx, request.key_id)


OPERATIONS = (tag_resource, untag_resource, list_resource_tags)

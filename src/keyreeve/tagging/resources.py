"""TagResources, UntagResources, ListTagResources: the tag operations that the cloud's services have in common."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from keyreeve.context import Context
from keyreeve.errors import (
    KeyPendingDeletion,
    LimitReached,
    ParameterMissing,
    ResourceNotFound,
    SecretInDeleteWindow,
)
from keyreeve.operations import Empty, Needs, operation
from keyreeve.tagging.paging import NextToken
from keyreeve.tagging.parameters import NewTags, ResourceIds, TagNames, WantedTags
from keyreeve.tagging.targets import KINDS, Kind, ResourceType, find_all
from keyreeve.tags.model import MOST_TAGS
from keyreeve.tags.store import Place

_PAGE = 200
_ERRORS = (ResourceNotFound, KeyPendingDeletion, SecretInDeleteWindow)
_MANY = "The ids or ARNs of keys, or the names or ARNs of secrets; at most 50."

Ids = Annotated[ResourceIds, Meta(description=_MANY)]
Region = Annotated[str, Meta(max_length=64, description="The region of the resources; there is but one.")]
Kinds = Annotated[ResourceType, Meta(description="key or secret.")]


class ResourcesRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    region_id: Region
    resource_type: Kinds
    resource_id: Ids


class TagResourcesRequest(ResourcesRequest, frozen=True, rename="pascal", kw_only=True):
    tag: Annotated[NewTags, Meta(description="Tag.N.Key and Tag.N.Value; at most 20, which is what one may have.")]


@operation(needs=Needs.WRITE, errors=(*_ERRORS, LimitReached))
def tag_resources(ctx: Context, request: TagResourcesRequest) -> Empty:
    """Put the same tags on several keys or secrets, or on none; a tag key that is there gets the new value."""
    if not request.tag.items:
        raise ParameterMissing("Tag")
    kind, owner_ids = _to_change(ctx, request)
    kind.table.put_on_all(ctx.db, owner_ids, request.tag.items)
    if kind.table.most_on_one(ctx.db, owner_ids) > MOST_TAGS:
        raise LimitReached
    return Empty()


class UntagResourcesRequest(ResourcesRequest, frozen=True, rename="pascal", kw_only=True):
    tag_key: Annotated[TagNames, Meta(description="At most 20 tag keys; unknown ones are passed over.")] = TagNames()
    every: Annotated[bool, Meta(description="true: all tags, where no TagKey is given.")] = field(
        default=False, name="All"
    )


@operation(needs=Needs.WRITE, errors=_ERRORS)
def untag_resources(ctx: Context, request: UntagResourcesRequest) -> Empty:
    """Take tags off several keys or secrets, or off none."""
    names = request.tag_key.names
    if not names and not request.every:
        raise ParameterMissing("TagKey")
    kind, owner_ids = _to_change(ctx, request)
    if names:
        kind.table.remove_from_all(ctx.db, owner_ids, names)
    else:
        kind.table.clear(ctx.db, owner_ids)
    return Empty()


class ListTagResourcesRequest(Struct, frozen=True, rename="pascal", kw_only=True):
    region_id: Region
    resource_type: Kinds
    resource_id: Ids = ResourceIds()
    tag: Annotated[
        WantedTags,
        Meta(description="Tag.N.Key with or without Tag.N.Value: these tags, of the resources that have all of them."),
    ] = WantedTags({})
    next_token: Annotated[NextToken | None, Meta(description="From the answer with the page before.")] = None


class TagResource(Struct, frozen=True, rename="pascal"):
    resource_id: str
    resource_type: ResourceType
    tag_key: str
    tag_value: str


class TagResourceList(Struct, frozen=True, rename="pascal"):
    tag_resource: list[TagResource]


class ListTagResourcesResponse(Struct, frozen=True, rename="pascal"):
    """NextToken is absent on the last page."""

    tag_resources: TagResourceList
    next_token: str | UnsetType = UNSET


@operation(needs=Needs.READ, errors=(ResourceNotFound,))
def list_tag_resources(ctx: Context, request: ListTagResourcesRequest) -> ListTagResourcesResponse:
    """The tags of some or all keys, or of some or all secrets: 200 on a page, in an order of no meaning."""
    kind, after = KINDS[request.resource_type], request.next_token and request.next_token.place
    if request.resource_id.texts:
        owners = find_all(ctx, kind.find, request.resource_id.texts)
    else:
        ctx.touch(request.resource_type)
        ctx.permit(request.resource_type)
        owners = kind.own(ctx)
    rows = kind.table.page(ctx.db, owners, request.tag.values, after, _PAGE + 1)
    more = len(rows) > _PAGE
    found = rows[:_PAGE]
    next_token = NextToken(found[-1][0]).text if more else UNSET
    return ListTagResourcesResponse(_named(ctx, request.resource_type, found), next_token)


def _named(ctx: Context, resource_type: ResourceType, found: list[tuple[Place, str]]) -> TagResourceList:
    """What was deleted since the page was read has no name any more."""
    names = KINDS[resource_type].names(ctx, {place.owner_id for place, _ in found})
    there = [(names[place.owner_id], place.tag_key, value) for place, value in found if place.owner_id in names]
    return TagResourceList([TagResource(name, resource_type, tag_key, value) for name, tag_key, value in there])


def _to_change(ctx: Context, request: ResourcesRequest) -> tuple[Kind, list[str]]:
    if not request.resource_id.texts:
        raise ParameterMissing("ResourceId")
    kind = KINDS[request.resource_type]
    return kind, find_all(ctx, kind.find_changeable, request.resource_id.texts)


OPERATIONS = (tag_resources, untag_resources, list_tag_resources)

"""The versions of a key: DescribeKeyVersion, ListKeyVersions (API reference 8.13, 8.14)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import AliasNotFound, KeyNotFound, KeyVersionNotFound
from keyreeve.keys import references, store
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import KeyVersion
from keyreeve.operations import Needs, operation
from keyreeve.wire_time import to_wire


class DescribedVersion(Struct, frozen=True, rename="pascal"):
    key_id: str
    key_version_id: str
    creation_date: str


class DescribeKeyVersionRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    key_version_id: Annotated[
        str, Meta(max_length=64, pattern=references.STORABLE, description="The id of the version.")
    ]


class DescribeKeyVersionResponse(Struct, frozen=True, rename="pascal"):
    key_version: DescribedVersion


@operation(needs=Needs.READ, errors=(KeyNotFound, AliasNotFound, KeyVersionNotFound))
def describe_key_version(ctx: Context, request: DescribeKeyVersionRequest) -> DescribeKeyVersionResponse:
    """One version of a key."""
    key = find_key(ctx, request.key_id)
    found = store.read_version(ctx.db, request.key_version_id)
    if found is None or found[0].key_id != key.key_id:
        raise KeyVersionNotFound
    return DescribeKeyVersionResponse(_described(found[0]))


class ListKeyVersionsRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    page_number: references.PageNumber = 1
    page_size: references.LoosePageSize = 10


class KeyVersionList(Struct, frozen=True, rename="pascal"):
    key_version: list[DescribedVersion]


class ListKeyVersionsResponse(references.Page, frozen=True, rename="pascal"):
    key_versions: KeyVersionList


@operation(needs=Needs.READ, errors=(KeyNotFound, AliasNotFound))
def list_key_versions(ctx: Context, request: ListKeyVersionsRequest) -> ListKeyVersionsResponse:
    """All versions of a key, newest first."""
    key = find_key(ctx, request.key_id)
    offset = (request.page_number - 1) * request.page_size
    found, total = store.list_versions(ctx.db, key.key_id, offset, request.page_size)
    items = KeyVersionList([_described(version) for version in found])
    return ListKeyVersionsResponse(total, request.page_number, request.page_size, items)


def _described(version: KeyVersion) -> DescribedVersion:
    return DescribedVersion(version.key_id, version.version_id, to_wire(version.created_at))


OPERATIONS = (describe_key_version, list_key_versions)

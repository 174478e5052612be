"""The versions of a key: DescribeKeyVersion, ListKeyVersions, CreateKeyVersion (API reference 8.13, 8.14, 8.16)."""

from dataclasses import replace

from msgspec import Struct

from keyreeve.context import Context
from keyreeve.errors import (
    AliasNotFound,
    KeyNotFound,
    KeyNotUsable,
    KeyVersionNotFound,
    LimitReached,
    ProtectionLevelUnavailable,
    UnsupportedForKey,
)
from keyreeve.keys import references, rules, store
from keyreeve.keys.lookup import find_key
from keyreeve.keys.material import NewMaterial, add_version, new_material
from keyreeve.keys.model import KeyVersion
from keyreeve.limits import Quota
from keyreeve.operations import Needs, operation
from keyreeve.wire_time import to_wire


class DescribedVersion(Struct, frozen=True, rename="pascal"):
    key_id: str
    key_version_id: str
    creation_date: str


class VersionResponse(Struct, frozen=True, rename="pascal"):
    key_version: DescribedVersion


class DescribeKeyVersionRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    key_version_id: references.TheVersion


@operation(needs=Needs.READ, errors=(KeyNotFound, AliasNotFound, KeyVersionNotFound))
def describe_key_version(ctx: Context, request: DescribeKeyVersionRequest) -> VersionResponse:
    """One version of a key."""
    key = find_key(ctx, request.key_id)
    found = store.read_version(ctx.db, request.key_version_id)
    if found is None or found.version.key_id != key.key_id:
        raise KeyVersionNotFound
    return VersionResponse(_described(found.version))


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


class CreateKeyVersionRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias


def _material_of_version(ctx: Context, request: CreateKeyVersionRequest) -> NewMaterial:
    key = find_key(ctx, request.key_id)
    rules.require_new_version(key, ctx.now, versions=0)
    return new_material(ctx, key.spec, key.usage, key.protection_level)


@operation(
    needs=Needs.WRITE,
    prepare=_material_of_version,
    errors=(KeyNotFound, AliasNotFound, KeyNotUsable, UnsupportedForKey, LimitReached, ProtectionLevelUnavailable),
)
def create_key_version(ctx: Context, request: CreateKeyVersionRequest, material: NewMaterial) -> VersionResponse:
    """Give an asymmetric key a further version; at most one in seven days, and 50 in all."""
    key = find_key(ctx, request.key_id)
    rules.require_new_version(key, ctx.now, store.count_versions(ctx.db, key.key_id))
    ctx.limits.require_room(Quota.VERSIONS, lambda: store.count_account_versions(ctx.db, key.account_id))
    version = add_version(ctx, key.key_id, material)
    store.update_key(ctx.db, replace(key, primary_version_id=version.version_id, last_rotated_at=ctx.now))
    return VersionResponse(_described(version))


def _described(version: KeyVersion) -> DescribedVersion:
    return DescribedVersion(version.key_id, version.version_id, to_wire(version.created_at))


OPERATIONS = (describe_key_version, list_key_versions, create_key_version)

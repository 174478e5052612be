"""Versions and their stages: PutSecretValue, UpdateSecretVersionStage, ListSecretVersionIds (9.6, 9.8, 9.10)."""

import hmac
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import (
    KeyNotFound,
    KeyNotUsable,
    LimitReached,
    SecretInDeleteWindow,
    SecretNotFound,
    SecretVersionExists,
    StageElsewhere,
    UnsupportedForSecret,
)
from keyreeve.keys.envelopes import require_key_opens
from keyreeve.keys.lookup import permitted_key
from keyreeve.keys.references import Page, PageNumber, PageSize
from keyreeve.operations import Needs, operation
from keyreeve.secrets import references, rules, store
from keyreeve.secrets.lookup import changeable_secret, find_secret, version_of
from keyreeve.secrets.model import DataType, NamedSecret, SecretVersion
from keyreeve.secrets.reading import StageList
from keyreeve.secrets.values import new_version, value_of
from keyreeve.wire_time import to_wire


class PutSecretValueRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    version_id: references.VersionId
    secret_data: references.SecretData
    secret_data_type: Annotated[DataType, Meta(description="text or binary.")] = DataType.TEXT
    version_stages: Annotated[
        references.VersionStages, Meta(description="The stages that mark the new version; ACSCurrent by default.")
    ] = references.VersionStages()


class PutSecretValueResponse(Struct, frozen=True, rename="pascal"):
    secret_name: str
    version_id: str
    version_stages: StageList


@operation(
    needs=Needs.WRITE,
    errors=(
        SecretNotFound,
        SecretInDeleteWindow,
        SecretVersionExists,
        UnsupportedForSecret,
        KeyNotFound,
        KeyNotUsable,
        LimitReached,
    ),
)
def put_secret_value(ctx: Context, request: PutSecretValueRequest) -> PutSecretValueResponse:
    """Store the value of a new version; the same version with the same value once more changes nothing."""
    secret = changeable_secret(ctx, request.secret_name)
    rules.require_generic(secret)
    if secret.key_is_chosen:
        permitted_key(ctx, secret.key_id, secret.account_id, "kms:GenerateDataKey")
        ctx.touch(secret.resource)
    key = require_key_opens(ctx, secret.key_id)
    version_id, value = request.version_id, request.secret_data.text
    numbers, stages = store.version_numbers(ctx.db, secret.secret_id)
    if version_id in numbers:
        _require_same(ctx, secret, request)
        return _put(secret, version_id, stages)
    after = rules.stages_after_put(stages, version_id, request.version_stages.names)
    number = max(numbers.values(), default=0) + 1
    new_version(ctx, secret, key, number, version_id, request.secret_data_type, value)
    store.write_stages(ctx.db, secret.secret_id, stages, after)
    dropped = rules.versions_to_drop([*numbers, version_id], after)
    store.delete_versions(ctx.db, secret.secret_id, dropped)
    store.note_update(ctx.db, secret.secret_id, ctx.now)
    return _put(secret, version_id, after)


class UpdateSecretVersionStageRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    version_stage: references.Stage
    remove_from_version: Annotated[
        references.VersionId | None, Meta(description="The version that carries the stage now.")
    ] = None
    move_to_version: Annotated[references.VersionId | None, Meta(description="The version that is to carry it.")] = None


class SecretNameResponse(Struct, frozen=True, rename="pascal"):
    secret_name: str


@operation(
    needs=Needs.WRITE,
    errors=(SecretNotFound, SecretInDeleteWindow, StageElsewhere, UnsupportedForSecret, LimitReached),
)
def update_secret_version_stage(ctx: Context, request: UpdateSecretVersionStageRequest) -> SecretNameResponse:
    """Put a stage on a version, take it off, or move it; the built-in ones only move."""
    secret = changeable_secret(ctx, request.secret_name)
    rules.require_generic(secret)
    known, stages = store.version_numbers(ctx.db, secret.secret_id)
    if any(named not in (None, *known) for named in (request.remove_from_version, request.move_to_version)):
        raise SecretNotFound("there is no such version")
    after = rules.stages_after_update(
        stages, request.version_stage, request.remove_from_version, request.move_to_version
    )
    store.write_stages(ctx.db, secret.secret_id, stages, after)
    store.note_update(ctx.db, secret.secret_id, ctx.now)
    return SecretNameResponse(secret.secret_name)


class ListSecretVersionIdsRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    include_deprecated: Annotated[bool, Meta(description="Whether versions that no stage marks are listed.")] = False
    page_number: PageNumber = 1
    page_size: PageSize = 20


class ListedVersion(Struct, frozen=True, rename="pascal"):
    version_id: str
    version_stages: StageList
    create_time: str


class VersionList(Struct, frozen=True, rename="pascal"):
    version_id: list[ListedVersion]


class ListSecretVersionIdsResponse(Page, frozen=True, rename="pascal"):
    secret_name: str
    version_ids: VersionList


@operation(needs=Needs.READ, errors=(SecretNotFound,))
def list_secret_version_ids(ctx: Context, request: ListSecretVersionIdsRequest) -> ListSecretVersionIdsResponse:
    """The versions of a secret without their values, newest first."""
    secret = find_secret(ctx, request.secret_name)
    stages = store.read_stages(ctx.db, secret.secret_id)
    offset = (request.page_number - 1) * request.page_size
    found, total = store.list_versions(
        ctx.db, secret.secret_id, unmarked=request.include_deprecated, offset=offset, limit=request.page_size
    )
    items = [_listed(version, stages) for version in found]
    return ListSecretVersionIdsResponse(
        total, request.page_number, request.page_size, secret.secret_name, VersionList(items)
    )


def _listed(version: SecretVersion, stages: dict[str, str]) -> ListedVersion:
    marks = [stage for stage, marked in stages.items() if marked == version.version_id]
    return ListedVersion(version.version_id, StageList(marks), to_wire(version.created_at))


def _require_same(ctx: Context, secret: NamedSecret, request: PutSecretValueRequest) -> None:
    """A version never changes. Raises SecretVersionExists."""
    found = version_of(ctx, secret, request.version_id)
    there, given = value_of(ctx, secret, found).encode(), request.secret_data.text.encode()
    if found.data_type is not request.secret_data_type or not hmac.compare_digest(there, given):
        raise SecretVersionExists


def _put(secret: NamedSecret, version_id: str, stages: dict[str, str]) -> PutSecretValueResponse:
    marks = [stage for stage, marked in sorted(stages.items()) if marked == version_id]
    return PutSecretValueResponse(secret.secret_name, version_id, StageList(marks))


OPERATIONS = (put_secret_value, update_secret_version_stage, list_secret_version_ids)

"""Looking at keys and naming them (KMS API reference, describe-key, list-keys, update-key-alias, -description)."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import AliasNotFound, KeyNameExists, KeyNotFound, KeyPendingDeletion, ParameterInvalid
from keyreeve.huawei.details import KeyDetails, details
from keyreeve.huawei.errors import DefaultKey
from keyreeve.huawei.lifecycle import KeyRequest, custom_key
from keyreeve.huawei.names import SPECS, STATES
from keyreeve.huawei.parameters import Description, KeyName, TheKeyOrAlias
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.keys.inventory import page_of_keys, set_description, set_name
from keyreeve.keys.lookup import find_key
from keyreeve.operations import Needs

_MOST_ON_A_PAGE = 1000
_LAST_MARKER = 2**31 - 1
_STATES = {name: state for state, name in STATES.items()}
_SPECS = {name: spec for spec, name in SPECS.items()}
_ALL = "ALL"
_NAMING_ERRORS = (KeyNotFound, KeyPendingDeletion, DefaultKey)


class DescribeKeyRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKeyOrAlias


class DescribeKeyResponse(Struct, frozen=True):
    key_info: KeyDetails


@kms(needs=Needs.CACHE, errors=(KeyNotFound, AliasNotFound), asks="kms:DescribeKey")
def describe_key(ctx: Context, request: DescribeKeyRequest) -> DescribeKeyResponse:
    """Everything about a key but its material."""
    return DescribeKeyResponse(details(ctx, find_key(ctx, request.key_id)))


class StateFilter(StrEnum):
    """The states that a list can be of; nothing is ever waiting for activation here."""

    PENDING_ACTIVATION = "1"
    ENABLED = "2"
    DISABLED = "3"
    PENDING_DELETION = "4"
    PENDING_IMPORT = "5"


class ListKeysRequest(ProjectRequest, frozen=True, kw_only=True):
    limit: Annotated[int, Meta(ge=1, le=_MOST_ON_A_PAGE, description="How many on a page, 1 to 1,000.")] = (
        _MOST_ON_A_PAGE
    )
    marker: Annotated[int, Meta(ge=0, le=_LAST_MARKER, description="How many to pass over.")] = 0
    key_state: Annotated[StateFilter | None, Meta(description="Only keys in this state.")] = None
    key_spec: Annotated[str, Meta(description="Only keys of this spec; ALL for every one.")] = "AES_256"
    enterprise_project_id: Annotated[str, Meta(description="0 or all; there are no others here.")] = "all"


class ListKeysResponse(Struct, frozen=True):
    """`next_marker` is empty on the last page; `truncated` is a word."""

    keys: list[str]
    key_details: list[KeyDetails]
    next_marker: str
    truncated: str
    total: int


@kms(needs=Needs.READ, asks="kms:ListKeys")
def list_keys(ctx: Context, request: ListKeysRequest) -> ListKeysResponse:
    """The account's keys, newest first: those of one spec, AES_256 where none is named."""
    ctx.touch("key")
    ctx.permit("key")
    found, total = page_of_keys(ctx, _filters(request), request.marker, request.limit)
    end = request.marker + len(found)
    more = bool(found) and end < total
    return ListKeysResponse(
        [key.key_id for key in found],
        [details(ctx, key) for key in found],
        str(end) if more else "",
        "true" if more else "false",
        total,
    )


class UpdateKeyAliasRequest(KeyRequest, frozen=True, kw_only=True):
    key_alias: KeyName


class NamedKey(Struct, frozen=True):
    key_id: str
    key_alias: str


class UpdateKeyAliasResponse(Struct, frozen=True):
    key_info: NamedKey


@kms(needs=Needs.WRITE, errors=(*_NAMING_ERRORS, KeyNameExists), asks="kms:UpdateKeyDescription")
def update_key_alias(ctx: Context, request: UpdateKeyAliasRequest) -> UpdateKeyAliasResponse:
    """Give a key another name; the aliases that stand for a key are others."""
    key = custom_key(ctx, request.key_id)
    set_name(ctx, key, request.key_alias.text)
    return UpdateKeyAliasResponse(NamedKey(key.key_id, request.key_alias.text))


class UpdateKeyDescriptionRequest(KeyRequest, frozen=True, kw_only=True):
    key_description: Description


class DescribedKey(Struct, frozen=True):
    key_id: str
    key_description: str


class UpdateKeyDescriptionResponse(Struct, frozen=True):
    key_info: DescribedKey


@kms(needs=Needs.WRITE, errors=_NAMING_ERRORS, asks="kms:UpdateKeyDescription")
def update_key_description(ctx: Context, request: UpdateKeyDescriptionRequest) -> UpdateKeyDescriptionResponse:
    """Replace a key's description; an empty one removes it."""
    key = custom_key(ctx, request.key_id)
    set_description(ctx, key, request.key_description)
    return UpdateKeyDescriptionResponse(DescribedKey(key.key_id, request.key_description))


def _filters(request: ListKeysRequest) -> dict[str, frozenset[str]]:
    """By column. A spec or state that no key has lets nothing through."""
    if request.enterprise_project_id not in ("0", "all"):
        raise ParameterInvalid("enterprise_project_id", "there are no enterprise projects here")
    filters: dict[str, frozenset[str]] = {}
    if request.key_state is not None:
        state = _STATES.get(request.key_state)
        filters["state"] = frozenset(() if state is None else (state,))
    if request.key_spec != _ALL:
        if request.key_spec not in _SPECS:
            raise ParameterInvalid("key_spec")
        filters["spec"] = frozenset((_SPECS[request.key_spec],))
    return filters


OPERATIONS = (describe_key, list_keys, update_key_alias, update_key_description)

"""Aliases: other names by which a key may be used (KMS API reference, aliases and alias/associate)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import AliasExists, AliasNotFound, KeyNotFound, KeyPendingDeletion, LimitReached
from keyreeve.huawei.errors import DefaultKey
from keyreeve.huawei.lifecycle import changeable_key
from keyreeve.huawei.parameters import KeyId, TheKey
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.keys import naming
from keyreeve.keys.aliases import TheAlias
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Alias
from keyreeve.keys.references import STORABLE, AliasName, KeyReference
from keyreeve.operations import Empty, Needs
from keyreeve.wire_time import to_wire

_MOST_OF_KEY = 50
_MOST_ON_A_PAGE = 100
_PREFIX = "alias/"
_ERRORS = (KeyNotFound, KeyPendingDeletion, DefaultKey, LimitReached)


class AliasEntity(Struct, frozen=True):
    """Times are ISO 8601, as that cloud's pages on aliases have them."""

    domain_id: str
    key_id: str
    alias: str
    alias_urn: str
    create_time: str
    update_time: str


class CreateAliasRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKey
    alias: TheAlias


@kms(needs=Needs.WRITE, errors=(*_ERRORS, AliasExists), asks="kms:CreateAlias")
def create_alias(ctx: Context, request: CreateAliasRequest) -> AliasEntity:
    """Give a key an alias that no key of the account has; it may have 50."""
    naming.permit_alias(ctx, request.alias.text)
    key = changeable_key(ctx, request.key_id)
    return _entity(ctx, naming.give_alias(ctx, request.alias.text, key, _MOST_OF_KEY))


class AssociateAliasRequest(ProjectRequest, frozen=True, kw_only=True):
    alias: TheAlias
    target_key_id: TheKey


@kms(needs=Needs.WRITE, errors=(*_ERRORS, AliasNotFound), asks="kms:UpdateAlias")
def associate_alias(ctx: Context, request: AssociateAliasRequest) -> AliasEntity:
    """Point an alias at another key."""
    naming.permit_alias(ctx, request.alias.text)
    alias = naming.existing_alias(ctx, request.alias.text)
    key = changeable_key(ctx, request.target_key_id)
    return _entity(ctx, naming.move_alias(ctx, alias, key, _MOST_OF_KEY))


class DeleteAliasRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKey
    aliases: Annotated[
        tuple[AliasName, ...],
        Meta(min_length=1, max_length=_MOST_OF_KEY, description="1 to 50 aliases of the key, all of which go or none."),
    ]


@kms(needs=Needs.WRITE, errors=(KeyNotFound, AliasNotFound), asks="kms:DeleteAlias")
def delete_alias(ctx: Context, request: DeleteAliasRequest) -> Empty:
    """Take aliases from a key, which stays as it is."""
    key = find_key(ctx, request.key_id)
    for name in dict.fromkeys(alias.text for alias in request.aliases):
        naming.permit_alias(ctx, name)
        alias = naming.existing_alias(ctx, name)
        if alias.key_id != key.key_id:
            raise AliasNotFound
        naming.take_alias(ctx, alias)
    return Empty()


class ListAliasesRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: Annotated[KeyId | None, Meta(description="Only aliases of this key.")] = None
    limit: Annotated[int, Meta(ge=1, le=_MOST_ON_A_PAGE, description="How many on a page, 1 to 100.")] = _MOST_ON_A_PAGE
    marker: Annotated[str, Meta(max_length=255, pattern=STORABLE, description="The last alias of the page before.")] = (
        ""
    )


class PageInfo(Struct, frozen=True):
    """`next_marker` is empty on the last page."""

    next_marker: str
    current_count: int


class ListAliasesResponse(Struct, frozen=True):
    aliases: list[AliasEntity]
    page_info: PageInfo


@kms(needs=Needs.READ, errors=(KeyNotFound,), asks="kms:ListAliases")
def list_aliases(ctx: Context, request: ListAliasesRequest) -> ListAliasesResponse:
    """The aliases of a key, or all of the account's, by their names."""
    found = naming.aliases_after(ctx, _listed_key(ctx, request.key_id), request.marker, request.limit + 1)
    page = found[: request.limit]
    next_marker = page[-1].name if len(found) > len(page) else ""
    return ListAliasesResponse([_entity(ctx, alias) for alias in page], PageInfo(next_marker, len(page)))


def _listed_key(ctx: Context, reference: KeyReference | None) -> str | None:
    if reference is not None:
        return find_key(ctx, reference, "kms:ListAliasesByKeyId").key_id
    ctx.touch("alias")
    ctx.permit("alias")
    return None


def _entity(ctx: Context, alias: Alias) -> AliasEntity:
    """When an alias was moved is not kept, so both times are that of its making."""
    account_id, made_at = ctx.caller.account_id, to_wire(alias.created_at)
    urn = f"kms:{ctx.region_id}:{account_id}:alias:{alias.name.removeprefix(_PREFIX)}"
    return AliasEntity(account_id, alias.key_id, alias.name, urn, made_at, made_at)


OPERATIONS = (create_alias, associate_alias, delete_alias, list_aliases)

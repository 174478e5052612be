"""Looking at secrets: DescribeSecret, ListSecrets, UpdateSecret (API reference 9.2, 9.4, 9.7)."""

from dataclasses import replace
from typing import Annotated, Self

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from keyreeve.context import Context
from keyreeve.errors import ParameterInvalid, SecretInDeleteWindow, SecretNotFound, UnsupportedForSecret
from keyreeve.keys.creation import Description
from keyreeve.keys.references import Page, PageNumber, PageSize, filters_of
from keyreeve.operations import Needs, operation
from keyreeve.secrets import references, store
from keyreeve.secrets.lookup import changeable_secret, find_secret
from keyreeve.secrets.managed import MOST_CONFIG_CHARACTERS, as_text, stored_config
from keyreeve.secrets.model import NamedSecret, SecretType
from keyreeve.secrets.rotation_status import RotationStatus, rotation_status
from keyreeve.secrets.versions import SecretNameResponse
from keyreeve.tags.model import Tag
from keyreeve.tags.store import SECRET_TAGS
from keyreeve.wire_time import to_wire

_COLUMNS = {
    "SecretName": "secret_name",
    "Description": "description",
    "TagKey": "tag_key",
    "TagValue": "tag_value",
    "SecretType": "secret_type",
}
_NOBODYS = "DKMSInstanceId"
_MOST_CHARACTERS = {"SecretName": 192}
_MOST_OTHERS = 256


class TagList(Struct, frozen=True, rename="pascal"):
    tag: list[Tag]


class DescribeSecretRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    fetch_tags: references.FetchTags = False


class DescribeSecretResponse(RotationStatus, frozen=True, rename="pascal", kw_only=True):
    """EncryptionKeyId is absent where the service's own key encrypts."""

    arn: str
    secret_name: str
    secret_type: SecretType
    description: str
    create_time: str
    update_time: str
    encryption_key_id: str | UnsetType = UNSET
    extended_config: str | UnsetType = UNSET
    planned_delete_time: str | UnsetType = UNSET
    tags: TagList | UnsetType = UNSET


@operation(needs=Needs.READ, errors=(SecretNotFound,))
def describe_secret(ctx: Context, request: DescribeSecretRequest) -> DescribeSecretResponse:
    """Everything about a secret but its values."""
    secret = find_secret(ctx, request.secret_name)
    return DescribeSecretResponse(
        **rotation_status(secret),
        arn=ctx.arn(secret.resource, secret.account_id),
        secret_name=secret.secret_name,
        secret_type=secret.secret_type,
        description=secret.description,
        create_time=to_wire(secret.created_at),
        update_time=to_wire(secret.updated_at),
        encryption_key_id=secret.key_id if secret.key_is_chosen else UNSET,
        extended_config=secret.extended_config or UNSET,
        planned_delete_time=UNSET if secret.delete_at is None else to_wire(secret.delete_at),
        tags=_tags(ctx, secret) if request.fetch_tags else UNSET,
    )


class Filters:
    """The `Filters` parameter: a JSON list of {Key, Values}. Names combine with AND, values of a name with OR."""

    __slots__ = ("columns", "matches_nothing")

    def __init__(self, columns: dict[str, frozenset[str]], *, matches_nothing: bool = False) -> None:
        self.columns = columns
        self.matches_nothing = matches_nothing

    @classmethod
    def from_wire(cls, text: str) -> Self:
        allowed = filters_of(text)
        for name, values in allowed.items():
            _require_lengths(name, values)
        in_an_instance = bool(allowed.pop(_NOBODYS, None))
        if not allowed.keys() <= _COLUMNS.keys():
            raise ValueError("an unknown filter")
        columns = {_COLUMNS[name]: values for name, values in allowed.items()}
        return cls(columns, matches_nothing=in_an_instance)


class ListSecretsRequest(Struct, frozen=True, rename="pascal"):
    fetch_tags: references.FetchTags = False
    page_number: PageNumber = 1
    page_size: PageSize = 10
    filters: Annotated[
        Filters,
        Meta(
            description="A JSON list of {Key, Values} with SecretName, Description, TagKey, TagValue or SecretType as "
            "Key; at most ten, with at most ten values each."
        ),
    ] = Filters({})


class ListedSecret(Struct, frozen=True, rename="pascal"):
    secret_name: str
    secret_type: SecretType
    create_time: str
    update_time: str
    planned_delete_time: str | UnsetType = UNSET
    tags: TagList | UnsetType = UNSET


class SecretList(Struct, frozen=True, rename="pascal"):
    secret: list[ListedSecret]


class ListSecretsResponse(Page, frozen=True, rename="pascal"):
    secret_list: SecretList


@operation(needs=Needs.READ)
def list_secrets(ctx: Context, request: ListSecretsRequest) -> ListSecretsResponse:
    """The account's secrets in this region, newest first; those that are planned to be deleted are among them."""
    ctx.touch("secret")
    ctx.permit("secret")
    offset = (request.page_number - 1) * request.page_size
    found, total = [], 0
    if not request.filters.matches_nothing:
        found, total = store.list_secrets(
            ctx.db, ctx.caller.account_id, ctx.now, request.filters.columns, offset, request.page_size
        )
    items = [_listed(ctx, secret, fetch_tags=request.fetch_tags) for secret in found]
    return ListSecretsResponse(total, request.page_number, request.page_size, SecretList(items))


class UpdateSecretRequest(Struct, frozen=True, rename="pascal"):
    secret_name: references.TheSecret
    description: Annotated[Description | None, Meta(description="The new description.")] = None
    custom_data: Annotated[
        references.CustomData | None, Meta(description="The new custom data of a managed secret.")
    ] = field(default=None, name="ExtendedConfig.CustomData")


@operation(needs=Needs.WRITE, errors=(SecretNotFound, SecretInDeleteWindow, UnsupportedForSecret))
def update_secret(ctx: Context, request: UpdateSecretRequest) -> SecretNameResponse:
    """Replace a secret's description, or a managed one's custom data."""
    secret = changeable_secret(ctx, request.secret_name)
    changed = secret
    if request.custom_data is not None:
        if not secret.is_managed:
            raise UnsupportedForSecret("ExtendedConfig.CustomData: a Generic secret has none")
        config = stored_config(secret.secret_type, secret.extended_config)
        text = as_text(msgspec.structs.replace(config, custom_data=request.custom_data.pairs))
        if len(text) > MOST_CONFIG_CHARACTERS:
            raise ParameterInvalid("ExtendedConfig.CustomData", "ExtendedConfig may have 1,024 characters")
        changed = replace(changed, extended_config=text)
    if request.description is not None:
        changed = replace(changed, description=request.description)
    if changed != secret:
        store.update_secret(ctx.db, replace(changed, updated_at=ctx.now))
    return SecretNameResponse(secret.secret_name)


def _require_lengths(name: str, values: frozenset[str]) -> None:
    most = _MOST_CHARACTERS.get(name, _MOST_OTHERS)
    if any(not 1 <= len(value) <= most for value in values):
        raise ValueError("a value is empty or too long")


def _listed(ctx: Context, secret: NamedSecret, *, fetch_tags: bool) -> ListedSecret:
    return ListedSecret(
        secret.secret_name,
        secret.secret_type,
        to_wire(secret.created_at),
        to_wire(secret.updated_at),
        UNSET if secret.delete_at is None else to_wire(secret.delete_at),
        _tags(ctx, secret) if fetch_tags else UNSET,
    )


def _tags(ctx: Context, secret: NamedSecret) -> TagList:
    return TagList(SECRET_TAGS.read(ctx.db, secret.secret_id))


OPERATIONS = (describe_secret, list_secrets, update_secret)

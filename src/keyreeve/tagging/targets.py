"""From what a tag operation names to the table with its tags and the id that it has there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select

from keyreeve.context import Context
from keyreeve.errors import AliasNotAccepted, KeyNotFound, ParameterInvalid, ResourceNotFound, SecretNotFound
from keyreeve.keys import rules
from keyreeve.keys.lookup import find_key, ids_of_own_keys
from keyreeve.keys.references import KeyId
from keyreeve.secrets.lookup import changeable_secret, find_secret, ids_of_own_secrets, names_of_secrets
from keyreeve.secrets.references import SecretReference
from keyreeve.tags.store import KEY_TAGS, SECRET_TAGS, TagTable


class ResourceType(StrEnum):
    """What the API calls a kind, which is also its container's name in policies."""

    KEY = "key"
    SECRET = "secret"


Find = Callable[[Context, str], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`find` and `find_changeable` give the id of what a caller names, having asked for permission.

    `names` gives what the API calls the owners of those ids.
    """

    table: TagTable
    find: Find
    find_changeable: Find
    own: Callable[[Context], Select[tuple[str]]]
    names: Callable[[Context, Iterable[str]], dict[str, str]]


def changeable_key(ctx: Context, reference: KeyId) -> str:
    """Raises KeyNotFound, KeyPendingDeletion or NoPermission."""
    key = find_key(ctx, reference)
    rules.require_not_pending_deletion(key)
    return key.key_id


def find_all(ctx: Context, find: Find, texts: Iterable[str]) -> list[str]:
    """The ids of several, each once. Raises ResourceNotFound, ParameterInvalid, AliasNotAccepted or NoPermission."""
    resources: list[str] = []
    found: list[str] = []
    for text in texts:
        try:
            found.append(find(ctx, text))
        except (KeyNotFound, SecretNotFound):
            raise ResourceNotFound(text) from None
        resources.append(ctx.resource)
    ctx.touch(",".join(dict.fromkeys(resources)))
    return list(dict.fromkeys(found))


def _key(text: str) -> KeyId:
    try:
        return KeyId.from_wire(text)
    except AliasNotAccepted:
        raise AliasNotAccepted("ResourceId") from None
    except ValueError:
        raise ParameterInvalid("ResourceId") from None


def _secret(text: str) -> SecretReference:
    try:
        return SecretReference.from_wire(text)
    except ValueError:
        raise ParameterInvalid("ResourceId") from None


KINDS = {
    ResourceType.KEY: Kind(
        KEY_TAGS,
        lambda ctx, text: find_key(ctx, _key(text)).key_id,
        lambda ctx, text: changeable_key(ctx, _key(text)),
        ids_of_own_keys,
        lambda _, key_ids: {key_id: key_id for key_id in key_ids},
    ),
    ResourceType.SECRET: Kind(
        SECRET_TAGS,
        lambda ctx, text: find_secret(ctx, _secret(text)).secret_id,
        lambda ctx, text: changeable_secret(ctx, _secret(text)).secret_id,
        ids_of_own_secrets,
        names_of_secrets,
    ),
}

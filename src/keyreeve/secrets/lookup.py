"""From what a caller names to a secret that the caller may see."""

from collections.abc import Iterable
from functools import partial

from sqlalchemy import Connection, Select

from keyreeve.access.authorisation import Guarded
from keyreeve.context import Context
from keyreeve.errors import NoPermission, SecretNotFound
from keyreeve.secrets import rules, store
from keyreeve.secrets.model import NamedSecret, SecretVersion
from keyreeve.secrets.references import SecretReference
from keyreeve.tags.store import SECRET_TAGS


def find_secret(ctx: Context, reference: SecretReference, action: str = "") -> NamedSecret:
    """The secret of that name, if the caller may do to it what the operation is for, or `action`.

    Raises SecretNotFound or NoPermission. Another account's secret must be named by its ARN, and permitted by its
    policy, to exist.
    """
    resource = f"secret/{reference.name}"
    ctx.touch(resource)
    account_id = reference.account_id or ctx.caller.account_id
    own = account_id == ctx.caller.account_id
    secret = None
    if reference.region_id in (None, ctx.region_id):
        secret = ctx.read("secret", (account_id, reference.name), _load_secret)
    if secret is None or rules.is_gone(secret, ctx.now):
        if own:
            ctx.permit(resource, action)
        raise SecretNotFound
    try:
        ctx.permit(resource, action, guarded(ctx, secret))
    except NoPermission:
        if own:
            raise
        raise SecretNotFound from None
    return secret


def changeable_secret(ctx: Context, reference: SecretReference, action: str = "") -> NamedSecret:
    """The same, if its deletion is not planned. Raises SecretInDeleteWindow too."""
    secret = find_secret(ctx, reference, action)
    rules.require_not_planned(secret)
    return secret


def ids_of_own_secrets(ctx: Context) -> Select[tuple[str]]:
    """For a query about all secrets of the caller's account; the caller has asked for permission."""
    return store.ids_of_account(ctx.caller.account_id, ctx.now)


def names_of_secrets(ctx: Context, secret_ids: Iterable[str]) -> dict[str, str]:
    """By id, for ids that a query about permitted secrets gave."""
    return store.names_of(ctx.db, secret_ids)


def guarded(ctx: Context, secret: NamedSecret) -> Guarded:
    tags = partial(SECRET_TAGS.known, ctx, secret.secret_id)
    return Guarded(secret.account_id, secret.policy, tags, "secret policy")


def version_of(ctx: Context, secret: NamedSecret, version_id: str) -> SecretVersion:
    """Raises SecretNotFound."""
    version = ctx.read("secret version", (secret.secret_id, version_id), _load_version)
    if version is None:
        raise SecretNotFound("there is no such version")
    return version


def _load_secret(_: Context, connection: Connection, name: tuple[str, str]) -> NamedSecret | None:
    return store.read_secret(connection, *name)


def _load_version(_: Context, connection: Connection, name: tuple[str, str]) -> SecretVersion | None:
    return store.read_version(connection, *name)

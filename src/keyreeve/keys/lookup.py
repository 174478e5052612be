"""From what a caller names to a key of that caller."""

from sqlalchemy import Connection, Select

from keyreeve.access.authorisation import Guarded
from keyreeve.context import Context
from keyreeve.errors import AliasNotFound, KeyNotFound, NoPermission
from keyreeve.keys import rules, store
from keyreeve.keys.model import Alias, Key
from keyreeve.keys.references import KeyReference
from keyreeve.tags.store import KEY_TAGS


def find_key(ctx: Context, reference: KeyReference, action: str = "") -> Key:
    """The key of that name, if the caller may do to it what the operation is for, or `action`.

    Raises KeyNotFound, AliasNotFound or NoPermission. Another account's key must be named by its ARN, and permitted by
    its policy, to exist.
    """
    key_id = reference.name
    ctx.touch(key_id if reference.is_alias else f"key/{key_id}")
    account_id = reference.account_id or ctx.caller.account_id
    if reference.region_id not in (None, ctx.region_id):
        raise KeyNotFound
    if reference.is_alias:
        key_id = _resolve_alias(ctx, account_id, key_id)
    return permitted_key(ctx, key_id, account_id, action)


def permitted_key(ctx: Context, key_id: str, account_id: str = "", action: str = "") -> Key:
    """The key of that id, in the account if one is named. Raises KeyNotFound or NoPermission.

    A key of another account that its policy does not open to the caller is treated as if it were not there.
    """
    ctx.touch(f"key/{key_id}")
    own = account_id in ("", ctx.caller.account_id)
    key = ctx.read("key", key_id, _load_key)
    if key is not None and not rules.is_gone(key, ctx.now) and account_id in ("", key.account_id):
        try:
            ctx.permit(
                f"key/{key_id}", action, Guarded(key.account_id, key.policy, lambda: KEY_TAGS.known(ctx, key_id))
            )
            return rules.as_of(key, ctx.now)
        except NoPermission:
            if key.account_id == ctx.caller.account_id:
                raise
    if own:
        ctx.permit(f"key/{key_id}", action)
    raise KeyNotFound


def any_key(ctx: Context, key_id: str) -> Key | None:
    """Whatever key has that id, for those who have asked for permission elsewhere."""
    key = ctx.read("key", key_id, _load_key)
    return None if key is None or rules.is_gone(key, ctx.now) else rules.as_of(key, ctx.now)


def is_there(ctx: Context, key_id: str) -> bool:
    """Whether a key still exists; its aliases are gone when it is, though the job may not have come by yet."""
    return any_key(ctx, key_id) is not None


def ids_of_own_keys(ctx: Context) -> Select[tuple[str]]:
    """For a query about all keys of the caller's account; the caller has asked for permission."""
    return store.ids_of_account(ctx.caller.account_id, ctx.now)


def _resolve_alias(ctx: Context, account_id: str, name: str) -> str:
    alias = ctx.read("alias", (account_id, name), _load_alias)
    if alias is not None and is_there(ctx, alias.key_id):
        return alias.key_id
    # Of another account's aliases nothing is told, as of its keys.
    raise AliasNotFound if account_id == ctx.caller.account_id else KeyNotFound


def _load_key(_: Context, connection: Connection, key_id: str) -> Key | None:
    return store.read_key(connection, key_id)


def _load_alias(_: Context, connection: Connection, name: tuple[str, str]) -> Alias | None:
    return store.read_alias(connection, *name)

"""From what a caller names to a key of that caller."""

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.errors import AliasNotFound, KeyNotFound
from keyreeve.keys import rules, store
from keyreeve.keys.model import Alias, Key
from keyreeve.keys.references import KeyReference


def find_key(ctx: Context, reference: KeyReference) -> Key:
    """The caller's key of that name. Raises KeyNotFound or AliasNotFound; another account's key does not exist."""
    key_id = reference.name
    ctx.touch(key_id if reference.is_alias else f"key/{key_id}")
    where = (reference.region_id, reference.account_id)
    if reference.region_id is not None and where != (ctx.region_id, ctx.caller.account_id):
        raise KeyNotFound
    if reference.is_alias:
        key_id = _resolve_alias(ctx, key_id)
    key = existing_key(ctx, key_id)
    ctx.touch(f"key/{key_id}")
    return key


def existing_key(ctx: Context, key_id: str) -> Key:
    """The caller's key of that id. Raises KeyNotFound."""
    key = ctx.read("key", key_id, _load_key)
    if key is None or key.account_id != ctx.caller.account_id or rules.is_gone(key, ctx.now):
        raise KeyNotFound
    return rules.as_of(key, ctx.now)


def is_there(ctx: Context, key_id: str) -> bool:
    """Whether a key still exists; its aliases are gone when it is, though the job may not have come by yet."""
    key = ctx.read("key", key_id, _load_key)
    return key is not None and not rules.is_gone(key, ctx.now)


def _resolve_alias(ctx: Context, name: str) -> str:
    alias = ctx.read("alias", (ctx.caller.account_id, name), _load_alias)
    if alias is None or not is_there(ctx, alias.key_id):
        raise AliasNotFound
    return alias.key_id


def _load_key(_: Context, connection: Connection, key_id: str) -> Key | None:
    return store.read_key(connection, key_id)


def _load_alias(_: Context, connection: Connection, name: tuple[str, str]) -> Alias | None:
    return store.read_alias(connection, *name)

"""From what a caller names to a key of that caller."""

from keyreeve.context import Context
from keyreeve.errors import AliasNotFound, KeyNotFound
from keyreeve.keys import rules, store
from keyreeve.keys.model import Key
from keyreeve.keys.references import KeyReference


def find_key(ctx: Context, reference: KeyReference) -> Key:
    """The caller's key of that name. Raises KeyNotFound or AliasNotFound; another account's key does not exist."""
    ctx.touch(reference.name if reference.is_alias else f"key/{reference.name}")
    account_id = ctx.caller.account_id
    if reference.region_id is not None and (reference.region_id, reference.account_id) != (
        ctx.region_id,
        account_id,
    ):
        raise KeyNotFound
    key_id = _resolve_alias(ctx, reference.name) if reference.is_alias else reference.name
    key = existing_key(ctx, key_id)
    ctx.touch(f"key/{key_id}")
    return key


def existing_key(ctx: Context, key_id: str) -> Key:
    """The caller's key of that id. Raises KeyNotFound."""
    key = ctx.read(("key", key_id), lambda connection: store.read_key(connection, key_id))
    if key is None or key.account_id != ctx.caller.account_id or rules.is_gone(key, ctx.now):
        raise KeyNotFound
    return key


def _resolve_alias(ctx: Context, name: str) -> str:
    account_id = ctx.caller.account_id
    alias = ctx.read(("alias", account_id, name), lambda connection: store.read_alias(connection, account_id, name))
    if alias is None:
        raise AliasNotFound
    return alias.key_id

"""Aliases for keys, whichever door asks: each is one of the account's, and goes when its key goes."""

from dataclasses import replace

from keyreeve.context import Context
from keyreeve.errors import AliasExists, AliasNotFound, LimitReached
from keyreeve.keys import store
from keyreeve.keys.lookup import is_there, permitted_key
from keyreeve.keys.model import Alias, Key
from keyreeve.limits import Quota


def permit_alias(ctx: Context, name: str) -> None:
    """Raises NoPermission. Whoever gives or takes an alias needs the right on it and on the key."""
    ctx.touch(name)
    ctx.permit(name)


def give_alias(ctx: Context, name: str, key: Key, most_of_key: int | None = None) -> Alias:
    """A new alias for a key that the caller may name. Raises AliasExists or LimitReached."""
    account_id = ctx.caller.account_id
    holder = store.read_alias(ctx.db, account_id, name)
    if holder is not None and is_there(ctx, holder.key_id):
        raise AliasExists
    if holder is not None:
        store.delete_alias(ctx.db, account_id, name)
    ctx.limits.require_room(Quota.ALIASES, lambda: store.count_aliases(ctx.db, account_id))
    _require_room_at(ctx, key, most_of_key)
    alias = Alias(name, key.key_id, ctx.now)
    store.insert_alias(ctx.db, account_id, alias)
    return alias


def move_alias(ctx: Context, alias: Alias, key: Key, most_of_key: int | None = None) -> Alias:
    """Point an alias at another key that the caller may name. Raises LimitReached."""
    moved = replace(alias, key_id=key.key_id)
    if moved != alias:
        _require_room_at(ctx, key, most_of_key)
    store.update_alias(ctx.db, ctx.caller.account_id, moved)
    return moved


def take_alias(ctx: Context, alias: Alias) -> None:
    """The key stays as it is. Raises NoPermission where the caller may not take an alias from that key."""
    permitted_key(ctx, alias.key_id)
    ctx.touch(alias.name)
    store.delete_alias(ctx.db, ctx.caller.account_id, alias.name)


def existing_alias(ctx: Context, name: str) -> Alias:
    """Raises AliasNotFound."""
    ctx.touch(name)
    alias = store.read_alias(ctx.db, ctx.caller.account_id, name)
    if alias is None or not is_there(ctx, alias.key_id):
        raise AliasNotFound
    return alias


def aliases_after(ctx: Context, key_id: str | None, after: str, limit: int) -> list[Alias]:
    """The account's aliases, or those of one key, in the order of their names."""
    return store.aliases_after(ctx.db, ctx.caller.account_id, ctx.now, key_id, after, limit)


def _require_room_at(ctx: Context, key: Key, most: int | None) -> None:
    if most is not None and store.count_aliases(ctx.db, key.account_id, key.key_id) >= most:
        raise LimitReached(f"a key may have {most} aliases")

"""What time does to keys: automatic rotation, and deletion at the end of a window, material that expires."""

from collections.abc import Callable

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.due import Due, Job
from keyreeve.keys import imported, rules, store
from keyreeve.keys.material import erase_material
from keyreeve.keys.model import Key
from keyreeve.keys.rotation import rotate_if_due


def rotate(ctx: Context, key_id: str) -> bool:
    key = store.read_key(ctx.db, key_id)
    if key is None or not rules.rotation_is_due(key, ctx.now):
        return False
    store.update_key(ctx.db, rotate_if_due(ctx, key))
    return True


def delete(ctx: Context, key_id: str) -> bool:
    key = store.read_key(ctx.db, key_id)
    if key is None or not rules.is_gone(key, ctx.now):
        return False
    erase_material(ctx, key)
    store.delete_key(ctx.db, key_id)
    return True


def empty(ctx: Context, key_id: str) -> bool:
    key = store.read_key(ctx.db, key_id)
    if key is None or not rules.material_is_due(key, ctx.now):
        return False
    imported.empty(ctx, key)
    return True


def _due(find: Callable[[Connection, int, str, int], list[Key]]) -> Callable[[Connection, int, str, int], list[Due]]:
    def due(connection: Connection, now: int, after: str, limit: int) -> list[Due]:
        found = find(connection, now, after, limit)
        return [Due(key.key_id, key.account_id, f"key/{key.key_id}") for key in found]

    return due


JOBS = (
    Job("job.RotateKey", _due(store.keys_to_rotate), rotate),
    Job("job.DeleteKeyMaterial", _due(store.keys_to_empty), empty, erases=True),
    Job("job.DeleteKey", _due(store.keys_to_delete), delete, erases=True),
)

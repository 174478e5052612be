"""What time does to keys: automatic rotation, and deletion at the end of a window, material that expires."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.keys import rules, store
from keyreeve.keys.material import erase_material
from keyreeve.keys.model import Key
from keyreeve.keys.rotation import rotate_if_due


@dataclass(frozen=True, slots=True)
class KeyJob:
    """`due` finds keys behind an id; `act` does one, if it still is due, inside a writing transaction."""

    name: str
    due: Callable[[Connection, int, str, int], list[Key]]
    act: Callable[[Context, str], bool]
    erases: bool = False


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
    erase_material(ctx, key)
    store.update_key(ctx.db, rules.without_material(key))
    return True


JOBS = (
    KeyJob("job.RotateKey", store.keys_to_rotate, rotate),
    KeyJob("job.DeleteKeyMaterial", store.keys_to_empty, empty, erases=True),
    KeyJob("job.DeleteKey", store.keys_to_delete, delete, erases=True),
)

"""Automatic rotation: the interval, UpdateRotationPolicy and making the new version (API reference 8.15)."""

import re
from dataclasses import replace
from typing import Annotated, ClassVar, Self

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import KeyNotFound, KeyNotUsable, ParameterMissing, UnsupportedForKey
from keyreeve.keys import references, rules, store
from keyreeve.keys.lookup import find_key
from keyreeve.keys.material import add_version, new_material
from keyreeve.keys.model import Key
from keyreeve.limits import Quota
from keyreeve.operations import Empty, Needs, operation

INTERVAL_TEXT = "A whole number and one of d, h, m, s; 7 to 730 days. Needed when rotation is enabled."
_INTERVAL = re.compile(r"([0-9]{1,9})([dhms])\Z")
_SECONDS = {"d": rules.SECONDS_PER_DAY, "h": 3600, "m": 60, "s": 1}


class RotationInterval:
    """A whole number and a unit, from `least` to `most` seconds."""

    __slots__ = ("seconds",)
    least: ClassVar[int] = 7 * rules.SECONDS_PER_DAY
    most: ClassVar[int] = 730 * rules.SECONDS_PER_DAY

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    @classmethod
    def from_wire(cls, text: str) -> Self:
        match = _INTERVAL.match(text)
        seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
        if not cls.least <= seconds <= cls.most:
            raise ValueError("not an interval, or not one of those allowed")
        return cls(seconds)


class UpdateRotationPolicyRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    enable_automatic_rotation: Annotated[bool, Meta(description="Whether new versions are made by time.")]
    rotation_interval: Annotated[RotationInterval | None, Meta(description=INTERVAL_TEXT)] = None


@operation(needs=Needs.WRITE, errors=(KeyNotFound, KeyNotUsable, UnsupportedForKey))
def update_rotation_policy(ctx: Context, request: UpdateRotationPolicyRequest) -> Empty:
    """Turn automatic rotation on, with its interval, or off; a rotation that is overdue happens at once."""
    key = find_key(ctx, request.key_id)
    rules.require_usable(key)
    rules.require_rotates(key)
    if request.enable_automatic_rotation and request.rotation_interval is None:
        raise ParameterMissing("RotationInterval")
    on = request.rotation_interval if request.enable_automatic_rotation else None
    set_interval(ctx, key, on.seconds if on is not None else None)
    return Empty()


def set_interval(ctx: Context, key: Key, seconds: int | None) -> None:
    """Let a key rotate so often, or not; a rotation that is overdue happens at once."""
    store.update_key(ctx.db, rotate_if_due(ctx, replace(key, rotation_seconds=seconds)))


def rotate_if_due(ctx: Context, key: Key) -> Key:
    """The key with a new primary version if its time has come, else as it is; the caller stores it."""
    if not rules.rotation_is_due(key, ctx.now):
        return key
    return _rotated(ctx, key)


def rotate_now(ctx: Context, key: Key) -> None:
    """Give a key a new primary version because somebody asks; the next by time is due an interval from now."""
    ctx.limits.require_room(Quota.VERSIONS, lambda: store.count_account_versions(ctx.db, key.account_id))
    store.update_key(ctx.db, _rotated(ctx, key))


def count_rotations(ctx: Context, key: Key) -> int:
    """How often a key's material was renewed; the first is no renewal."""
    return max(store.count_versions(ctx.db, key.key_id) - 1, 0)


def _rotated(ctx: Context, key: Key) -> Key:
    version = add_version(ctx, key.key_id, new_material(ctx, key.spec, key.usage, key.protection_level))
    return replace(key, primary_version_id=version.version_id, last_rotated_at=ctx.now)


OPERATIONS = (update_rotation_policy,)

"""Rotation (KMS API reference, rotate-on-demand, enable-key-rotation to update-key-rotation-interval).

Intervals are whole days, 30 to 365. A key that the other door lets rotate at another pace keeps and shows it.
"""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.specs import AUTHENTICATING
from keyreeve.errors import KeyNotFound, KeyNotUsable, LimitReached, ProtectionLevelUnavailable
from keyreeve.huawei import errors as e
from keyreeve.huawei.lifecycle import KeyRequest, custom_key
from keyreeve.huawei.projects import kms
from keyreeve.keys import rotation, rules
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key, Origin
from keyreeve.keys.references import KeyReference
from keyreeve.operations import Empty, Needs

_DEFAULT_DAYS = 365
_CHANGE = "kms:UpdateRotationPolicy"
_ERRORS = (
    KeyNotFound,
    KeyNotUsable,
    e.DefaultKey,
    e.ImportedDoesNotRotate,
    e.PairDoesNotRotate,
    e.NotForHmac,
    ProtectionLevelUnavailable,
)


class RotateOnDemandResponse(Struct, frozen=True):
    key_id: str


@kms(needs=Needs.WRITE, errors=(*_ERRORS, LimitReached), asks="kms:CreateKeyVersion")
def rotate_on_demand(ctx: Context, request: KeyRequest) -> RotateOnDemandResponse:
    """Give a key new material at once, whether or not it rotates by itself; the old goes on decrypting."""
    key = _rotating_key(ctx, request.key_id)
    rotation.rotate_now(ctx, key)
    return RotateOnDemandResponse(key.key_id)


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.RotationEnabled), asks=_CHANGE)
def enable_key_rotation(ctx: Context, request: KeyRequest) -> Empty:
    """Let a key rotate every 365 days; a rotation that is overdue happens at once."""
    key = _rotating_key(ctx, request.key_id)
    if key.rotation_seconds is not None:
        raise e.RotationEnabled
    rotation.set_interval(ctx, key, _DEFAULT_DAYS * rules.SECONDS_PER_DAY)
    return Empty()


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.RotationNotEnabled), asks=_CHANGE)
def disable_key_rotation(ctx: Context, request: KeyRequest) -> Empty:
    """Let a key rotate no more; what it has rotated to stays."""
    rotation.set_interval(ctx, _key_in_rotation(ctx, request.key_id), None)
    return Empty()


class UpdateKeyRotationIntervalRequest(KeyRequest, frozen=True, kw_only=True):
    rotation_interval: Annotated[int, Meta(ge=30, le=365, description="How many days, 30 to 365.")]


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.RotationNotEnabled), asks=_CHANGE)
def update_key_rotation_interval(ctx: Context, request: UpdateKeyRotationIntervalRequest) -> Empty:
    """Change how often a key rotates; a rotation that is overdue by that happens at once."""
    key = _key_in_rotation(ctx, request.key_id)
    rotation.set_interval(ctx, key, request.rotation_interval * rules.SECONDS_PER_DAY)
    return Empty()


class GetKeyRotationStatusResponse(Struct, frozen=True):
    """The interval is in days, and where rotation is off the one that it would begin with; the time in milliseconds."""

    key_rotation_enabled: bool
    rotation_interval: int
    last_rotation_time: str
    number_of_rotations: int


@kms(needs=Needs.READ, errors=(KeyNotFound,), asks="kms:DescribeKey")
def get_key_rotation_status(ctx: Context, request: KeyRequest) -> GetKeyRotationStatusResponse:
    """Whether and how often a key rotates, and how often it has, by itself or on demand."""
    key = find_key(ctx, request.key_id)
    rotations = rotation.count_rotations(ctx, key)
    seconds = key.rotation_seconds
    return GetKeyRotationStatusResponse(
        key_rotation_enabled=seconds is not None,
        rotation_interval=_DEFAULT_DAYS if seconds is None else seconds // rules.SECONDS_PER_DAY,
        last_rotation_time=str(key.last_rotated_at) if rotations else "",
        number_of_rotations=rotations,
    )


def _rotating_key(ctx: Context, reference: KeyReference) -> Key:
    """A key of the caller's that can rotate, and may now."""
    key = custom_key(ctx, reference)
    if key.origin is Origin.EXTERNAL:
        raise e.ImportedDoesNotRotate
    if key.is_asymmetric:
        raise e.PairDoesNotRotate
    if key.spec in AUTHENTICATING:
        raise e.NotForHmac
    rules.require_usable(key)
    return key


def _key_in_rotation(ctx: Context, reference: KeyReference) -> Key:
    key = _rotating_key(ctx, reference)
    if key.rotation_seconds is None:
        raise e.RotationNotEnabled
    return key


OPERATIONS = (
    rotate_on_demand,
    enable_key_rotation,
    disable_key_rotation,
    update_key_rotation_interval,
    get_key_rotation_status,
)

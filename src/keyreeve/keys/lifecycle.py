"""The states of a key: enabled, disabled, protected, scheduled for deletion (API reference 8.4 to 8.8)."""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import InstanceNotFound, KeyNotFound, KeyPendingDeletion, KeyStateUnchangeable, ParameterMissing
from keyreeve.keys import references, rules, store
from keyreeve.keys.creation import Description, create_key
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key
from keyreeve.keys.rotation import rotate_if_due
from keyreeve.operations import Empty, Needs, operation

_ERRORS = (KeyNotFound, KeyStateUnchangeable)


class KeyRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey


@operation(needs=Needs.WRITE, errors=_ERRORS)
def enable_key(ctx: Context, request: KeyRequest) -> Empty:
    """Make a disabled key usable again; a rotation that fell due meanwhile happens at once."""
    enable(ctx, find_key(ctx, request.key_id))
    return Empty()


@operation(needs=Needs.WRITE, errors=_ERRORS)
def disable_key(ctx: Context, request: KeyRequest) -> Empty:
    """Stop all use of a key; when this has answered, nothing on the node encrypts or decrypts with it."""
    disable(ctx, find_key(ctx, request.key_id))
    return Empty()


class ScheduleKeyDeletionRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKey
    pending_window_in_days: Annotated[
        int, Meta(ge=7, le=366, description="How many days the deletion can still be cancelled, 7 to 366.")
    ] = 30


@operation(needs=Needs.WRITE, errors=_ERRORS)
def schedule_key_deletion(ctx: Context, request: ScheduleKeyDeletionRequest) -> Empty:
    """Stop all use of a key now and delete it, irrecoverably, when the window ends."""
    schedule_deletion(ctx, find_key(ctx, request.key_id), request.pending_window_in_days)
    return Empty()


@operation(needs=Needs.WRITE, errors=_ERRORS)
def cancel_key_deletion(ctx: Context, request: KeyRequest) -> Empty:
    """Take back a scheduled deletion; the key is enabled again."""
    cancel_deletion(ctx, find_key(ctx, request.key_id))
    return Empty()


class SetDeletionProtectionRequest(Struct, frozen=True, rename="pascal"):
    enable_deletion_protection: Annotated[bool, Meta(description="Whether the key is protected.")]
    protected_resource_arn: Annotated[references.KeyId | None, Meta(description="The ARN of the key.")] = None
    key_id: Annotated[references.KeyId | None, Meta(description="The key, instead of its ARN.")] = None
    kms_instance_id: Annotated[str, Meta(description="A dedicated KMS instance; there is none here.")] = ""
    deletion_protection_description: Description = ""


@operation(needs=Needs.WRITE, errors=(KeyNotFound, KeyPendingDeletion, InstanceNotFound))
def set_deletion_protection(ctx: Context, request: SetDeletionProtectionRequest) -> Empty:
    """Protect a key against ScheduleKeyDeletion, or lift the protection."""
    if request.kms_instance_id:
        raise InstanceNotFound
    reference = request.protected_resource_arn or request.key_id
    if reference is None:
        raise ParameterMissing("ProtectedResourceArn")
    key = find_key(ctx, reference)
    rules.require_not_pending_deletion(key)
    on = request.enable_deletion_protection
    description = request.deletion_protection_description if on else ""
    store.update_key(ctx.db, replace(key, deletion_protected=on, deletion_protection_description=description))
    return Empty()


def enable(ctx: Context, key: Key) -> Key:
    """The key as it is now. Raises KeyStateUnchangeable."""
    return _stored(ctx, rotate_if_due(ctx, rules.enabled(key)))


def disable(ctx: Context, key: Key) -> Key:
    """Raises KeyStateUnchangeable."""
    return _stored(ctx, rules.disabled(key))


def schedule_deletion(ctx: Context, key: Key, days: int) -> Key:
    """Raises KeyStateUnchangeable."""
    return _stored(ctx, rules.scheduled_for_deletion(key, ctx.now, days))


def cancel_deletion(ctx: Context, key: Key, *, disabled: bool = False) -> Key:
    """A key with material is enabled then, or `disabled` where the door has it so. Raises KeyStateUnchangeable."""
    cancelled = rules.deletion_cancelled(key)
    if disabled and cancelled.has_material:
        return _stored(ctx, rules.disabled(cancelled))
    return _stored(ctx, rotate_if_due(ctx, cancelled))


def _stored(ctx: Context, key: Key) -> Key:
    store.update_key(ctx.db, key)
    return key


OPERATIONS = (
    create_key,
    enable_key,
    disable_key,
    set_deletion_protection,
    schedule_key_deletion,
    cancel_key_deletion,
)

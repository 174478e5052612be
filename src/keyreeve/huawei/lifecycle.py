"""The states of a key (KMS API reference, enable-key to cancel-key-deletion).

What differs from the other door: enabling what is enabled is refused, deletion may wait up to 1,096 days, a key whose
deletion is cancelled is disabled, and keys that a part of the service made for itself stay as they are.
"""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.errors import KeyNotFound, KeyStateUnchangeable
from keyreeve.huawei import errors as e
from keyreeve.huawei.names import STATES
from keyreeve.huawei.parameters import TheKey
from keyreeve.huawei.projects import ProjectRequest, kms
from keyreeve.keys import lifecycle, rules
from keyreeve.keys.lookup import find_key
from keyreeve.keys.model import Key, KeyState
from keyreeve.keys.references import KeyReference
from keyreeve.operations import Needs

_ERRORS = (KeyNotFound, e.DefaultKey)


class KeyRequest(ProjectRequest, frozen=True, kw_only=True):
    key_id: TheKey


class KeyStatus(Struct, frozen=True):
    key_id: str
    key_state: str


class KeyStatusResponse(Struct, frozen=True):
    key_info: KeyStatus


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.KeyNotDisabled), asks="kms:EnableKey")
def enable_key(ctx: Context, request: KeyRequest) -> KeyStatusResponse:
    """Make a disabled key usable again; a rotation that fell due meanwhile happens at once."""
    key = custom_key(ctx, request.key_id)
    if key.state is not KeyState.DISABLED:
        raise e.KeyNotDisabled
    return KeyStatusResponse(_status(lifecycle.enable(ctx, key)))


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.KeyNotEnabled), asks="kms:DisableKey")
def disable_key(ctx: Context, request: KeyRequest) -> KeyStatusResponse:
    """Stop all use of a key; when this has answered, nothing on the node encrypts or decrypts with it."""
    key = custom_key(ctx, request.key_id)
    if key.state is not KeyState.ENABLED:
        raise e.KeyNotEnabled
    return KeyStatusResponse(_status(lifecycle.disable(ctx, key)))


class ScheduleKeyDeletionRequest(KeyRequest, frozen=True, kw_only=True):
    pending_days: Annotated[int, Meta(ge=7, le=1096, description="How many days it can be cancelled, 7 to 1,096.")]


@kms(
    needs=Needs.WRITE,
    errors=(*_ERRORS, e.KeyAlreadyPendingDeletion, KeyStateUnchangeable),
    asks="kms:ScheduleKeyDeletion",
)
def schedule_key_deletion(ctx: Context, request: ScheduleKeyDeletionRequest) -> KeyStatus:
    """Stop all use of a key now and delete it, irrecoverably, when the days are over."""
    key = custom_key(ctx, request.key_id)
    if key.state is KeyState.PENDING_DELETION:
        raise e.KeyAlreadyPendingDeletion
    return _status(lifecycle.schedule_deletion(ctx, key, request.pending_days))


@kms(needs=Needs.WRITE, errors=(*_ERRORS, e.KeyNotPendingDeletion), asks="kms:CancelKeyDeletion")
def cancel_key_deletion(ctx: Context, request: KeyRequest) -> KeyStatus:
    """Take back a scheduled deletion; the key is disabled then, or waits for its import."""
    key = custom_key(ctx, request.key_id)
    if key.state is not KeyState.PENDING_DELETION:
        raise e.KeyNotPendingDeletion
    return _status(lifecycle.cancel_deletion(ctx, key, disabled=True))


def custom_key(ctx: Context, reference: KeyReference, action: str = "") -> Key:
    """A key that may be changed. Raises DefaultKey for the service's own."""
    key = find_key(ctx, reference, action)
    if key.service is not None:
        raise e.DefaultKey
    return key


def changeable_key(ctx: Context, reference: KeyReference, action: str = "") -> Key:
    """The same, of a key that will not be deleted. Raises KeyPendingDeletion too."""
    key = custom_key(ctx, reference, action)
    rules.require_not_pending_deletion(key)
    return key


def _status(key: Key) -> KeyStatus:
    return KeyStatus(key.key_id, STATES[key.state])


OPERATIONS = (enable_key, disable_key, schedule_key_deletion, cancel_key_deletion)

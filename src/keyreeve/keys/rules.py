"""The life of a key, as functions of values only (API reference chapter 2; chapters 8.7, 8.8 and 8.15).

1. Only an Enabled key encrypts, decrypts or makes data keys; its rotation policy changes only while Enabled.
2. Enable and Disable move between Enabled and Disabled, and are no change where the key is there already.
3. Any key but one in PendingDeletion may be scheduled for deletion, unless it is protected against it.
4. Only a key in PendingDeletion can be cancelled; it becomes Enabled whatever it was before, or PendingImport if it
   has no material.
5. In PendingDeletion description and tags do not change and no alias is pointed at the key.
6. When its deletion date has come, the key does not exist, whether or not a job has removed its row yet.
7. Rotation is due an interval after the last one, and waits (Suspended) while the key is not Enabled.
"""

from dataclasses import replace

from keyreeve.crypto.specs import KeyUsage
from keyreeve.errors import (
    KeyDisabled,
    KeyPendingDeletion,
    KeyPendingImport,
    KeyStateUnchangeable,
    UnsupportedAction,
    UnsupportedForKey,
    WrongState,
)
from keyreeve.keys.model import AutomaticRotation, Key, KeyState, Origin

SECONDS_PER_DAY = 86_400

_NOT_USABLE: dict[KeyState, type[WrongState]] = {
    KeyState.DISABLED: KeyDisabled,
    KeyState.PENDING_DELETION: KeyPendingDeletion,
    KeyState.PENDING_IMPORT: KeyPendingImport,
}


def require_usable(key: Key) -> None:
    """Law 1. Raises the WrongState that belongs to the state."""
    if key.state is not KeyState.ENABLED:
        raise _NOT_USABLE[key.state]


def require_encrypts(key: Key) -> None:
    if key.usage is not KeyUsage.ENCRYPT_DECRYPT:
        raise UnsupportedAction("the key is not a symmetric key for encryption")


def require_not_pending_deletion(key: Key) -> None:
    """Law 5."""
    if key.state is KeyState.PENDING_DELETION:
        raise KeyPendingDeletion


def require_alias_may_be_created(key: Key) -> None:
    """Law 5; CreateAlias has a code of its own."""
    if key.state is KeyState.PENDING_DELETION:
        raise KeyStateUnchangeable


def enabled(key: Key) -> Key:
    """Law 2."""
    return _switched(key, KeyState.ENABLED)


def disabled(key: Key) -> Key:
    """Law 2."""
    return _switched(key, KeyState.DISABLED)


def scheduled_for_deletion(key: Key, now: int, window_days: int) -> Key:
    """Law 3."""
    if key.state is KeyState.PENDING_DELETION:
        raise KeyStateUnchangeable
    if key.deletion_protected:
        raise KeyStateUnchangeable("the key is protected against deletion: see SetDeletionProtection")
    delete_at = now + window_days * SECONDS_PER_DAY * 1000
    return replace(key, state=KeyState.PENDING_DELETION, delete_at=delete_at)


def deletion_cancelled(key: Key) -> Key:
    """Law 4."""
    if key.state is not KeyState.PENDING_DELETION:
        raise KeyStateUnchangeable
    state = KeyState.PENDING_IMPORT if key.primary_version_id is None else KeyState.ENABLED
    return replace(key, state=state, delete_at=None)


def is_gone(key: Key, now: int) -> bool:
    """Law 6."""
    return key.delete_at is not None and key.delete_at <= now


def require_rotates(key: Key) -> None:
    if key.origin is Origin.EXTERNAL:
        raise UnsupportedForKey("a key with imported material does not rotate")


def automatic_rotation(key: Key) -> AutomaticRotation:
    if key.rotation_seconds is None:
        return AutomaticRotation.DISABLED
    if key.state is KeyState.ENABLED:
        return AutomaticRotation.ENABLED
    return AutomaticRotation.SUSPENDED


def next_rotation_at(key: Key) -> int | None:
    return None if key.rotation_seconds is None else key.last_rotated_at + key.rotation_seconds * 1000


def rotation_is_due(key: Key, now: int) -> bool:
    """Law 7."""
    due_at = next_rotation_at(key)
    return key.state is KeyState.ENABLED and due_at is not None and due_at <= now


def _switched(key: Key, state: KeyState) -> Key:
    if key.state in (KeyState.PENDING_DELETION, KeyState.PENDING_IMPORT):
        raise KeyStateUnchangeable
    return replace(key, state=state)

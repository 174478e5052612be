"""The life of a key, as functions of values only (API reference chapter 2; chapters 8.3, 8.7 to 8.9, 8.15, 8.16).

1. Only an Enabled key encrypts, decrypts, signs, verifies, authenticates or makes data keys; its rotation policy
   changes and versions are added only while Enabled.
2. Enable and Disable move between Enabled and Disabled, and are no change where the key is there already.
3. Any key but one in PendingDeletion may be scheduled for deletion, unless it is protected against it.
4. Only a key in PendingDeletion can be cancelled; it becomes Enabled whatever it was before, or PendingImport if it
   has no material.
5. In PendingDeletion description and tags do not change and no alias is pointed at the key.
6. When its deletion date has come, the key does not exist, whether or not a job has removed its row yet.
7. Rotation is due an interval after the last one, and waits (Suspended) while the key is not Enabled.
8. A key without material is PendingImport, unless its deletion is pending; importing makes it Enabled, and changes
   nothing else of a key that has its material.
9. When its material's time has come, the key has none, whether or not a job has removed it yet.
10. Only a key whose ciphertexts name their version rotates by itself: neither a pair, nor a key for authentication
   codes, whose old codes a new version would not verify.
11. An asymmetric key whose material was made here gets a new version at most every seven days, and 50 in all.
"""

from dataclasses import replace

from keyreeve.crypto.specs import (
    ASYMMETRIC,
    AUTHENTICATING,
    SYMMETRIC,
    EncryptionAlgorithm,
    KeySpec,
    KeyUsage,
    MacAlgorithm,
    SigningAlgorithm,
)
from keyreeve.errors import (
    KeyDisabled,
    KeyPendingDeletion,
    KeyPendingImport,
    KeyStateUnchangeable,
    LimitReached,
    UnsupportedAction,
    UnsupportedForKey,
    UnsupportedOrigin,
    WrongState,
)
from keyreeve.keys.model import AutomaticRotation, Key, KeyState, Origin

SECONDS_PER_DAY = 86_400
MOST_VERSIONS = 50
DAYS_BETWEEN_VERSIONS = 7

_NOT_USABLE: dict[KeyState, type[WrongState]] = {
    KeyState.DISABLED: KeyDisabled,
    KeyState.PENDING_DELETION: KeyPendingDeletion,
    KeyState.PENDING_IMPORT: KeyPendingImport,
}


def require_usable(key: Key) -> None:
    """Law 1. Raises the WrongState that belongs to the state."""
    if key.state is not KeyState.ENABLED:
        raise _NOT_USABLE[key.state]


def require_symmetric(key: Key) -> None:
    if not key.is_symmetric:
        raise UnsupportedAction("the key is not a symmetric key for encryption")


def require_public_key(key: Key) -> None:
    """A public key is no secret: it may be had in every state but before the first import."""
    if not key.is_asymmetric:
        raise UnsupportedAction("the key is not asymmetric and has no public key")
    if key.state is KeyState.PENDING_IMPORT:
        raise KeyPendingImport


def require_signs(key: Key, algorithm: SigningAlgorithm) -> None:
    pair = ASYMMETRIC.get(key.spec)
    if pair is None or key.usage is not KeyUsage.SIGN_VERIFY:
        raise UnsupportedForKey("the key is not for signing")
    if algorithm not in pair.signing:
        raise UnsupportedForKey(f"Algorithm: {key.spec} keys do not sign with {algorithm}")


def require_encrypts_with(key: Key, algorithm: EncryptionAlgorithm) -> None:
    pair = ASYMMETRIC.get(key.spec)
    if pair is None or key.usage is not KeyUsage.ENCRYPT_DECRYPT:
        raise UnsupportedForKey("the key is not an asymmetric key for encryption")
    if algorithm not in pair.encryption:
        raise UnsupportedForKey(f"Algorithm: {key.spec} keys encrypt with {', '.join(pair.encryption)}")


def require_authenticates(key: Key, algorithm: MacAlgorithm) -> None:
    secret = AUTHENTICATING.get(key.spec)
    if secret is None:
        raise UnsupportedForKey("the key is not for message authentication codes")
    if algorithm is not secret.algorithm:
        raise UnsupportedForKey(f"Algorithm: {key.spec} keys are for {secret.algorithm}")


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
    state = KeyState.ENABLED if key.has_material else KeyState.PENDING_IMPORT
    return replace(key, state=state, delete_at=None)


def is_gone(key: Key, now: int) -> bool:
    """Law 6."""
    return key.delete_at is not None and key.delete_at <= now


def material_is_due(key: Key, now: int) -> bool:
    return key.material_expire_at is not None and key.material_expire_at <= now


def as_of(key: Key, now: int) -> Key:
    """Law 9; the time stays with the key until the job has removed the material."""
    if not material_is_due(key, now):
        return key
    return replace(without_material(key), material_expire_at=key.material_expire_at)


def without_material(key: Key) -> Key:
    """Law 8."""
    pending = key.state is KeyState.PENDING_DELETION
    state = KeyState.PENDING_DELETION if pending else KeyState.PENDING_IMPORT
    return replace(key, state=state, has_material=False, material_expire_at=None)


def with_material(key: Key, expire_at: int | None) -> Key:
    """Law 8."""
    if key.state is KeyState.PENDING_DELETION:
        raise KeyStateUnchangeable
    state = KeyState.ENABLED if key.state is KeyState.PENDING_IMPORT else key.state
    return replace(key, state=state, has_material=True, material_expire_at=expire_at)


def require_external(key: Key) -> None:
    if key.origin is not Origin.EXTERNAL:
        raise UnsupportedOrigin("the material of this key was made here")


def require_new_version(key: Key, now: int, versions: int) -> None:
    """Laws 1 and 11."""
    if not key.is_asymmetric or key.origin is Origin.EXTERNAL:
        raise UnsupportedForKey("only an asymmetric key whose material was made here gets versions by hand")
    require_usable(key)
    if now < key.last_rotated_at + DAYS_BETWEEN_VERSIONS * SECONDS_PER_DAY * 1000:
        raise UnsupportedForKey(f"the newest version is less than {DAYS_BETWEEN_VERSIONS} days old")
    if versions >= MOST_VERSIONS:
        raise LimitReached


def require_may_rotate(spec: KeySpec, origin: Origin) -> None:
    """Law 10, for a key that is to be made."""
    if spec not in SYMMETRIC:
        raise UnsupportedAction(f"EnableAutomaticRotation: {spec} keys do not rotate")
    if origin is Origin.EXTERNAL:
        raise UnsupportedOrigin("EnableAutomaticRotation: a key with imported material does not rotate")


def require_rotates(key: Key) -> None:
    """Law 10."""
    if key.origin is Origin.EXTERNAL or not key.is_symmetric:
        raise UnsupportedForKey("only a symmetric key for encryption whose material was made here rotates")


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

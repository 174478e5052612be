"""Bringing one's own key, whichever API the owner speaks: what the doors' import operations have in common.

Tokens and wrappings are those of docs/formats/import-token.md; each door has its own names, states and codes for them.
"""

import base64
import hmac
from dataclasses import dataclass, replace
from uuid import uuid4

from keyreeve.context import Context
from keyreeve.crypto import asymmetric, key_wrapping
from keyreeve.crypto.key_wrapping import UnwrapFailed, WrappingAlgorithm
from keyreeve.crypto.keypair import GeneratedPair, KeyMalformed
from keyreeve.crypto.private_key_wrapping import PrivateKeyWrapping
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec, secret_bytes
from keyreeve.errors import KeyMaterialDiffers, KeyMaterialInvalid
from keyreeve.keys import rules, store
from keyreeve.keys.import_tokens import VALID_MILLISECONDS, ImportToken, seal_token
from keyreeve.keys.material import erase_material, fingerprint_of, store_imported, stored_fingerprint
from keyreeve.keys.model import Key, KeyVersion
from keyreeve.limits import Quota

DECOY_BYTES = 32
LAST_SECOND = 253_402_300_799  # of the year 9999, behind which the APIs' times have no form


@dataclass(frozen=True, slots=True)
class ImportParameters:
    """What an owner needs to wrap material; the public key is Base64 of its DER SubjectPublicKeyInfo."""

    token: str
    public_key: str
    expire_at: int


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """Material that may be stored, and of a pair the public half as DER SubjectPublicKeyInfo."""

    material: Secret
    public_key: bytes | None


def import_parameters(
    ctx: Context, key: Key, algorithm: WrappingAlgorithm | PrivateKeyWrapping, pair: GeneratedPair
) -> ImportParameters:
    """Parameters for one key, good for 24 hours, with a wrapping pair that was just made."""
    token = ImportToken(algorithm, ctx.now + VALID_MILLISECONDS, Secret(pair.material))
    public_key = base64.b64encode(pair.spki).decode("ascii")
    return ImportParameters(seal_token(ctx.db, ctx.sealer, key.key_id, token), public_key, token.expire_at)


def unwrapped(ctx: Context, key: Key, algorithm: WrappingAlgorithm, wrapping_key: Secret, wrapped: bytes) -> Unwrapped:
    """Raises KeyMaterialInvalid, whatever is wrong."""
    size, decoy = secret_bytes(key.spec), ctx.random(DECOY_BYTES)
    try:
        return checked(key.spec, key_wrapping.unwrap(algorithm, wrapping_key, wrapped, size, decoy))
    except (UnwrapFailed, KeyMalformed):
        raise KeyMaterialInvalid("EncryptedKeyMaterial") from None


def checked(spec: KeySpec, material: bytes) -> Unwrapped:
    """Material that was opened, if it is of the spec. Raises KeyMalformed."""
    if secret_bytes(spec) is not None:
        return Unwrapped(Secret(material), None)
    pair = asymmetric.checked_pair(spec, material)
    return Unwrapped(Secret(pair.material), pair.spki)


def fill(ctx: Context, key: Key, given: Unwrapped, expire_at: int | None) -> None:
    """Give a key its material, any the first time, ever after the same.

    Raises KeyStateUnchangeable in PendingDeletion, KeyMaterialDiffers or LimitReached.
    """
    filled = rules.with_material(key, expire_at)
    version = _version_to_fill(ctx, key, given)
    store_imported(ctx, key, version, given.material, given.public_key)
    store.update_key(ctx.db, replace(filled, primary_version_id=version.version_id))


def empty(ctx: Context, key: Key) -> None:
    """Remove imported material; the key waits for the same material again."""
    erase_material(ctx, key)
    store.update_key(ctx.db, rules.without_material(key))


def _version_to_fill(ctx: Context, key: Key, given: Unwrapped) -> KeyVersion:
    """A new version the first time; later the one that is bound, if the material is the same."""
    if key.primary_version_id is None:
        ctx.limits.require_room(Quota.VERSIONS, lambda: store.count_account_versions(ctx.db, key.account_id))
        return KeyVersion(str(uuid4()), key.key_id, ctx.now)
    stored = store.read_version(ctx.db, key.primary_version_id)
    assert stored is not None, "a primary version is never removed"
    fingerprint = fingerprint_of(given.material, given.public_key)
    if not hmac.compare_digest(fingerprint, stored_fingerprint(ctx, stored)):
        raise KeyMaterialDiffers("EncryptedKeyMaterial")
    return stored.version

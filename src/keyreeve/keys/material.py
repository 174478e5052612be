"""Key material made, stored in its place and erased; keys/opening.py opens it for use."""

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.crypto import asymmetric
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import SYMMETRIC, KeySpec, KeyUsage, secret_bytes
from keyreeve.keys import store
from keyreeve.keys.model import Key, KeyVersion, ProtectionLevel, StoredVersion
from keyreeve.storage.root_key.sealer import Sealer


@dataclass(frozen=True, slots=True)
class NewMaterial:
    """Material for a version that is not stored yet; `secret` is absent where the token has it."""

    version_id: str
    secret: Secret | None = None
    public_key: bytes | None = None


def new_material(ctx: Context, spec: KeySpec, usage: KeyUsage, level: ProtectionLevel) -> NewMaterial:
    """Make random material; RSA takes its time. What is made in the token goes again if the call fails."""
    version_id = str(uuid4())
    if level is ProtectionLevel.HSM:
        return NewMaterial(version_id, public_key=_generate_in_token(ctx, UUID(version_id), spec, usage))
    size = secret_bytes(spec)
    if size is not None:
        return NewMaterial(version_id, Secret(ctx.random(size)))
    pair = asymmetric.generate(spec)
    return NewMaterial(version_id, Secret(pair.material), pair.spki)


def add_version(ctx: Context, key_id: str, new: NewMaterial) -> KeyVersion:
    version = KeyVersion(new.version_id, key_id, ctx.now)
    sealed = None if new.secret is None else ctx.sealer.seal(ctx.db, material_place(version), new.secret.reveal())
    store.insert_version(ctx.db, StoredVersion(version, sealed, new.public_key))
    return version


def store_imported(ctx: Context, key: Key, version: KeyVersion, material: Secret, public_key: bytes | None) -> None:
    """Keep imported material: as the key's first version, or again as the version that it was."""
    sealed = None
    if key.is_in_token:
        _import_into_token(ctx, key, version, material)
    else:
        sealed = ctx.sealer.seal(ctx.db, material_place(version), material.reveal())
    fingerprint = ctx.sealer.seal(ctx.db, _fingerprint_place(version), fingerprint_of(material, public_key))
    if key.primary_version_id is None:
        store.insert_version(ctx.db, StoredVersion(version, sealed, public_key, fingerprint))
    else:
        store.update_sealed(ctx.db, version.version_id, sealed, fingerprint)


def fingerprint_of(material: Secret, public_key: bytes | None) -> bytes:
    """What says whether material is the same again: a pair is known by its public key."""
    return hashlib.sha256(public_key or material.reveal()).digest()


def stored_fingerprint(ctx: Context, stored: StoredVersion) -> bytes:
    assert stored.sealed_fingerprint is not None, "imported material has a fingerprint"
    return ctx.sealer.unseal(_fingerprint_place(stored.version), stored.sealed_fingerprint).reveal()


def erase_material(ctx: Context, key: Key) -> None:
    """Remove the material of all versions; the versions, and what tells their material, stay."""
    for version_id in store.version_ids(ctx.db, key.key_id):
        stored = store.read_version(ctx.db, version_id)
        if key.is_in_token and not ctx.dry_run:
            ctx.token.destroy(UUID(version_id).bytes)
        if stored is not None:
            store.update_sealed(ctx.db, version_id, None, stored.sealed_fingerprint)


def reseal_versions(connection: Connection, sealer: Sealer, after: str, limit: int) -> tuple[str | None, int]:
    """Seal up to `limit` versions behind `after` anew; the last id done, None at the end, and how many."""
    found = store.versions_after(connection, after, limit)
    for stored in found:
        version = stored.version
        material = _resealed(connection, sealer, material_place(version), stored.sealed_material)
        fingerprint = _resealed(connection, sealer, _fingerprint_place(version), stored.sealed_fingerprint)
        store.update_sealed(connection, version.version_id, material, fingerprint)
    return (found[-1].version.version_id if found else None), len(found)


def _resealed(connection: Connection, sealer: Sealer, place: str, sealed: bytes | None) -> bytes | None:
    return sealed and sealer.seal(connection, place, sealer.unseal_or_refuse(place, sealed).reveal())


def _generate_in_token(ctx: Context, version_id: UUID, spec: KeySpec, usage: KeyUsage) -> bytes | None:
    token, label = ctx.token, _label(str(version_id))
    ctx.take_back.append(lambda: token.destroy(version_id.bytes))
    if spec in SYMMETRIC:
        token.generate_secret(version_id.bytes, label, SYMMETRIC[spec].material_bytes * 8)
        return None
    return token.generate_pair(version_id.bytes, label, spec, usage)


def _import_into_token(ctx: Context, key: Key, version: KeyVersion, material: Secret) -> None:
    token, object_id = ctx.token, UUID(version.version_id).bytes
    if token.has(object_id):
        return
    ctx.take_back.append(lambda: token.destroy(object_id))
    if key.is_asymmetric:
        token.import_private(object_id, _label(version.version_id), key.spec, key.usage, material)
    else:
        token.import_secret(object_id, _label(version.version_id), material)


def _label(version_id: str) -> str:
    return f"keyreeve/{version_id}"


def material_place(version: KeyVersion) -> str:
    """Where a version's material is sealed (docs/formats/sealed-values.md)."""
    return f"key_versions.sealed_material/{version.key_id}/{version.version_id}"


def _fingerprint_place(version: KeyVersion) -> str:
    return f"key_versions.sealed_fingerprint/{version.key_id}/{version.version_id}"

"""The one door to key material: made, sealed in its place, opened for use."""

from uuid import UUID, uuid4

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.crypto.specs import AVAILABLE, KeySpec
from keyreeve.errors import KeyNotFound
from keyreeve.keys import store
from keyreeve.keys.model import Key, KeyVersion, Material
from keyreeve.storage.root_key.sealer import Sealer


def create_version(ctx: Context, key_id: str, spec: KeySpec) -> KeyVersion:
    """A new version of a key with new random material."""
    version = KeyVersion(str(uuid4()), key_id, ctx.now)
    material = ctx.random(AVAILABLE[spec].material_bytes)
    store.insert_version(ctx.db, version, ctx.sealer.seal(ctx.db, _place(key_id, version.version_id), material))
    return version


def primary_material(ctx: Context, key: Key) -> Material:
    """The material that encrypts now. The key must be usable, which implies that it has some."""
    assert key.primary_version_id is not None
    return material_of_version(ctx, key.primary_version_id)


def material_of_version(ctx: Context, version_id: str) -> Material:
    """Raises KeyNotFound if the version is gone, and its key with it."""
    material = ctx.read("version", version_id, _open)
    if material is None:
        raise KeyNotFound
    return material


def reseal_versions(connection: Connection, sealer: Sealer, after: str, limit: int) -> tuple[str | None, int]:
    """Seal up to `limit` versions behind `after` anew; the last id done, None at the end, and how many."""
    found = store.versions_after(connection, after, limit)
    for version, sealed in found:
        place = _place(version.key_id, version.version_id)
        value = sealer.unseal_or_refuse(place, sealed).reveal()
        store.update_sealed_material(connection, version.version_id, sealer.seal(connection, place, value))
    return (found[-1][0].version_id if found else None), len(found)


def _open(ctx: Context, connection: Connection, version_id: str) -> Material | None:
    found = store.read_version(connection, version_id)
    if found is None:
        return None
    version, sealed = found
    secret = ctx.sealer.unseal(_place(version.key_id, version_id), sealed)
    return Material(version.key_id, version_id, UUID(version.key_id), UUID(version_id), secret)


def _place(key_id: str, version_id: str) -> str:
    return f"key_versions.sealed_material/{key_id}/{version_id}"

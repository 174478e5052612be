"""A stored value opened by docs/formats/secret-values.md alone, with the primitives of `cryptography`."""

import base64
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from keyreeve.storage.schema import key_versions, secret_versions, secrets
from tests.crypto.blob_format import canonical, open_sealed
from tests.keys.still import StillServer
from tests.secrets.things import create, put, read

AES_256 = 3


def row_of(still: StillServer, name: str, version: str) -> Any:
    query = select(secret_versions, secrets.c.key_id).join(secrets, secrets.c.secret_id == secret_versions.c.secret_id)
    with still.parts.database.reading() as connection:
        chosen = query.where(secrets.c.secret_name == name, secret_versions.c.version_id == version)
        return connection.execute(chosen).one()


def material_of(still: StillServer, key_id: str, version_id: str) -> bytes:
    """The server's own sealer opens it; what is sealed how is tested beside that."""
    query = select(key_versions.c.sealed_material).where(key_versions.c.version_id == version_id)
    with still.parts.database.reading() as connection:
        sealed = connection.execute(query).scalar_one()
    return still.parts.sealer.unseal(f"key_versions.sealed_material/{key_id}/{version_id}", bytes(sealed)).reveal()


def opened(still: StillServer, row: Any) -> bytes:
    blob = base64.b64decode(row.wrapped_key, validate=True)
    key_id, version_id = str(UUID(bytes=blob[5:21])), str(UUID(bytes=blob[21:37]))
    assert (key_id, blob[3], blob[4]) == (row.key_id, 2, AES_256)
    context = {"keyreeve:secret": row.secret_id, "keyreeve:version": row.version_id}
    material = material_of(still, key_id, version_id)
    data_key = base64.b64decode(open_sealed(AES_256, material, row.wrapped_key, canonical(context)), validate=True)
    assert len(data_key) == 32
    place = f"secret_versions.sealed_value/{row.secret_id}/{row.data_type}/{row.version_id}"
    sealed = bytes(row.sealed_value)
    assert sealed[0] == 1
    return AESGCM(data_key).decrypt(bytes(12), sealed[1:], place.encode())


def test_values_open_by_the_document(still: StillServer):
    text = 'värde\0\n"中"'
    name = create(still, text, VersionId="v/1 é")
    put(still, name, "v2", "x", SecretDataType="binary")
    first, second = row_of(still, name, "v/1 é"), row_of(still, name, "v2")
    assert (opened(still, first), opened(still, second)) == (text.encode(), b"x")
    assert len(first.sealed_value) == 1 + len(text.encode()) + 16
    assert first.wrapped_key != second.wrapped_key


def test_a_chosen_keys_rotation_leaves_the_values_that_are_there(still: StillServer):
    key_id = still.create_key(EnableAutomaticRotation="true", RotationInterval="7d")
    name = create(still, "old", EncryptionKeyId=key_id)
    before = row_of(still, name, "v1").wrapped_key
    still.wait(8 * 86_400)
    still.run_jobs()
    assert len(still.versions(key_id)) == 2
    put(still, name, "v2", "new")
    assert row_of(still, name, "v1").wrapped_key == before
    named = {row_of(still, name, version).wrapped_key[28:49] for version in ("v1", "v2")}
    assert len(named) == 2
    for version, value in (("v1", "old"), ("v2", "new")):
        assert opened(still, row_of(still, name, version)) == value.encode()
        assert read(still, name, VersionId=version) == value

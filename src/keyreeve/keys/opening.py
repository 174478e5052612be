"""The one door to key material in use: a version that encrypts or authenticates, or either half of a pair's."""

from uuid import UUID

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.crypto import asymmetric
from keyreeve.crypto.mac import MacKey
from keyreeve.crypto.message_cipher import DerivedKeyCipher
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import AUTHENTICATING, KeyUsage
from keyreeve.errors import KeyNotFound, KeyPendingImport, KeyVersionNotFound
from keyreeve.hsm.keys import TokenCipher, TokenDecrypter, TokenSigner
from keyreeve.keys import store
from keyreeve.keys.material import material_place
from keyreeve.keys.model import Key, MacVersion, PrivateHalf, PublicHalf, StoredVersion, SymmetricVersion


def primary_version(ctx: Context, key: Key) -> SymmetricVersion:
    """The version that encrypts now. The key must be usable, which implies that it has one."""
    assert key.primary_version_id is not None
    return symmetric_version(ctx, key, key.primary_version_id)


def symmetric_version(ctx: Context, key: Key, version_id: str) -> SymmetricVersion:
    """Raises KeyNotFound if the key has no such version."""
    found = ctx.read("symmetric version", version_id, _open_symmetric)
    if found is None or found.key_id != key.key_id:
        raise KeyNotFound
    if key.is_in_token:
        ctx.require_waiting()
    return found


def version_ids(ctx: Context, key: Key) -> tuple[str, ...]:
    """All versions of a key, the newest first."""
    return ctx.read("version ids", key.key_id, _list_version_ids) or ()


def mac_key(ctx: Context, key: Key) -> MacKey:
    """What a key for authentication codes makes them with. The key must be usable."""
    assert key.primary_version_id is not None
    found = ctx.read("mac version", key.primary_version_id, _open_mac)
    if found is None or found.key_id != key.key_id:
        raise KeyNotFound
    return found.mac_key


def private_half(ctx: Context, key: Key, version_id: str) -> PrivateHalf:
    """Raises KeyVersionNotFound."""
    found = ctx.read("private half", version_id, _open_private)
    if found is None or found.key_id != key.key_id:
        raise KeyVersionNotFound
    if key.is_in_token:
        ctx.require_waiting()
    return found


def public_half(ctx: Context, key: Key, version_id: str) -> PublicHalf:
    """Raises KeyVersionNotFound."""
    found = ctx.read("public half", version_id, _open_public)
    if found is None or found.key_id != key.key_id:
        raise KeyVersionNotFound
    return found


def _list_version_ids(_: Context, connection: Connection, key_id: str) -> tuple[str, ...]:
    return tuple(store.version_ids(connection, key_id))


def _open_symmetric(ctx: Context, connection: Connection, version_id: str) -> SymmetricVersion | None:
    found = store.read_version_to_use(connection, version_id)
    if found is None:
        return None
    stored, kind = found
    key_id = stored.version.key_id
    if kind.is_in_token:
        cipher = TokenCipher(ctx.token, UUID(version_id).bytes, kind.spec)
    else:
        cipher = DerivedKeyCipher(kind.spec, _unsealed(ctx, stored))
    return SymmetricVersion(key_id, version_id, UUID(key_id), UUID(version_id), cipher)


def _open_mac(ctx: Context, connection: Connection, version_id: str) -> MacVersion | None:
    found = store.read_version_to_use(connection, version_id)
    if found is None:
        return None
    stored, kind = found
    algorithm = AUTHENTICATING[kind.spec].algorithm
    return MacVersion(stored.version.key_id, MacKey(algorithm, _unsealed(ctx, stored)))


def _open_private(ctx: Context, connection: Connection, version_id: str) -> PrivateHalf | None:
    found = store.read_version_to_use(connection, version_id)
    if found is None:
        return None
    stored, kind = found
    key_id, signs = stored.version.key_id, kind.usage is KeyUsage.SIGN_VERIFY
    if kind.is_in_token:
        object_id = UUID(version_id).bytes
        if signs:
            return PrivateHalf(key_id, signer=TokenSigner(ctx.token, object_id))
        return PrivateHalf(key_id, decrypter=TokenDecrypter(ctx.token, object_id))
    material = _unsealed(ctx, stored)
    if signs:
        return PrivateHalf(key_id, signer=asymmetric.load_signer(kind.spec, material))
    return PrivateHalf(key_id, decrypter=asymmetric.load_decrypter(kind.spec, material))


def _open_public(_: Context, connection: Connection, version_id: str) -> PublicHalf | None:
    found = store.read_version_to_use(connection, version_id)
    if found is None or found[0].public_key is None:
        return None
    (stored, kind), spki = found, found[0].public_key
    if kind.usage is KeyUsage.SIGN_VERIFY:
        return PublicHalf(stored.version.key_id, spki, verifier=asymmetric.load_verifier(kind.spec, spki))
    return PublicHalf(stored.version.key_id, spki, encrypter=asymmetric.load_encrypter(kind.spec, spki))


def _unsealed(ctx: Context, stored: StoredVersion) -> Secret:
    if stored.sealed_material is None:
        # It was deleted between reading the key and reading its version.
        raise KeyPendingImport
    return ctx.sealer.unseal(material_place(stored.version), stored.sealed_material)

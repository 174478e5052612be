"""The value of a version: sealed when it is stored, opened when it is read (docs/formats/secret-values.md)."""

from sqlalchemy import Connection

from keyreeve.context import Context
from keyreeve.crypto.envelope import Envelope, EnvelopeBroken
from keyreeve.errors import InternalFailure
from keyreeve.keys.envelopes import new_data_key, open_data_key, require_key_opens
from keyreeve.keys.model import Key
from keyreeve.secrets import store
from keyreeve.secrets.model import DataType, NamedSecret, SecretVersion

_Name = tuple[str, str]


def new_version(
    ctx: Context, secret: NamedSecret, key: Key, number: int, version_id: str, data_type: DataType, value: str
) -> SecretVersion:
    """Store a version that no stage marks yet; `number` is above those of the secret's others."""
    data_key, blob = new_data_key(ctx, key, _context(secret.secret_id, version_id))
    version = SecretVersion(
        secret_id=secret.secret_id,
        version_id=version_id,
        number=number,
        created_at=ctx.now,
        data_type=data_type,
        wrapped_key=blob,
        sealed_value=Envelope(data_key, _place(secret.secret_id, version_id, data_type)).seal(value.encode()),
    )
    store.insert_version(ctx.db, version)
    return version


def value_of(ctx: Context, secret: NamedSecret, version: SecretVersion) -> str:
    """Raises KeyNotFound or KeyNotUsable: the key says whether its secrets may be read."""
    key = require_key_opens(ctx, secret.key_id)
    name = version.secret_id, version.version_id
    if key.is_in_token:
        # Every reading asks the token, which may have been taken away.
        envelope = _envelope(ctx, key, version)
    else:
        envelope = ctx.read("envelope of secret", name, _load_envelope)
        assert envelope is not None, "the version is there, or its value would not be asked for"
    try:
        return envelope.open(version.sealed_value).decode()
    except EnvelopeBroken:
        raise InternalFailure from None


def _load_envelope(ctx: Context, connection: Connection, name: _Name) -> Envelope | None:
    version = store.read_version(connection, *name)
    secret = store.read_secret_by_id(connection, name[0])
    if version is None or secret is None:
        return None
    return _envelope(ctx, require_key_opens(ctx, secret.key_id), version)


def _envelope(ctx: Context, key: Key, version: SecretVersion) -> Envelope:
    name = version.secret_id, version.version_id
    data_key = open_data_key(ctx, key, version.wrapped_key, _context(*name))
    return Envelope(data_key, _place(*name, version.data_type))


def _context(secret_id: str, version_id: str) -> dict[str, str]:
    """What the data key is bound to."""
    return {"keyreeve:secret": secret_id, "keyreeve:version": version_id}


def _place(secret_id: str, version_id: str, data_type: DataType) -> str:
    return f"secret_versions.sealed_value/{secret_id}/{data_type}/{version_id}"

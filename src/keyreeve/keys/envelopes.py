"""Data keys for what other parts of the service keep: made and opened with a key, as a caller's data keys are.

The data key's Base64 text is what is encrypted, so that GenerateDataKey's blobs and these are of one kind.
"""

import base64
import json

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind, open_blob, parse_blob
from keyreeve.crypto.context import canonical_context
from keyreeve.crypto.message_cipher import BlobRejected
from keyreeve.crypto.secret import Secret
from keyreeve.errors import InternalFailure, KeyNotFound
from keyreeve.keys import rules
from keyreeve.keys.ciphertexts import seal_with
from keyreeve.keys.lookup import any_key
from keyreeve.keys.model import Key
from keyreeve.keys.opening import symmetric_version
from keyreeve.keys.references import EncryptionContext

DATA_KEY_BYTES = 32


def new_data_key(ctx: Context, key: Key, context: dict[str, str]) -> tuple[Secret, str]:
    """A random data key, and the blob that has it under `key`, which must be symmetric. Raises KeyNotUsable."""
    rules.require_usable(key)
    data_key = ctx.random(DATA_KEY_BYTES)
    blob, _ = seal_with(ctx, key, Kind.DATA_KEY, base64.b64encode(data_key), _as_context(context))
    return Secret(data_key), blob


def open_data_key(ctx: Context, key: Key, blob: str, context: dict[str, str]) -> Secret:
    """The data key of a blob that `new_data_key` made. Raises KeyNotFound where its version is gone."""
    parsed = parse_blob(blob)
    version = symmetric_version(ctx, key, parsed.version_id)
    try:
        return Secret(base64.b64decode(open_blob(parsed, version.cipher, _as_context(context).canonical)))
    except BlobRejected:
        # It was stored by us, so it was changed behind our back.
        raise InternalFailure from None


def require_key_opens(ctx: Context, key_id: str) -> Key:
    """The key of what was stored, if it may be used now; whoever calls has asked for permission.

    Raises KeyNotFound or KeyNotUsable.
    """
    key = any_key(ctx, key_id)
    if key is None:
        raise KeyNotFound
    rules.require_usable(key)
    return key


def _as_context(context: dict[str, str]) -> EncryptionContext:
    return EncryptionContext(canonical_context(json.dumps(context)))

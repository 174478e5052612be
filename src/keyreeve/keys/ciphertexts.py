"""From a key to a blob and back: what the operations that encrypt and decrypt have in common."""

import base64
import binascii

from keyreeve.context import Context
from keyreeve.crypto.blob import Blob, BlobMalformed, Kind, open_blob, parse_blob, seal_blob
from keyreeve.crypto.message_cipher import SALT_BYTES, BlobRejected
from keyreeve.errors import KeyNotFound, ParameterInvalid
from keyreeve.keys import references, rules
from keyreeve.keys.lookup import find_key, permitted_key
from keyreeve.keys.model import Key, SymmetricVersion
from keyreeve.keys.opening import primary_version, symmetric_version

MOST_PLAINTEXT_BYTES = 6144


def usable_key(ctx: Context, reference: references.KeyReference, action: str = "") -> Key:
    """The key, if it may encrypt and decrypt now. Raises KeyNotFound, AliasNotFound, NoPermission or WrongState."""
    key = find_key(ctx, reference, action)
    rules.require_symmetric(key)
    rules.require_usable(key)
    return key


def seal_with(
    ctx: Context, key: Key, kind: Kind, plaintext: bytes, context: references.EncryptionContext
) -> tuple[str, str]:
    """A blob under the key's primary version, and that version's id."""
    version = primary_version(ctx, key)
    salt = ctx.public_random(SALT_BYTES)
    blob = seal_blob(version.cipher, salt, version.key_uuid, version.version_uuid, kind, plaintext, context.canonical)
    return blob, version.version_id


def open_with(
    ctx: Context, text: str, context: references.EncryptionContext, action: str = ""
) -> tuple[Blob, SymmetricVersion, bytes]:
    """Find the key that a blob names, see that it may be used, and open the blob with it."""
    blob = parsed(text)
    key = permitted_key(ctx, blob.key_id, action=action)
    rules.require_usable(key)
    if not key.is_symmetric:
        raise ParameterInvalid("CiphertextBlob")
    return blob, *open_under(ctx, key, blob, context)


def parsed(text: str) -> Blob:
    """Raises ParameterInvalid."""
    try:
        return parse_blob(text)
    except BlobMalformed:
        raise ParameterInvalid("CiphertextBlob") from None


def open_under(
    ctx: Context, key: Key, blob: Blob, context: references.EncryptionContext
) -> tuple[SymmetricVersion, bytes]:
    """What a blob holds, with the version of a usable symmetric key that it names. Raises ParameterInvalid."""
    try:
        version = symmetric_version(ctx, key, blob.version_id)
        return version, open_blob(blob, version.cipher, context.canonical)
    except (KeyNotFound, BlobRejected):
        raise ParameterInvalid("CiphertextBlob") from None


def checked_plaintext(text: str) -> bytes:
    """The text's bytes, as sent. The limit counts what the text decodes to if it is Base64, else the text itself."""
    plaintext = text.encode()
    if len(plaintext) > MOST_PLAINTEXT_BYTES:
        try:
            size = len(base64.b64decode(plaintext, validate=True))
        except binascii.Error:
            size = len(plaintext)
        if size > MOST_PLAINTEXT_BYTES:
            raise ParameterInvalid("Plaintext", "longer than 6,144 bytes")
    return plaintext

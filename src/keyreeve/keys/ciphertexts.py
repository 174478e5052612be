"""From a key to a blob and back: what the operations that encrypt and decrypt have in common."""

import base64
import binascii

from keyreeve.context import Context
from keyreeve.crypto.blob import SALT_BYTES, Blob, BlobMalformed, BlobRejected, Kind, open_blob, parse_blob, seal_blob
from keyreeve.errors import ParameterInvalid
from keyreeve.keys import references, rules
from keyreeve.keys.lookup import existing_key, find_key
from keyreeve.keys.material import material_of_version, primary_material
from keyreeve.keys.model import Key, Material

MOST_PLAINTEXT_BYTES = 6144


def usable_key(ctx: Context, reference: references.KeyReference) -> Key:
    """The caller's key, if it may encrypt and decrypt now. Raises KeyNotFound, AliasNotFound or WrongState."""
    key = find_key(ctx, reference)
    rules.require_encrypts(key)
    rules.require_usable(key)
    return key


def seal_with(
    ctx: Context, key: Key, kind: Kind, plaintext: bytes, context: references.EncryptionContext
) -> tuple[str, str]:
    """A blob under the key's primary version, and that version's id."""
    material = primary_material(ctx, key)
    blob = seal_blob(
        material.secret,
        ctx.public_random(SALT_BYTES),
        material.key_uuid,
        material.version_uuid,
        kind,
        plaintext,
        context.canonical,
    )
    return blob, material.version_id


def open_with(ctx: Context, text: str, context: references.EncryptionContext) -> tuple[Blob, Material, bytes]:
    """Find the key that a blob names, see that it may be used, and open the blob with it."""
    try:
        blob = parse_blob(text)
    except BlobMalformed:
        raise ParameterInvalid("CiphertextBlob") from None
    ctx.touch(f"key/{blob.key_id}")
    rules.require_usable(existing_key(ctx, blob.key_id))
    material = material_of_version(ctx, blob.version_id)
    if material.key_id != blob.key_id:
        raise ParameterInvalid("CiphertextBlob")
    try:
        return blob, material, open_blob(blob, material.secret, context.canonical)
    except BlobRejected:
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

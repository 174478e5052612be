"""Encrypt, Decrypt and ReEncrypt with symmetric keys (API reference 8.17, 8.22, 8.23; ReEncrypt page of 2025)."""

import base64
import binascii
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.blob import (
    SALT_BYTES,
    Blob,
    BlobMalformed,
    BlobRejected,
    Kind,
    open_blob,
    parse_blob,
    seal_blob,
)
from keyreeve.errors import (
    AliasNotFound,
    DryRunParameterInvalid,
    DryRunPassed,
    KeyNotFound,
    KeyNotUsable,
    ParameterInvalid,
    UnsupportedAction,
)
from keyreeve.keys import references, rules
from keyreeve.keys.lookup import existing_key, find_key
from keyreeve.keys.material import material_of_version, primary_material
from keyreeve.keys.model import Key, Material
from keyreeve.operations import Needs, operation

MOST_PLAINTEXT_BYTES = 6144
ERRORS = (KeyNotFound, AliasNotFound, KeyNotUsable, UnsupportedAction, DryRunPassed, DryRunParameterInvalid)

Ciphertext = Annotated[
    str, Meta(max_length=12_288, description="What Encrypt or GenerateDataKey returned as CiphertextBlob.")
]
Recipient = Annotated[str, Meta(description="Enclave attestation; not supported, so it must be empty.")]


class EncryptRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    plaintext: Annotated[
        str,
        Meta(
            max_length=8192,
            description="What to encrypt: Base64 of at most 6,144 bytes, or any such text; returned as it came.",
        ),
    ]
    encryption_context: references.Context = references.NO_CONTEXT
    dry_run: references.DryRun = False


class EncryptResponse(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: str
    key_id: str
    key_version_id: str


@operation(needs=Needs.CACHE, errors=ERRORS)
def encrypt(ctx: Context, request: EncryptRequest) -> EncryptResponse:
    """Encrypt up to 6 KiB with the primary version of a symmetric key."""
    key = usable_key(ctx, request.key_id)
    plaintext = _checked_plaintext(request.plaintext)
    require_wet(dry_run=request.dry_run)
    blob, version_id = seal_with(ctx, key, Kind.TEXT, plaintext, request.encryption_context)
    return EncryptResponse(blob, key.key_id, version_id)


class DecryptRequest(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: Ciphertext
    encryption_context: references.Context = references.NO_CONTEXT
    dry_run: references.DryRun = False
    recipient: Recipient = ""


class DecryptResponse(Struct, frozen=True, rename="pascal"):
    key_id: str
    key_version_id: str
    plaintext: str


@operation(needs=Needs.CACHE, errors=ERRORS)
def decrypt(ctx: Context, request: DecryptRequest) -> DecryptResponse:
    """Decrypt what Encrypt, GenerateDataKey or ReEncrypt made; the ciphertext names its key."""
    refuse_recipient(request.recipient)
    _, material, plaintext = _open(ctx, request.ciphertext_blob, request.encryption_context)
    require_wet(dry_run=request.dry_run)
    return DecryptResponse(material.key_id, material.version_id, plaintext.decode())


class ReEncryptRequest(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: Ciphertext
    destination_key_id: references.TheKeyOrAlias
    source_encryption_context: references.Context = references.NO_CONTEXT
    destination_encryption_context: references.Context = references.NO_CONTEXT
    source_key_id: Annotated[str, Meta(description="Only for ciphertext of an asymmetric key.")] = ""
    source_key_version_id: Annotated[str, Meta(description="Only for ciphertext of an asymmetric key.")] = ""
    source_encryption_algorithm: Annotated[str, Meta(description="Only for ciphertext of an asymmetric key.")] = ""
    dry_run: references.DryRun = False


class ReEncryptResponse(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: str
    key_id: str
    key_version_id: str


@operation(needs=Needs.CACHE, errors=ERRORS)
def re_encrypt(ctx: Context, request: ReEncryptRequest) -> ReEncryptResponse:
    """Decrypt and encrypt under another key, context or version, inside; answers with the source key's ids."""
    if request.source_encryption_algorithm:
        raise UnsupportedAction("SourceEncryptionAlgorithm: asymmetric source keys are not available")
    blob, material, plaintext = _open(ctx, request.ciphertext_blob, request.source_encryption_context)
    source = ctx.resource
    destination = usable_key(ctx, request.destination_key_id)
    ctx.touch(f"{source}>{destination.key_id}")
    require_wet(dry_run=request.dry_run)
    text, _ = seal_with(ctx, destination, blob.kind, plaintext, request.destination_encryption_context)
    return ReEncryptResponse(text, material.key_id, material.version_id)


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


def require_wet(*, dry_run: bool) -> None:
    """Where a dry run ends. Raises DryRunPassed."""
    if dry_run:
        raise DryRunPassed


def refuse_recipient(recipient: str) -> None:
    if recipient:
        raise UnsupportedAction("Recipient: enclave attestation is not available")


def _open(ctx: Context, text: str, context: references.EncryptionContext) -> tuple[Blob, Material, bytes]:
    """Find the key that a blob names, see that it may be used, and open the blob with it."""
    try:
        blob = parse_blob(text)
    except BlobMalformed:
        raise ParameterInvalid("CiphertextBlob") from None
    key_id = str(blob.key_id)
    ctx.touch(f"key/{key_id}")
    rules.require_usable(existing_key(ctx, key_id))
    material = material_of_version(ctx, str(blob.version_id))
    if material.key_uuid != blob.key_id:
        raise ParameterInvalid("CiphertextBlob")
    try:
        return blob, material, open_blob(blob, material.secret, context.canonical)
    except BlobRejected:
        raise ParameterInvalid("CiphertextBlob") from None


def _checked_plaintext(text: str) -> bytes:
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


OPERATIONS = (encrypt, decrypt, re_encrypt)

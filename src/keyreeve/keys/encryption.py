"""Encrypt, Decrypt and ReEncrypt with symmetric keys (API reference 8.17, 8.22, 8.23; ReEncrypt page of 2025)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.blob import (
    Kind,
)
from keyreeve.errors import (
    AliasNotFound,
    DryRunParameterInvalid,
    DryRunPassed,
    KeyNotFound,
    KeyNotUsable,
    UnsupportedAction,
)
from keyreeve.keys import references
from keyreeve.keys.ciphertexts import checked_plaintext, open_with, seal_with, usable_key
from keyreeve.operations import Needs, operation

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
    plaintext = checked_plaintext(request.plaintext)
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
    _, material, plaintext = open_with(ctx, request.ciphertext_blob, request.encryption_context)
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
    blob, material, plaintext = open_with(ctx, request.ciphertext_blob, request.source_encryption_context)
    source = ctx.resource
    destination = usable_key(ctx, request.destination_key_id)
    ctx.touch(f"{source}>{destination.key_id}")
    require_wet(dry_run=request.dry_run)
    text, _ = seal_with(ctx, destination, blob.kind, plaintext, request.destination_encryption_context)
    return ReEncryptResponse(text, material.key_id, material.version_id)


def require_wet(*, dry_run: bool) -> None:
    """Where a dry run ends. Raises DryRunPassed."""
    if dry_run:
        raise DryRunPassed


def refuse_recipient(recipient: str) -> None:
    if recipient:
        raise UnsupportedAction("Recipient: enclave attestation is not available")


OPERATIONS = (encrypt, decrypt, re_encrypt)

"""Encrypt and Decrypt with symmetric keys (API reference 8.17, 8.22)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind
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
    _, version, plaintext = open_with(ctx, request.ciphertext_blob, request.encryption_context)
    require_wet(dry_run=request.dry_run)
    return DecryptResponse(version.key_id, version.version_id, plaintext.decode())


def require_wet(*, dry_run: bool) -> None:
    """Where a dry run ends. Raises DryRunPassed."""
    if dry_run:
        raise DryRunPassed


def refuse_recipient(recipient: str) -> None:
    if recipient:
        raise UnsupportedAction("Recipient: enclave attestation is not available")


OPERATIONS = (encrypt, decrypt)

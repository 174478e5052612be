"""ReEncrypt (API reference 8.23; ReEncrypt page of 2025)."""

import base64
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind
from keyreeve.crypto.specs import EncryptionAlgorithm
from keyreeve.errors import (
    KeyVersionNotFound,
    ParameterInvalid,
    ParameterMissing,
    ProtectionLevelUnavailable,
    UnsupportedForKey,
)
from keyreeve.keys import encryption, references
from keyreeve.keys.ciphertexts import open_with, seal_with, usable_key
from keyreeve.keys.encryption import Ciphertext, require_wet
from keyreeve.keys.lookup import find_key
from keyreeve.keys.public_encryption import decrypt_with
from keyreeve.operations import Needs, operation

_ERRORS = (*encryption.ERRORS, KeyVersionNotFound, UnsupportedForKey, ProtectionLevelUnavailable)
# There is no kms:ReEncrypt (KMS documentation, "Use RAM to control access").
_FROM, _TO = "kms:ReEncryptFrom", "kms:ReEncryptTo"
_SOURCE_KEY = "The key of a public-key ciphertext; other ciphertexts name theirs."


class ReEncryptRequest(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: Ciphertext
    destination_key_id: references.TheKeyOrAlias
    source_encryption_context: references.Context = references.NO_CONTEXT
    destination_encryption_context: references.Context = references.NO_CONTEXT
    source_key_id: Annotated[references.KeyIdOrAlias | None, Meta(description=_SOURCE_KEY)] = None
    source_key_version_id: Annotated[
        str, Meta(max_length=64, pattern=references.STORABLE, description="The version of that key.")
    ] = ""
    source_encryption_algorithm: Annotated[
        EncryptionAlgorithm | None,
        Meta(description="How a public-key ciphertext was made: RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1 or SM2PKE."),
    ] = None
    dry_run: references.DryRun = False


class ReEncryptResponse(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: str
    key_id: str
    key_version_id: str


@operation(needs=Needs.CACHE, errors=_ERRORS)
def re_encrypt(ctx: Context, request: ReEncryptRequest) -> ReEncryptResponse:
    """Decrypt and encrypt under another key, context or version, inside; answers with the source key's ids."""
    if request.source_encryption_algorithm is not None:
        kind, key_id, version_id, plaintext = _open_public_key_ciphertext(
            ctx, request, request.source_encryption_algorithm
        )
    else:
        blob, version, plaintext = open_with(ctx, request.ciphertext_blob, request.source_encryption_context, _FROM)
        kind, key_id, version_id = blob.kind, version.key_id, version.version_id
    destination = usable_key(ctx, request.destination_key_id, _TO)
    ctx.touch(f"key/{key_id}>{destination.key_id}")
    require_wet(dry_run=request.dry_run)
    text, _ = seal_with(ctx, destination, kind, plaintext, request.destination_encryption_context)
    return ReEncryptResponse(text, key_id, version_id)


def _open_public_key_ciphertext(
    ctx: Context, request: ReEncryptRequest, algorithm: EncryptionAlgorithm
) -> tuple[Kind, str, str, bytes]:
    """What was encrypted, as the Base64 text that Decrypt will give back: bytes need not be text."""
    if request.source_key_id is None:
        raise ParameterMissing("SourceKeyId")
    if not request.source_key_version_id:
        raise ParameterMissing("SourceKeyVersionId")
    if request.source_encryption_context.canonical:
        raise ParameterInvalid("SourceEncryptionContext", "a public-key ciphertext has none")
    key = find_key(ctx, request.source_key_id, _FROM)
    ciphertext = references.Base64.from_parameter("CiphertextBlob", request.ciphertext_blob)
    plaintext = decrypt_with(ctx, key, request.source_key_version_id, algorithm, ciphertext, dry_run=False)
    return Kind.DATA_KEY, key.key_id, request.source_key_version_id, base64.b64encode(plaintext)


OPERATIONS = (re_encrypt,)

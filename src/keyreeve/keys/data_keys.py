"""GenerateDataKey and GenerateDataKeyWithoutPlaintext (API reference 8.18, 8.19)."""

import base64
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.blob import Kind
from keyreeve.keys import references
from keyreeve.keys.ciphertexts import seal_with, usable_key
from keyreeve.keys.encryption import ERRORS, Recipient, refuse_recipient, require_wet
from keyreeve.operations import Needs, operation


class DataKeySpec(StrEnum):
    AES_256 = "AES_256"
    AES_128 = "AES_128"


_BYTES = {DataKeySpec.AES_256: 32, DataKeySpec.AES_128: 16}


class DataKeyRequest(Struct, frozen=True, rename="pascal"):
    key_id: references.TheKeyOrAlias
    key_spec: Annotated[DataKeySpec, Meta(description="The length of the data key, AES_256 or AES_128.")] = (
        DataKeySpec.AES_256
    )
    number_of_bytes: Annotated[
        int,
        Meta(ge=0, le=1024, description="The length of the data key in bytes, before KeySpec; 0 for unset."),
    ] = 0
    encryption_context: references.Context = references.NO_CONTEXT
    dry_run: references.DryRun = False


class GenerateDataKeyRequest(DataKeyRequest, frozen=True, rename="pascal"):
    recipient: Recipient = ""


class GenerateDataKeyResponse(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: str
    key_id: str
    key_version_id: str
    plaintext: str


class GenerateDataKeyWithoutPlaintextResponse(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: str
    key_id: str
    key_version_id: str


@operation(needs=Needs.CACHE, errors=ERRORS)
def generate_data_key(ctx: Context, request: GenerateDataKeyRequest) -> GenerateDataKeyResponse:
    """Make a random data key and return it both in plain and encrypted under a key."""
    refuse_recipient(request.recipient)
    made = generate(ctx, request)
    require_wet(dry_run=request.dry_run)
    return made


@operation(needs=Needs.CACHE, errors=ERRORS)
def generate_data_key_without_plaintext(
    ctx: Context, request: DataKeyRequest
) -> GenerateDataKeyWithoutPlaintextResponse:
    """Make a random data key and return it encrypted only."""
    made = generate(ctx, request)
    require_wet(dry_run=request.dry_run)
    return GenerateDataKeyWithoutPlaintextResponse(made.ciphertext_blob, made.key_id, made.key_version_id)


def generate(ctx: Context, request: DataKeyRequest) -> GenerateDataKeyResponse:
    """A new data key, whose Base64 text is what is encrypted; a dry run throws it away."""
    key = usable_key(ctx, request.key_id)
    data_key = base64.b64encode(ctx.random(request.number_of_bytes or _BYTES[request.key_spec]))
    blob, version_id = seal_with(ctx, key, Kind.DATA_KEY, data_key, request.encryption_context)
    return GenerateDataKeyResponse(blob, key.key_id, version_id, data_key.decode("ascii"))


OPERATIONS = (generate_data_key, generate_data_key_without_plaintext)

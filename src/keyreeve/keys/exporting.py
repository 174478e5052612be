"""Data keys for somebody else's public key: ExportDataKey, GenerateAndExportDataKey (API reference 8.20, 8.21)."""

import base64
import binascii
from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.context import Context
from keyreeve.crypto.asymmetric import load_encrypter
from keyreeve.crypto.key_wrapping import WrappingKeySpec
from keyreeve.crypto.keypair import Encrypter, KeyMalformed, PlaintextTooLong
from keyreeve.crypto.specs import ASYMMETRIC, EncryptionAlgorithm, KeySpec
from keyreeve.errors import ParameterInvalid
from keyreeve.keys import references
from keyreeve.keys.ciphertexts import open_with
from keyreeve.keys.data_keys import DataKeyRequest, generate
from keyreeve.keys.encryption import ERRORS, Ciphertext, require_wet
from keyreeve.operations import Needs, operation

_TheirKey = Annotated[references.Base64, Meta(description="Base64 of the public key, a DER SubjectPublicKeyInfo.")]
_TheirSpec = Annotated[WrappingKeySpec, Meta(description="RSA_2048 or EC_SM2.")]
_TheirAlgorithm = Annotated[
    EncryptionAlgorithm,
    Meta(description="RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1 for RSA_2048, SM2PKE for EC_SM2."),
]


class ExportDataKeyRequest(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: Ciphertext
    public_key_blob: _TheirKey
    wrapping_key_spec: _TheirSpec
    wrapping_algorithm: _TheirAlgorithm
    encryption_context: references.Context = references.NO_CONTEXT
    dry_run: references.DryRun = False


class ExportDataKeyResponse(Struct, frozen=True, rename="pascal"):
    exported_data_key: str
    key_id: str
    key_version_id: str


@operation(needs=Needs.CACHE, errors=ERRORS)
def export_data_key(ctx: Context, request: ExportDataKeyRequest) -> ExportDataKeyResponse:
    """Decrypt a data key and encrypt it with a public key, so that the plain key is seen by nobody else."""
    encrypter = _their_key(request.public_key_blob, request.wrapping_key_spec, request.wrapping_algorithm)
    _, version, text = open_with(ctx, request.ciphertext_blob, request.encryption_context)
    try:
        data_key = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        raise ParameterInvalid("CiphertextBlob", "what it holds is no data key") from None
    exported = _exported(encrypter, request.wrapping_algorithm, data_key, "CiphertextBlob")
    require_wet(dry_run=request.dry_run)
    return ExportDataKeyResponse(exported, version.key_id, version.version_id)


class GenerateAndExportDataKeyRequest(DataKeyRequest, frozen=True, rename="pascal", kw_only=True):
    public_key_blob: _TheirKey
    wrapping_key_spec: _TheirSpec
    wrapping_algorithm: _TheirAlgorithm


class GenerateAndExportDataKeyResponse(Struct, frozen=True, rename="pascal"):
    ciphertext_blob: str
    exported_data_key: str
    key_id: str
    key_version_id: str


@operation(needs=Needs.CACHE, errors=ERRORS)
def generate_and_export_data_key(
    ctx: Context, request: GenerateAndExportDataKeyRequest
) -> GenerateAndExportDataKeyResponse:
    """Make a random data key and return it encrypted twice: under a key, and with a public key."""
    encrypter = _their_key(request.public_key_blob, request.wrapping_key_spec, request.wrapping_algorithm)
    made = generate(ctx, request)
    data_key = base64.b64decode(made.plaintext)
    exported = _exported(encrypter, request.wrapping_algorithm, data_key, "NumberOfBytes")
    require_wet(dry_run=request.dry_run)
    return GenerateAndExportDataKeyResponse(made.ciphertext_blob, exported, made.key_id, made.key_version_id)


def _their_key(blob: references.Base64, spec: WrappingKeySpec, algorithm: EncryptionAlgorithm) -> Encrypter:
    key_spec = KeySpec(spec)
    if algorithm not in ASYMMETRIC[key_spec].encryption:
        raise ParameterInvalid("WrappingAlgorithm", f"{spec} keys do not encrypt with it")
    try:
        return load_encrypter(key_spec, blob.data)
    except KeyMalformed:
        raise ParameterInvalid("PublicKeyBlob", f"not an {spec} public key in Base64 DER") from None


def _exported(encrypter: Encrypter, algorithm: EncryptionAlgorithm, data_key: bytes, parameter: str) -> str:
    try:
        return base64.b64encode(encrypter.encrypt(algorithm, data_key)).decode("ascii")
    except PlaintextTooLong:
        raise ParameterInvalid(parameter, "the data key is longer than the public key can encrypt") from None


OPERATIONS = (export_data_key, generate_and_export_data_key)

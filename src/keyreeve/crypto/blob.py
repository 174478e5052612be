"""The ciphertext blob, byte for byte as docs/formats/ciphertext.md lays it out; the step numbers are its own."""

import base64
import binascii
import hmac
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keyreeve.crypto.message_key import expand
from keyreeve.crypto.secret import Secret

MAGIC = b"KR"
VERSION = 1
SALT_BYTES = 32
TAG_BYTES = 16
OVERHEAD = 117

_HEADER_BYTES = 69
_COMMITMENT_BYTES = 32
_MESSAGE_KEY_BYTES = 32
_PREFIX = MAGIC + bytes((VERSION,))
_INFO = b"keyreeve message key v1"
# One message key encrypts one message, so its nonce may be constant (ciphertext.md, "Why").
_NONCE = bytes(12)


class Kind(IntEnum):
    TEXT = 1
    DATA_KEY = 2


_SUITE_OF_MATERIAL = {16: 1, 24: 2, 32: 3}
_KEY_BYTES_OF_SUITE = {suite: length for length, suite in _SUITE_OF_MATERIAL.items()}
SUITE_NAMES = {1: "AES-128-GCM", 2: "AES-192-GCM", 3: "AES-256-GCM"}
_KINDS = {kind.value: kind for kind in Kind}


class BlobMalformed(ValueError):
    """Not a blob of this format."""


class BlobRejected(ValueError):
    """A blob that does not open: changed, or under another context or key."""


class Blob(NamedTuple):
    """A blob taken apart, the ids as text; nothing in it is verified until `open_blob` returns."""

    kind: Kind
    suite: int
    key_id: str
    version_id: str
    unverified_header: bytes
    unverified_commitment: bytes
    unverified_ciphertext: bytes


def seal_blob(
    material: Secret,
    salt: bytes,
    key_id: UUID,
    version_id: UUID,
    kind: Kind,
    plaintext: bytes,
    context: bytes,
) -> str:
    """Seal `plaintext` with `material` (16, 24 or 32 bytes) and a fresh 32-byte `salt`; returns Base64 text."""
    key = material.reveal()
    suite = _SUITE_OF_MATERIAL[len(key)]
    # 1. the header
    header = _PREFIX + bytes((kind, suite)) + key_id.bytes + version_id.bytes + salt
    # 2. and 3. message key and commitment
    derived = expand(key, _INFO + header, _MESSAGE_KEY_BYTES + _COMMITMENT_BYTES)
    commitment = derived[_MESSAGE_KEY_BYTES:]
    # 4. the cipher
    sealed = AESGCM(derived[: len(key)]).encrypt(_NONCE, plaintext, header + commitment + context)
    return base64.b64encode(header + commitment + sealed).decode("ascii")


def parse_blob(text: str) -> Blob:
    """Take a Base64 blob apart. Raises BlobMalformed."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except (binascii.Error, ValueError):
        raise BlobMalformed from None
    if len(data) < OVERHEAD or not data.startswith(_PREFIX):
        raise BlobMalformed
    kind, suite = data[3], data[4]
    if kind not in _KINDS or suite not in SUITE_NAMES:
        raise BlobMalformed
    commitment_end = _HEADER_BYTES + _COMMITMENT_BYTES
    return Blob(
        kind=_KINDS[kind],
        suite=suite,
        key_id=_id_text(data[5:21]),
        version_id=_id_text(data[21:37]),
        unverified_header=data[:_HEADER_BYTES],
        unverified_commitment=data[_HEADER_BYTES:commitment_end],
        unverified_ciphertext=data[commitment_end:],
    )


@lru_cache(maxsize=1024)
def _id_text(identifier: bytes) -> str:
    return str(UUID(bytes=identifier))


def open_blob(blob: Blob, material: Secret, context: bytes) -> bytes:
    """The plaintext of `blob`. Raises BlobRejected, for whatever reason, without saying which."""
    key = material.reveal()
    if len(key) != _KEY_BYTES_OF_SUITE[blob.suite]:
        raise BlobRejected
    derived = expand(key, _INFO + blob.unverified_header, _MESSAGE_KEY_BYTES + _COMMITMENT_BYTES)
    if not hmac.compare_digest(derived[_MESSAGE_KEY_BYTES:], blob.unverified_commitment):
        raise BlobRejected
    associated = blob.unverified_header + blob.unverified_commitment + context
    try:
        return AESGCM(derived[: len(key)]).decrypt(_NONCE, blob.unverified_ciphertext, associated)
    except InvalidTag:
        raise BlobRejected from None

"""The ciphertext blob, byte for byte as docs/formats/ciphertext.md lays it out; the step numbers are its own."""

import base64
import binascii
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from keyreeve.crypto.message_cipher import (
    COMMITMENT_BYTES,
    SALT_BYTES,
    SUITE_NAMES,
    TAG_BYTES,
    TOKEN_SUITES,
    BlobRejected,
    MessageCipher,
)

MAGIC = b"KR"
VERSION = 1

_HEADER_BYTES = 37 + SALT_BYTES
_PREFIX = MAGIC + bytes((VERSION,))
# No Base64 of a blob begins so.
_HEX_PREFIXES = (_PREFIX.hex(), _PREFIX.hex().upper())
_LEAST_SEALED_BYTES = {
    suite: TAG_BYTES + (0 if suite in TOKEN_SUITES.values() else COMMITMENT_BYTES) for suite in SUITE_NAMES
}


class Kind(IntEnum):
    TEXT = 1
    DATA_KEY = 2
    BYTES = 3


_KINDS = {kind.value: kind for kind in Kind}


class BlobMalformed(ValueError):
    """Not a blob of this format."""


class Blob(NamedTuple):
    """A blob taken apart, the ids as text; nothing in it is verified until `open_blob` returns."""

    kind: Kind
    suite: int
    key_id: str
    version_id: str
    unverified_header: bytes
    unverified_sealed: bytes

    @property
    def plaintext_bytes(self) -> int:
        return len(self.unverified_sealed) - _LEAST_SEALED_BYTES[self.suite]


def seal_blob(
    cipher: MessageCipher, salt: bytes, key_id: UUID, version_id: UUID, kind: Kind, plaintext: bytes, context: bytes
) -> str:
    """Seal `plaintext` with a fresh 32-byte `salt`; returns Base64 text."""
    # 1. the header
    header = _PREFIX + bytes((kind, cipher.suite)) + key_id.bytes + version_id.bytes + salt
    return base64.b64encode(header + cipher.seal(header, plaintext, context)).decode("ascii")


def parse_blob(text: str) -> Blob:
    """Take a blob apart, given in Base64 or in hexadecimal. Raises BlobMalformed."""
    try:
        data = (
            binascii.unhexlify(text) if text.startswith(_HEX_PREFIXES) else binascii.a2b_base64(text, strict_mode=True)
        )
    except (binascii.Error, ValueError):
        raise BlobMalformed from None
    if len(data) < _HEADER_BYTES or not data.startswith(_PREFIX):
        raise BlobMalformed
    kind, suite = data[3], data[4]
    if kind not in _KINDS or suite not in SUITE_NAMES:
        raise BlobMalformed
    if len(data) < _HEADER_BYTES + _LEAST_SEALED_BYTES[suite]:
        raise BlobMalformed
    return Blob(
        kind=_KINDS[kind],
        suite=suite,
        key_id=_id_text(data[5:21]),
        version_id=_id_text(data[21:37]),
        unverified_header=data[:_HEADER_BYTES],
        unverified_sealed=data[_HEADER_BYTES:],
    )


@lru_cache(maxsize=1024)
def _id_text(identifier: bytes) -> str:
    return str(UUID(bytes=identifier))


def open_blob(blob: Blob, cipher: MessageCipher, context: bytes) -> bytes:
    """The plaintext of `blob`. Raises BlobRejected, for whatever reason, without saying which."""
    if blob.suite != cipher.suite:
        raise BlobRejected
    return cipher.open(blob.unverified_header, blob.unverified_sealed, context)

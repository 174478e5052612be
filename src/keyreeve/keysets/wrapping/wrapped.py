"""The wrapped form (docs/formats/keysets.md, The wrapped keyset)."""

import base64
import binascii

from keyreeve.keysets import codec
from keyreeve.keysets.arguments import as_bytes
from keyreeve.keysets.errors import KeysetTooLarge, WrappedKeysetMalformed
from keyreeve.keysets.keyset import Keyset

# What Encrypt takes (API reference 8.22): Base64 of so much.
MOST_KEYSET_BYTES = 6144


def plaintext_of(keyset: Keyset) -> str:
    """What Encrypt is given. Raises KeysetTooLarge."""
    data = codec.to_bytes(keyset)
    if len(data) > MOST_KEYSET_BYTES:
        raise KeysetTooLarge(
            f"the keyset has {len(data):,} bytes in {len(keyset.keys)} keys, and KMS encrypts at most "
            f"{MOST_KEYSET_BYTES:,}: begin a new keyset, and keep this one for what it has encrypted"
        )
    return base64.b64encode(data).decode()


def keyset_from(plaintext: str) -> Keyset:
    """What Decrypt returned. Raises WrappedKeysetMalformed."""
    try:
        return codec.from_bytes(base64.b64decode(plaintext, validate=True))
    except (binascii.Error, ValueError):
        # Without its cause: what was decrypted is secret, whatever it is.
        raise WrappedKeysetMalformed("what KMS decrypted is not a keyset") from None


def blob_of(wrapped_keyset: str | bytes) -> str:
    """The CiphertextBlob in a wrapped keyset, given as text or as the text's bytes. Raises WrappedKeysetMalformed."""
    data = as_bytes(wrapped_keyset).strip()
    try:
        if data and base64.b64decode(data, validate=True):
            return data.decode()
    except binascii.Error:
        pass
    raise WrappedKeysetMalformed(
        "a wrapped keyset is the Base64 text of a KMS ciphertext, as text or as bytes, with no HEX around it"
    )

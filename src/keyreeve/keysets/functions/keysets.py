import os
import time

from keyreeve.keysets import codec
from keyreeve.keysets.arguments import as_bytes, as_text
from keyreeve.keysets.functions.nulls import null_for_null
from keyreeve.keysets.keyset import (
    ID_RANDOM_BYTES,
    Key,
    generated_key,
    imported_key,
    key_type_named,
    keyset_of,
    new_key_id,
)


@null_for_null
def new_keyset(key_type: str, description: str | None = None) -> bytes:
    """A keyset of one new key, of type AES-GCM-256, AES-SIV-CMAC-128 or AES-SIV-CMAC-256."""
    return codec.to_bytes(keyset_of(new_key(key_type, description)))


@null_for_null
def rotate_keyset(keyset: bytes, key_type: str, description: str | None = None) -> bytes:
    """The keyset with a new primary key, of any type; what older keys encrypted still opens."""
    return codec.to_bytes(codec.from_bytes(as_bytes(keyset)).with_new_primary(new_key(key_type, description)))


@null_for_null
def add_key_to_keyset(keyset: bytes, key_type: str, raw_key: bytes, description: str | None = None) -> bytes:
    """The keyset with an existing key of 32 bytes (64 for AES-SIV-CMAC-256) as its new primary key."""
    key = imported_key(key_type_named(as_text(key_type)), as_text(description or ""), _new_id(), as_bytes(raw_key))
    return codec.to_bytes(codec.from_bytes(as_bytes(keyset)).with_new_primary(key))


@null_for_null
def keyset_to_json(keyset: bytes) -> str:
    """The keyset as JSON, with the raw keys in it."""
    return codec.to_json(codec.from_bytes(as_bytes(keyset)))


@null_for_null
def keyset_from_json(json_keyset: str) -> bytes:
    """The inverse of keyset_to_json."""
    return codec.to_bytes(codec.from_json(as_text(json_keyset)))


def new_key(key_type: str, description: str | None) -> Key:
    """Time and randomness of a new key are drawn here. Raises ArgumentInvalid."""
    kind = key_type_named(as_text(key_type))
    return generated_key(kind, as_text(description or ""), _new_id(), os.urandom(kind.raw_key_bytes))


def _new_id() -> str:
    return new_key_id(time.time(), os.urandom(ID_RANDOM_BYTES))

"""A keyset and its laws (docs/formats/keysets.md); pure: time and randomness are handed in.

1. Ids are unique, and the primary key is one of the keys.
2. A raw key has its type's length; a DESTROYED key has none.
3. A key that is added becomes the primary one; the others stay as they are.
4. Only an ENABLED key encrypts or decrypts.
"""

import base64
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NoReturn

from keyreeve.keysets.errors import ArgumentInvalid, KeysetMalformed, RawKeyInvalid

PREFIX_BYTES = 32
ID_RANDOM_BYTES = 8


class KeyType(StrEnum):
    GCM_256 = "AES-GCM-256"
    SIV_128 = "AES-SIV-CMAC-128"
    SIV_256 = "AES-SIV-CMAC-256"

    @property
    def raw_key_bytes(self) -> int:
        return 64 if self is KeyType.SIV_256 else 32

    @property
    def deterministic(self) -> bool:
        return self is not KeyType.GCM_256


class Status(IntEnum):
    ENABLED = 1
    DISABLED = 2
    DESTROYED = 3


class Origin(IntEnum):
    IMPORTED = 1
    GENERATED = 2


def key_type_named(name: str) -> KeyType:
    """Without regard to case. Raises ArgumentInvalid."""
    try:
        return KeyType(name.upper())
    except ValueError:
        raise ArgumentInvalid(f"key_type is one of {', '.join(KeyType)}") from None


@dataclass(frozen=True, slots=True)
class Key:
    """`learned_prefix` is empty, or the 32 bytes that stand before this key's ciphertexts. Raises KeysetMalformed."""

    key_id: str
    type: KeyType
    raw_key: bytes = field(repr=False)
    origin: Origin
    status: Status = Status.ENABLED
    description: str = ""
    learned_prefix: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        if not self.key_id:
            raise KeysetMalformed("a key has no id")
        wanted = 0 if self.status is Status.DESTROYED else self.type.raw_key_bytes
        if len(self.raw_key) != wanted:
            raise KeysetMalformed(
                f"key {self.key_id} is {self.type} and {self.status.name}: its value must have {wanted} bytes"
            )
        if len(self.learned_prefix) not in (0, PREFIX_BYTES):
            raise KeysetMalformed(f"key {self.key_id}: a learned prefix has {PREFIX_BYTES} bytes")

    def __reduce__(self) -> NoReturn:
        raise TypeError("keys are not pickled: let the wrapped keyset travel")


@dataclass(frozen=True, slots=True)
class Keyset:
    """Raises KeysetMalformed."""

    primary_key_id: str
    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        ids = [key.key_id for key in self.keys]
        if len(set(ids)) != len(ids):
            raise KeysetMalformed("two keys of the keyset have one id")
        if self.primary_key_id not in ids:
            raise KeysetMalformed("the keyset's primary key is not in it")

    def with_new_primary(self, key: Key) -> "Keyset":
        return Keyset(key.key_id, (*self.keys, key))


def keyset_of(key: Key) -> Keyset:
    return Keyset(key.key_id, (key,))


def new_key_id(now: float, random: bytes) -> str:
    """`now` in seconds since 1970, `random` of ID_RANDOM_BYTES."""
    return base64.b64encode((int(now) % 2**32).to_bytes(4, "little") + random).decode()


def generated_key(key_type: KeyType, description: str, key_id: str, raw_key: bytes) -> Key:
    return Key(key_id, key_type, raw_key, Origin.GENERATED, description=description)


def imported_key(key_type: KeyType, description: str, key_id: str, raw_key: bytes) -> Key:
    """Raises RawKeyInvalid."""
    if len(raw_key) != key_type.raw_key_bytes:
        raise RawKeyInvalid(f"a raw key of type {key_type} has {key_type.raw_key_bytes} bytes, this one {len(raw_key)}")
    return Key(key_id, key_type, raw_key, Origin.IMPORTED, description=description)

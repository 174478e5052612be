"""Keysets for tests."""

from keyreeve.keysets import codec
from keyreeve.keysets.keyset import Key, Keyset, KeyType, Origin, Status

TYPES = list(KeyType)


def key(key_type: KeyType, number: int = 1, status: Status = Status.ENABLED, description: str = "") -> Key:
    """A key whose bytes and id follow from its number."""
    raw = b"" if status is Status.DESTROYED else bytes((number * 7 + i) % 256 for i in range(key_type.raw_key_bytes))
    return Key(f"key-{number:012}", key_type, raw, Origin.GENERATED, status, description)


def keyset(*keys: Key, primary: int = -1) -> bytes:
    return codec.to_bytes(Keyset(keys[primary].key_id, keys))


def one_key(key_type: KeyType, number: int = 1) -> bytes:
    return keyset(key(key_type, number))

from collections.abc import MutableSequence
from typing import Protocol, cast

from google.protobuf.message import DecodeError

from keyreeve.keysets.codec.schema import has_unknown_fields, message_classes
from keyreeve.keysets.errors import KeysetMalformed
from keyreeve.keysets.keyset import Key, Keyset, KeyType, Origin, Status

_PREFIX_ALIYUN_MAXCOMPUTE = 2
_SYMMETRIC = 1


class _KeyMetaData(Protocol):
    type: str
    value: bytes
    key_material_type: int
    key_material_origin: int


class _Key(Protocol):
    key_meta_data: _KeyMetaData
    status: int
    key_id: str
    output_prefix_type: int
    description: str
    learned_prefix: bytes


class _Keys(MutableSequence[_Key]):
    def add(self) -> _Key: ...


class _Keyset(Protocol):
    primary_key_id: str
    key: _Keys

    def SerializeToString(self) -> bytes: ...  # noqa: N802  # protobuf's name
    def ParseFromString(self, serialized: bytes) -> int: ...  # noqa: N802  # likewise


_CLASSES = message_classes(
    "keyreeve.keysets",
    {
        "KeyMetaData": {
            1: ("type", "string"),
            2: ("value", "bytes"),
            3: ("key_material_type", "uint32"),
            4: ("key_material_origin", "uint32"),
        },
        "Key": {
            1: ("key_meta_data", "KeyMetaData"),
            2: ("status", "uint32"),
            3: ("key_id", "string"),
            4: ("output_prefix_type", "uint32"),
            5: ("description", "string"),
            1001: ("learned_prefix", "bytes"),
        },
        "Keyset": {1: ("primary_key_id", "string"), 2: ("key", "repeated Key")},
    },
)


def _new_message() -> _Keyset:
    return cast("_Keyset", _CLASSES["Keyset"]())


def to_bytes(keyset: Keyset) -> bytes:
    message = _new_message()
    message.primary_key_id = keyset.primary_key_id
    for key in keyset.keys:
        _write(message.key.add(), key)
    return message.SerializeToString()


def _write(message: _Key, key: Key) -> None:
    message.key_meta_data.type = key.type
    message.key_meta_data.value = key.raw_key
    message.key_meta_data.key_material_type = _SYMMETRIC
    message.key_meta_data.key_material_origin = key.origin
    message.status = key.status
    message.key_id = key.key_id
    message.output_prefix_type = _PREFIX_ALIYUN_MAXCOMPUTE
    message.description = key.description
    message.learned_prefix = key.learned_prefix


def from_bytes(data: bytes) -> Keyset:
    """Raises KeysetMalformed."""
    message = _new_message()
    try:
        message.ParseFromString(data)
    except DecodeError:
        # Without its cause, which may quote what it read.
        raise KeysetMalformed("these bytes are not a keyset") from None
    if has_unknown_fields(message):
        raise KeysetMalformed(
            "these bytes are not a keyset of MaxCompute's form (is it Tink's? import_tink reads those)"
        )
    return Keyset(message.primary_key_id, tuple(_read(key) for key in message.key))


def _read(message: _Key) -> Key:
    data = message.key_meta_data
    if has_unknown_fields(message, data):
        raise KeysetMalformed("a key of the keyset has a field that is not known here")
    if message.output_prefix_type != _PREFIX_ALIYUN_MAXCOMPUTE or data.key_material_type != _SYMMETRIC:
        raise KeysetMalformed("a key of the keyset has an output prefix or material type that is not known here")
    try:
        key_type, origin, status = KeyType(data.type), Origin(data.key_material_origin), Status(message.status)
    except ValueError:
        raise KeysetMalformed("a key of the keyset has a type, origin or status that is not known here") from None
    return Key(message.key_id, key_type, data.value, origin, status, message.description, message.learned_prefix)

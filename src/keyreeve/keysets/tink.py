"""Keysets to and from Tink (github.com/tink-crypto, tink.proto, aes_gcm.proto, aes_siv.proto).

Tink's keysets are of one primitive, and know no AES-SIV of 128 bits and no descriptions. Exported keys are RAW, without
a prefix: Tink opens what stands behind the first 32 bytes of a ciphertext.
"""

import base64
import hashlib
from collections.abc import MutableSequence
from typing import Protocol, cast

from google.protobuf.message import DecodeError, Message

from keyreeve.keysets import codec
from keyreeve.keysets.arguments import as_bytes
from keyreeve.keysets.codec.schema import message_classes
from keyreeve.keysets.errors import ArgumentInvalid, KeysetMalformed
from keyreeve.keysets.keyset import Key, Keyset, KeyType, Origin, Status

_SYMMETRIC = 1
_RAW = 3
_CLASSES = message_classes(
    "keyreeve.keysets.tink",
    {
        "AesGcmKey": {1: ("version", "uint32"), 3: ("key_value", "bytes")},
        "AesSivKey": {1: ("version", "uint32"), 2: ("key_value", "bytes")},
        "KeyData": {1: ("type_url", "string"), 2: ("value", "bytes"), 3: ("key_material_type", "uint32")},
        "Key": {
            1: ("key_data", "KeyData"),
            2: ("status", "uint32"),
            3: ("key_id", "uint32"),
            4: ("output_prefix_type", "uint32"),
        },
        "Keyset": {1: ("primary_key_id", "uint32"), 2: ("key", "repeated Key")},
    },
)
_URL = "type.googleapis.com/google.crypto.tink."
_MESSAGES = {KeyType.GCM_256: "AesGcmKey", KeyType.SIV_256: "AesSivKey"}


class _RawKey(Protocol):
    version: int
    key_value: bytes


class _KeyData(Protocol):
    type_url: str
    value: bytes
    key_material_type: int


class _Key(Protocol):
    key_data: _KeyData
    status: int
    key_id: int
    output_prefix_type: int


class _Keys(MutableSequence[_Key]):
    def add(self) -> _Key: ...


class _Keyset(Protocol):
    primary_key_id: int
    key: _Keys


def export_tink(keyset: bytes) -> bytes:
    """The keyset as Tink's cleartext binary keyset, with the raw keys. Raises ArgumentInvalid."""
    parsed = codec.from_bytes(as_bytes(keyset))
    types = {key.type for key in parsed.keys}
    if len(types) > 1 or not types <= _MESSAGES.keys():
        raise ArgumentInvalid(f"Tink has keysets of AES-GCM-256 or AES-SIV-CMAC-256, not of {', '.join(sorted(types))}")
    message = _CLASSES["Keyset"]()
    written = cast("_Keyset", message)
    written.primary_key_id = _number_of(parsed.primary_key_id)
    for key in parsed.keys:
        _write(written.key.add(), key)
    return message.SerializeToString()


def import_tink(tink_keyset: bytes) -> bytes:
    """A keyset of the keys in Tink's cleartext binary keyset, marked imported. Raises KeysetMalformed."""
    message = _parsed("Keyset", as_bytes(tink_keyset))
    read = cast("_Keyset", message)
    keys = tuple(_read(key) for key in read.key)
    return codec.to_bytes(Keyset(_name_of(read.primary_key_id), keys))


def _write(message: _Key, key: Key) -> None:
    raw = _CLASSES[_MESSAGES[key.type]]()
    cast("_RawKey", raw).key_value = key.raw_key
    message.key_data.type_url = _URL + _MESSAGES[key.type]
    message.key_data.value = raw.SerializeToString()
    message.key_data.key_material_type = _SYMMETRIC
    message.status = key.status
    message.key_id = _number_of(key.key_id)
    message.output_prefix_type = _RAW


def _read(message: _Key) -> Key:
    kinds = [kind for kind, name in _MESSAGES.items() if message.key_data.type_url == _URL + name]
    if not kinds or message.status not in list(Status):
        raise KeysetMalformed("a key of Tink's keyset is neither AesGcmKey nor AesSivKey, or has no status")
    raw = cast("_RawKey", _parsed(_MESSAGES[kinds[0]], message.key_data.value))
    if raw.version:
        raise KeysetMalformed("a key of Tink's keyset has a version that is not known here")
    return Key(_name_of(message.key_id), kinds[0], raw.key_value, Origin.IMPORTED, Status(message.status))


def _parsed(name: str, data: bytes) -> Message:
    message = _CLASSES[name]()
    try:
        message.ParseFromString(data)
    except DecodeError:
        # Without its cause, which may quote what it read.
        raise KeysetMalformed("these bytes are not a keyset of Tink's form") from None
    return message


def _number_of(key_id: str) -> int:
    """Tink's ids are numbers of 32 bits; RAW keys do not write them."""
    return int.from_bytes(hashlib.sha256(key_id.encode()).digest()[:4])


def _name_of(number: int) -> str:
    return base64.b64encode(number.to_bytes(4) + bytes(8)).decode()

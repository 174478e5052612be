import base64
import binascii
import re
from enum import StrEnum
from typing import Literal

import msgspec
from msgspec import Struct

from keyreeve.keysets.errors import KeysetMalformed
from keyreeve.keysets.keyset import Key, Keyset, KeyType, Origin, Status

MASK = "******"
# Where in the JSON something is wrong; the rest of msgspec's message may quote a value.
_PLACE = re.compile(r"at `(\$[^`]*)`\Z")


class _OriginName(StrEnum):
    IMPORTED = "Origin_EXTERNAL"
    GENERATED = "Origin_ALIYUN_MAXCOMPUTE"


class _StatusName(StrEnum):
    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    DESTROYED = "DESTROYED"


class _KeyMetaDataJson(Struct, frozen=True, forbid_unknown_fields=True):
    key_material_origin: _OriginName
    key_material_type: Literal["SYMMETRIC"]
    type: KeyType
    value: str


class _KeyJson(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Members stand in the order in which they are written, which is by name."""

    description: str = ""
    key_id: str
    key_meta_data: _KeyMetaDataJson
    learned_prefix: str = ""
    output_prefix_type: Literal["PREFIX_ALIYUN_MAXCOMPUTE"]
    status: _StatusName


class _KeysetJson(Struct, frozen=True, forbid_unknown_fields=True):
    key: tuple[_KeyJson, ...]
    primary_key_id: str


def to_json(keyset: Keyset) -> str:
    """With the raw keys."""
    return _to_json(keyset, masked=False)


def to_masked_json(keyset: Keyset) -> str:
    """With MASK in the place of every raw key."""
    return _to_json(keyset, masked=True)


def from_json(text: str) -> Keyset:
    """Raises KeysetMalformed."""
    try:
        read = msgspec.json.decode(text, type=_KeysetJson)
    except msgspec.DecodeError as error:
        place = _PLACE.search(str(error))
        where = f": see {place[1]}" if place else ""
        # Without its cause, which may quote key material.
        raise KeysetMalformed(f"the text is not a keyset's JSON{where}") from None
    return Keyset(read.primary_key_id, tuple(_read(key) for key in read.key))


def _to_json(keyset: Keyset, *, masked: bool) -> str:
    written = _KeysetJson(tuple(_written(key, masked=masked) for key in keyset.keys), keyset.primary_key_id)
    return msgspec.json.format(msgspec.json.encode(written), indent=4).decode()


def _written(key: Key, *, masked: bool) -> _KeyJson:
    return _KeyJson(
        description=key.description,
        key_id=key.key_id,
        key_meta_data=_KeyMetaDataJson(
            key_material_origin=_OriginName[key.origin.name],
            key_material_type="SYMMETRIC",
            type=key.type,
            value=MASK if masked else base64.b64encode(key.raw_key).decode(),
        ),
        learned_prefix=base64.b64encode(key.learned_prefix).decode(),
        output_prefix_type="PREFIX_ALIYUN_MAXCOMPUTE",
        status=_StatusName[key.status.name],
    )


def _read(key: _KeyJson) -> Key:
    data = key.key_meta_data
    return Key(
        key.key_id,
        data.type,
        _from_base64(data.value, key.key_id),
        Origin[data.key_material_origin.name],
        Status[key.status.name],
        key.description,
        _from_base64(key.learned_prefix, key.key_id),
    )


def _from_base64(text: str, key_id: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise KeysetMalformed(f"key {key_id}: a value is not Base64") from None

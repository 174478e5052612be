"""Keysets as files and for people's eyes."""

import json
import sys
from pathlib import Path

import msgspec

from keyreeve import keysets
from keyreeve.cli.keyset.given import Kms, bare_wrapped
from keyreeve.cli.keyset.replacing import replacing
from keyreeve.cli.output import print_json
from keyreeve.keysets import UsedWrappedKeyset, codec
from keyreeve.keysets.opening import KeysetArgument


class _KeyMetaData(msgspec.Struct):
    type: str
    key_material_origin: str


class _Key(msgspec.Struct):
    key_id: str
    key_meta_data: _KeyMetaData
    status: str
    description: str = ""


class _Masked(msgspec.Struct):
    key: list[_Key]
    primary_key_id: str


def made(key_type: str, description: str, kms: Kms) -> str:
    """A new keyset as text. Raises KeysetError."""
    if kms.key is None:
        return keysets.new_keyset(key_type, description).hex().upper()
    kms.connect()
    return keysets.new_wrapped_keyset(kms.key, kms.role, key_type, description, kms.role_chain).decode()


def put(text: str, out: str, *, as_json: str, wanted: bool) -> None:
    """To a new file, or to standard output, there as the member `as_json` of an object if that is wanted."""
    if out != "-":
        with replacing(Path(out), overwrite=False) as file:
            file.write(f"{text}\n".encode())
    elif wanted:
        print_json({as_json: text})
    else:
        sys.stdout.write(f"{text}\n")


def masked(keyset: KeysetArgument) -> object:
    """The keyset's JSON value with a mask for each raw key. Raises KeysetError."""
    if isinstance(keyset, UsedWrappedKeyset):
        text: str = json.loads(keyset.wrapped_keyset_info)["masked_keyset"]
    else:
        text = codec.to_masked_json(codec.from_bytes(keyset))
    return json.loads(text)


def for_people(known: object) -> str:
    """A line for each key, the primary one marked."""
    keyset = msgspec.convert(known, _Masked)
    return "\n".join(_line(key, primary=key.key_id == keyset.primary_key_id) for key in keyset.key)


def _line(key: _Key, *, primary: bool) -> str:
    data, mark = key.key_meta_data, "primary" if primary else ""
    origin = data.key_material_origin.removeprefix("Origin_")
    return f"{key.key_id:16}  {mark:7}  {data.type:16}  {key.status:9}  {origin:17}  {key.description}".rstrip()


def rewrap_file(source: Path, target: Path, kms: Kms, *, overwrite: bool) -> None:
    """A file that holds one wrapped keyset. Raises KeysetError."""
    wrapped = bare_wrapped(source.read_bytes().strip())
    kms.connect()
    again = keysets.rewrap_keyset(kms.require_key(), kms.role, wrapped, kms.role_chain)
    with replacing(target, overwrite=overwrite) as file:
        file.write(again + b"\n")

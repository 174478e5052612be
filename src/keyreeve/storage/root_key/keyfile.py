"""`root-key.json`: the root keys of a data directory (docs/formats/sealed-values.md)."""

import base64
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec
from argon2.exceptions import Argon2Error
from argon2.low_level import Type, hash_secret_raw

from keyreeve.crypto.sealing import (
    ROOT_KEY_BYTES,
    ROOT_KEY_ID_BYTES,
    SALT_BYTES,
    PlainRootKey,
    SealBroken,
    seal,
    unseal,
)
from keyreeve.crypto.secret import Secret
from keyreeve.errors import StartRefused

NAME = "root-key.json"
_DAMAGED = f"the root key is damaged: {NAME} does not have the documented form"
Fingerprint = tuple[int, int, int]
_PASSPHRASE_KEY_ID = bytes(ROOT_KEY_ID_BYTES)
_IN_TOKEN = "in the token"


class Argon2id(msgspec.Struct, frozen=True):
    salt: str
    memory_kib: int = 65536
    passes: int = 3
    lanes: int = 4


class KeyFile(msgspec.Struct, frozen=True):
    active: str
    keys: dict[str, str]
    protection: Literal["file", "passphrase", "hsm"] = "file"
    argon2id: Argon2id | None = None
    format: Literal[1] = 1


def new_key_id() -> bytes:
    return os.urandom(ROOT_KEY_ID_BYTES)


def new_key() -> Secret:
    return Secret(os.urandom(ROOT_KEY_BYTES))


def create_in_token(active: bytes, key_ids: Iterable[bytes]) -> KeyFile:
    """The file's content for root keys that are in the HSM's token under their ids."""
    return KeyFile(active=active.hex(), keys={key_id.hex(): _IN_TOKEN for key_id in key_ids}, protection="hsm")


def create(active: bytes, keys: dict[bytes, Secret], passphrase: Secret | None) -> KeyFile:
    """The file's content for `keys`, protected by `passphrase` if there is one."""
    if passphrase is None:
        encoded = {key_id.hex(): _text(key.reveal()) for key_id, key in keys.items()}
        return KeyFile(active=active.hex(), keys=encoded)
    parameters = Argon2id(salt=_text(os.urandom(16)))
    wrapping = _stretch(passphrase, parameters)
    wrapped = {
        key_id.hex(): _text(
            seal(wrapping, _PASSPHRASE_KEY_ID, os.urandom(SALT_BYTES), _place(key_id.hex()), key.reveal())
        )
        for key_id, key in keys.items()
    }
    return KeyFile(active=active.hex(), keys=wrapped, protection="passphrase", argon2id=parameters)


def fingerprint(folder: Path) -> Fingerprint:
    """Changes whenever the file is replaced. Raises StartRefused if it is missing."""
    try:
        found = (folder / NAME).stat()
    except OSError:
        raise StartRefused(f"the root key is missing: {NAME} is not in the data directory") from None
    return found.st_ino, found.st_mtime_ns, found.st_size


def read(folder: Path) -> KeyFile:
    """Raises StartRefused if the file is missing or damaged."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=KeyFile)
    except FileNotFoundError:
        raise StartRefused(f"the root key is missing: {NAME} is not in the data directory") from None
    except OSError as error:
        raise StartRefused(f"the root key cannot be read: {error.strerror}") from None
    except msgspec.DecodeError:
        raise StartRefused(_DAMAGED) from None


def write(folder: Path, content: KeyFile) -> None:
    """Put the file in place in one step, flushed to disk, mode 0600."""
    descriptor, temporary = tempfile.mkstemp(prefix=".root-key-", dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(folder / NAME)
    folder_descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(folder_descriptor)
    finally:
        os.close(folder_descriptor)


def open_keys(content: KeyFile, passphrase: Secret | None) -> dict[bytes, Secret]:
    """The root keys in the file by id, if they are in it. Raises StartRefused for a wrong or missing passphrase."""
    try:
        if content.argon2id is None and passphrase is not None:
            raise StartRefused("the root key has no passphrase: leave --passphrase-file away")
        if content.argon2id is None:
            return {key_id_of(key_id): _plain_key(text) for key_id, text in content.keys.items()}
        if passphrase is None:
            raise StartRefused("the root key needs its passphrase: give --passphrase-file")
        wrapping = _stretch(passphrase, content.argon2id)
        return {
            key_id_of(key_id): unseal(wrapping, _place(key_id), base64.b64decode(text))
            for key_id, text in content.keys.items()
        }
    except SealBroken:
        raise StartRefused("the passphrase does not open the root key") from None
    except (ValueError, OverflowError, Argon2Error):
        raise StartRefused(_DAMAGED) from None


def key_id_of(text: str) -> bytes:
    """Raises StartRefused."""
    try:
        key_id = bytes.fromhex(text)
    except ValueError:
        key_id = b""
    if len(key_id) != ROOT_KEY_ID_BYTES:
        raise StartRefused(_DAMAGED)
    return key_id


def _plain_key(text: str) -> Secret:
    key = base64.b64decode(text, validate=True)
    if len(key) != ROOT_KEY_BYTES:
        raise ValueError("not a root key's length")
    return Secret(key)


def _place(key_id: str) -> str:
    return f"{NAME}/{key_id}"


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _stretch(passphrase: Secret, parameters: Argon2id) -> PlainRootKey:
    stretched = Secret(
        hash_secret_raw(
            passphrase.reveal(),
            base64.b64decode(parameters.salt),
            time_cost=parameters.passes,
            memory_cost=parameters.memory_kib,
            parallelism=parameters.lanes,
            hash_len=ROOT_KEY_BYTES,
            type=Type.ID,
        )
    )
    return PlainRootKey(stretched)

import os
import threading
from pathlib import Path

import structlog
from sqlalchemy import Connection, insert, select, update

from keyreeve.crypto.sealing import SALT_BYTES, PlainRootKey, RootKey, SealBroken, root_key_id_of, seal, unseal
from keyreeve.crypto.secret import Secret
from keyreeve.errors import StartRefused, Unavailable
from keyreeve.hsm.keys import TokenRootKey
from keyreeve.hsm.token import Token
from keyreeve.storage.root_key import keyfile
from keyreeve.storage.schema import root_key_check

_log = structlog.get_logger()

_CHECK_PLACE = "root_key_check.sealed_value"
_CHECK_TEXT = b"keyreeve"


class Sealer:
    """Seals and opens the database's secret values with the root keys of a data directory.

    The database says which root key seals: the one that its check value is sealed with. `root-key rotate` changes that
    in a writing transaction, so a value that is sealed in one comes either before the change, and is sealed anew, or is
    under the new key; and a node that lacks the key cannot seal at all. The file is read again when a key is missing.
    """

    def __init__(self, folder: Path, passphrase: Secret | None, token: Token | None) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._token = token
        self._lock = threading.Lock()
        self._fingerprint: keyfile.Fingerprint | None = None
        self._active = b""
        self._keys: dict[bytes, RootKey] = {}
        self._read_again_if_changed()

    def seal(self, connection: Connection, place: str, value: bytes) -> bytes:
        """Seal a value, inside the writing transaction that stores it. Raises Unavailable."""
        sealed = connection.execute(select(root_key_check.c.sealed_value)).scalar_one_or_none()
        key_id = self._active if sealed is None else root_key_id_of(sealed)
        return self.seal_with(key_id, place, value)

    def seal_with(self, key_id: bytes, place: str, value: bytes) -> bytes:
        """Seal a value under a root key of choice. Raises Unavailable if it is not in the file."""
        if key_id not in self._keys:
            self._read_again_if_changed()
        if key_id not in self._keys:
            _log.error("the root key that seals is not in root-key.json")
            raise Unavailable
        return seal(self._keys[key_id], key_id, os.urandom(SALT_BYTES), place, value)

    def unseal(self, place: str, sealed: bytes) -> Secret:
        """Raises SealBroken."""
        key_id = root_key_id_of(sealed)
        if key_id not in self._keys:
            self._read_again_if_changed()
        if key_id not in self._keys:
            raise SealBroken
        return unseal(self._keys[key_id], place, sealed)

    def unseal_or_refuse(self, place: str, sealed: bytes) -> Secret:
        """For commands: raises StartRefused, naming the place."""
        try:
            return self.unseal(place, sealed)
        except SealBroken:
            raise StartRefused(f"{place} does not open with the root keys in {keyfile.NAME}") from None

    def _read_again_if_changed(self) -> None:
        with self._lock:
            first = self._fingerprint is None
            try:
                found = keyfile.fingerprint(self._folder)
                if found != self._fingerprint:
                    self._active, self._keys = self._read()
                    self._fingerprint = found
            except StartRefused as error:
                if first:
                    raise
                _log.error("the root key cannot be read again", reason=error.detail)
                raise Unavailable from None

    def _read(self) -> tuple[bytes, dict[bytes, RootKey]]:
        content = keyfile.read(self._folder)
        keys = self._root_keys(content)
        active = keyfile.key_id_of(content.active)
        if active not in keys:
            raise StartRefused(f"the root key is damaged: {keyfile.NAME} lacks its active key")
        return active, keys

    def _root_keys(self, content: keyfile.KeyFile) -> dict[bytes, RootKey]:
        if content.protection != "hsm":
            opened = keyfile.open_keys(content, self._passphrase)
            return {key_id: PlainRootKey(secret) for key_id, secret in opened.items()}
        if self._token is None:
            raise StartRefused("the root key is in an HSM, and config.json names none")
        if self._passphrase is not None:
            raise StartRefused("the root key is in an HSM and has no passphrase: leave --passphrase-file away")
        return {key_id: TokenRootKey(self._token, key_id) for key_id in map(keyfile.key_id_of, content.keys)}


def has_check(connection: Connection) -> bool:
    return connection.execute(select(root_key_check.c.only)).first() is not None


def write_check(connection: Connection, sealer: Sealer) -> None:
    sealed = sealer.seal(connection, _CHECK_PLACE, _CHECK_TEXT)
    connection.execute(insert(root_key_check).values(only=1, sealed_value=sealed))


def make_active(connection: Connection, sealer: Sealer, key_id: bytes) -> None:
    """From this transaction on, every value is sealed with that root key."""
    sealed = sealer.seal_with(key_id, _CHECK_PLACE, _CHECK_TEXT)
    connection.execute(update(root_key_check).values(sealed_value=sealed))


def require_right_root_key(connection: Connection, sealer: Sealer) -> None:
    """Raises StartRefused if the root key is not the one that the database was sealed with."""
    sealed = connection.execute(select(root_key_check.c.sealed_value)).scalar_one_or_none()
    if sealed is None:
        raise StartRefused("the database has no root key check: it was not made by keyreeve init")
    try:
        sealer.unseal(_CHECK_PLACE, sealed)
    except SealBroken:
        raise StartRefused("the root key is not the one that the database was sealed with") from None

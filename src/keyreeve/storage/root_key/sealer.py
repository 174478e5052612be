import os
import threading
from pathlib import Path

import structlog
from sqlalchemy import Connection, insert, select, update

from keyreeve.crypto.sealing import SALT_BYTES, SealBroken, root_key_id_of, seal, unseal
from keyreeve.crypto.secret import Secret
from keyreeve.errors import StartRefused, Unavailable
from keyreeve.storage.root_key import keyfile
from keyreeve.storage.schema import root_key_check

_log = structlog.get_logger()

_CHECK_PLACE = "root_key_check.sealed_value"
_CHECK_TEXT = b"keyreeve"


class Sealer:
    """Seals and opens the database's secret values with the root keys of a data directory.

    `root-key rotate` may run beside the server, so the file is looked at before every sealing and when a value
    names a root key that is not known. Seal inside a writing transaction: the rotation's last transaction, which
    looks for values under the old key, then comes either after this one or after the file has changed.
    """

    def __init__(self, folder: Path, passphrase: Secret | None) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._lock = threading.Lock()
        self._fingerprint: keyfile.Fingerprint | None = None
        self._active = b""
        self._keys: dict[bytes, Secret] = {}
        self._read_again_if_changed()

    @property
    def active(self) -> bytes:
        self._read_again_if_changed()
        return self._active

    def seal(self, place: str, value: bytes) -> bytes:
        active = self.active
        return seal(self._keys[active], active, os.urandom(SALT_BYTES), place, value)

    def unseal(self, place: str, sealed: bytes) -> Secret:
        """Raises SealBroken."""
        key_id = root_key_id_of(sealed)
        if key_id not in self._keys:
            self._read_again_if_changed()
        if key_id not in self._keys:
            raise SealBroken
        return unseal(self._keys[key_id], place, sealed)

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

    def _read(self) -> tuple[bytes, dict[bytes, Secret]]:
        content = keyfile.read(self._folder)
        keys = keyfile.open_keys(content, self._passphrase)
        active = keyfile.key_id_of(content.active)
        if active not in keys:
            raise StartRefused(f"the root key is damaged: {keyfile.NAME} lacks its active key")
        return active, keys


def write_check(connection: Connection, sealer: Sealer) -> None:
    connection.execute(insert(root_key_check).values(only=1, sealed_value=sealer.seal(_CHECK_PLACE, _CHECK_TEXT)))


def reseal_check(connection: Connection, sealer: Sealer) -> None:
    connection.execute(update(root_key_check).values(sealed_value=sealer.seal(_CHECK_PLACE, _CHECK_TEXT)))


def require_right_root_key(connection: Connection, sealer: Sealer) -> None:
    """Raises StartRefused if the root key is not the one that the database was sealed with."""
    sealed = connection.execute(select(root_key_check.c.sealed_value)).scalar_one_or_none()
    if sealed is None:
        raise StartRefused("the database has no root key check: it was not made by keyreeve init")
    try:
        sealer.unseal(_CHECK_PLACE, sealed)
    except SealBroken:
        raise StartRefused("the root key is not the one that the database was sealed with") from None

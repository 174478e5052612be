"""`keyreeve root-key rotate`: everything sealed anew, also beside a running server (docs/formats/sealed-values.md)."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Protocol

from keyreeve.access.accounts import reseal_access_keys
from keyreeve.app import DataFolder, open_checked, root_key_label
from keyreeve.certificates.private_keys import reseal_certificates
from keyreeve.crypto.secret import Secret
from keyreeve.data_lock import ROTATING, SERVING, held
from keyreeve.errors import StartRefused
from keyreeve.hsm.token import Token
from keyreeve.instances.store import reseal_instances
from keyreeve.keys.material import reseal_versions
from keyreeve.storage.database import Database
from keyreeve.storage.root_key import keyfile
from keyreeve.storage.root_key.keyfile import KeyFile
from keyreeve.storage.root_key.sealer import Sealer, make_active

_BATCH = 200


def rotate_root_key(folder: DataFolder, new_passphrase: Secret | None, progress: Callable[[int], None]) -> int:
    """Returns how many values were sealed. Raises StartRefused if the directory cannot be opened.

    1. A new key joins the file; a rotation that was interrupted after this is gone on with.
    2. The database makes it the one that seals.
    3. Every value is sealed anew, in batches; what the server seals meanwhile is under the new key already.
    4. The old keys leave the file, and the HSM if they are in it.
    """
    folder.settings()
    with ExitStack() as locks:
        locks.enter_context(held(folder.path, ROTATING, "another rotation of the root key is running"))
        if new_passphrase is not None and keyfile.read(folder.path).protection == "hsm":
            raise StartRefused("the root key is in an HSM and has no passphrase: leave --new-passphrase-file away")
        if new_passphrase is not None:
            # A running server has the old passphrase and could not follow.
            refusal = "the passphrase changes only while no server runs: stop it first"
            locks.enter_context(held(folder.path, SERVING, refusal))
        return _rotate(folder, new_passphrase or folder.passphrase, progress)


def _rotate(folder: DataFolder, passphrase: Secret | None, progress: Callable[[int], None]) -> int:
    database, sealer = open_checked(folder)
    keys = _root_keys(folder)
    active = keys.with_new()
    with database.writing() as connection:
        make_active(connection, sealer, active)
    sealed = _reseal_all(database, sealer, progress) + 1
    keys.without_old(passphrase)
    database.shrink_log()
    database.close()
    return sealed


class _RootKeys(Protocol):
    def with_new(self) -> bytes:
        """Steps 1: the id of the key to seal with."""
        ...

    def without_old(self, passphrase: Secret | None) -> None:
        """Step 4; the passphrase protects the file from now on."""
        ...


def _root_keys(folder: DataFolder) -> _RootKeys:
    content = keyfile.read(folder.path)
    if content.protection != "hsm":
        return _InFile(folder, content)
    token = folder.token(folder.settings().hsm)
    assert token is not None, "a sealer was opened, which has refused this"
    return _InToken(folder, content, token)


class _InFile:
    def __init__(self, folder: DataFolder, content: KeyFile) -> None:
        self._folder = folder
        self._keys = keyfile.open_keys(content, folder.passphrase)
        self._active = keyfile.key_id_of(content.active)

    def with_new(self) -> bytes:
        if len(self._keys) == 1:
            self._active = keyfile.new_key_id()
            self._keys[self._active] = keyfile.new_key()
        # While values are sealed anew the old passphrase holds: interrupted now, the same command can go on.
        keyfile.write(self._folder.path, keyfile.create(self._active, self._keys, self._folder.passphrase))
        return self._active

    def without_old(self, passphrase: Secret | None) -> None:
        only = {self._active: self._keys[self._active]}
        keyfile.write(self._folder.path, keyfile.create(self._active, only, passphrase))


class _InToken:
    def __init__(self, folder: DataFolder, content: KeyFile, token: Token) -> None:
        self._folder = folder
        self._token = token
        self._ids = [keyfile.key_id_of(text) for text in content.keys]
        self._active = keyfile.key_id_of(content.active)

    def with_new(self) -> bytes:
        if len(self._ids) == 1:
            self._active = keyfile.new_key_id()
            self._token.generate_root(self._active, root_key_label(self._active))
            self._ids.append(self._active)
        keyfile.write(self._folder.path, keyfile.create_in_token(self._active, self._ids))
        return self._active

    def without_old(self, passphrase: Secret | None) -> None:
        assert passphrase is None, "a root key in a token has none"
        # While an old key is in the file, running the rotation again finds and removes it.
        for key_id in self._ids:
            if key_id != self._active:
                self._token.destroy(key_id)
        keyfile.write(self._folder.path, keyfile.create_in_token(self._active, (self._active,)))


def _reseal_all(database: Database, sealer: Sealer, progress: Callable[[int], None]) -> int:
    done = 0
    for reseal in (reseal_access_keys, reseal_versions, reseal_instances, reseal_certificates):
        after = ""
        while True:
            with database.writing() as connection:
                last, count = reseal(connection, sealer, after, _BATCH)
            done += count
            progress(done)
            if last is None:
                break
            after = last
    return done

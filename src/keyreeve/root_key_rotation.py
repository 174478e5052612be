"""`keyreeve root-key rotate`: everything sealed anew, also beside a running server (docs/formats/sealed-values.md)."""

from collections.abc import Callable
from contextlib import ExitStack

from keyreeve.access.accounts import reseal_access_keys
from keyreeve.app import DataFolder, open_checked
from keyreeve.crypto.secret import Secret
from keyreeve.data_lock import ROTATING, SERVING, held
from keyreeve.keys.material import reseal_versions
from keyreeve.storage.database import Database
from keyreeve.storage.root_key import keyfile
from keyreeve.storage.root_key.sealer import Sealer, make_active

_BATCH = 200


def rotate_root_key(folder: DataFolder, new_passphrase: Secret | None, progress: Callable[[int], None]) -> int:
    """Returns how many values were sealed. Raises StartRefused if the directory cannot be opened.

    1. A new key joins the file; a rotation that was interrupted after this is gone on with.
    2. The database makes it the one that seals.
    3. Every value is sealed anew, in batches; what the server seals meanwhile is under the new key already.
    4. The old keys leave the file.
    """
    folder.settings()
    with ExitStack() as locks:
        locks.enter_context(held(folder.path, ROTATING, "another rotation of the root key is running"))
        if new_passphrase is not None:
            # A running server has the old passphrase and could not follow.
            refusal = "the passphrase changes only while no server runs: stop it first"
            locks.enter_context(held(folder.path, SERVING, refusal))
        return _rotate(folder, new_passphrase or folder.passphrase, progress)


def _rotate(folder: DataFolder, passphrase: Secret | None, progress: Callable[[int], None]) -> int:
    database, sealer = open_checked(folder)
    content = keyfile.read(folder.path)
    keys = keyfile.open_keys(content, folder.passphrase)
    active = bytes.fromhex(content.active)
    if len(keys) == 1:
        active = keyfile.new_key_id()
        keys[active] = keyfile.new_key()
    # While values are sealed anew the old passphrase holds: interrupted now, the same command can go on.
    keyfile.write(folder.path, keyfile.create(active, keys, folder.passphrase))
    with database.writing() as connection:
        make_active(connection, sealer, active)
    sealed = _reseal_all(database, sealer, progress) + 1
    keyfile.write(folder.path, keyfile.create(active, {active: keys[active]}, passphrase))
    database.shrink_log()
    database.close()
    return sealed


def _reseal_all(database: Database, sealer: Sealer, progress: Callable[[int], None]) -> int:
    done = 0
    for reseal in (reseal_access_keys, reseal_versions):
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

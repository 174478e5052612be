"""The composition root: a data directory made, and a worker's parts put together."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from keyreeve.access import accounts
from keyreeve.access.accounts import NewAccessKey
from keyreeve.access.replay import ReplayCache, prepare_replay_folder
from keyreeve.audit.log import AuditLog
from keyreeve.catalogue import EVERYTHING
from keyreeve.claims import Claimant
from keyreeve.crypto.secret import Secret
from keyreeve.errors import StartRefused
from keyreeve.hsm.errors import ObjectMissing
from keyreeve.hsm.token import Token
from keyreeve.limits import RateCounter
from keyreeve.native import find_rsa_lanes
from keyreeve.parts import Parts
from keyreeve.settings import NAME, HsmSettings, Settings, first_line, read_settings, write_settings
from keyreeve.storage.cache import StateCache
from keyreeve.storage.database import Database, sqlite_url
from keyreeve.storage.freshness import CommitCounter, postgres_freshness, sqlite_freshness
from keyreeve.storage.grouping import GroupWriter
from keyreeve.storage.place import WriterPlace
from keyreeve.storage.root_key import keyfile
from keyreeve.storage.root_key.sealer import Sealer, has_check, require_right_root_key, write_check
from keyreeve.struct_types import learn_struct_types

AUDIT_FOLDER = "audit"
REPLAY_FOLDER = "replay"
RUN_FOLDER = "run"
RATES_FOLDER = "rates"
CLAIMS_FOLDER = "claims"
_DATABASE_FILE = "keyreeve.db"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """A data directory and how to open what is in it."""

    path: Path
    passphrase: Secret | None = None
    database_url: str | None = None
    hsm_pin: Secret | None = None

    def settings(self) -> Settings:
        return read_settings(self.path)

    def commit_counter(self) -> CommitCounter:
        """The count of the commits that processes of this node make."""
        run = self.path / RUN_FOLDER
        run.mkdir(mode=0o700, exist_ok=True)
        return CommitCounter(run / "commits")

    def database(self, counter: CommitCounter | None = None) -> Database:
        counter = counter or self.commit_counter()
        url = self.database_url or self.settings().database_url or sqlite_url(self.path / _DATABASE_FILE)
        return Database(url, after_commit=counter.bump, place=WriterPlace(self.path / RUN_FOLDER / "writer"))

    def sealer(self, token: Token | None) -> Sealer:
        return Sealer(self.path, self.passphrase, token)

    def token(self, hsm: HsmSettings | None) -> Token | None:
        """The HSM's token, not connected yet; one for a process. Raises StartRefused if its PIN is not to be had."""
        return None if hsm is None else Token(hsm.module, hsm.token, self.hsm_pin or _pin(hsm))


def initialise(folder: DataFolder, settings: Settings, now: int, *, root_key_in_hsm: bool) -> NewAccessKey:
    """Make a data directory: database, root key, first account. Raises StartRefused if there is one already."""
    _require_uninitialised(folder.path)
    token = folder.token(settings.hsm)
    if token is not None:
        token.check()
    if not folder.path.exists():
        folder.path.mkdir(mode=0o700, parents=True)
    database = Database(settings.database_url or sqlite_url(folder.path / _DATABASE_FILE))
    database.migrate()
    key_id = keyfile.new_key_id()
    try:
        with database.writing() as connection:
            _require_unchecked(connection)
            first = _first_account(folder, settings, connection, (key_id, token if root_key_in_hsm else None), now)
    except BaseException:
        (folder.path / keyfile.NAME).unlink(missing_ok=True)
        if token is not None:
            token.destroy(key_id)
        raise
    database.close()
    prepare_replay_folder(folder.path / REPLAY_FOLDER, now // 1000, never_served=True)
    write_settings(folder.path, settings)
    return first


def _require_unchecked(connection: Connection) -> None:
    if has_check(connection):
        raise StartRefused("the database belongs to another data directory")


def _first_account(
    folder: DataFolder, settings: Settings, connection: Connection, root: tuple[bytes, Token | None], now: int
) -> NewAccessKey:
    """The root key must be in its place before anything is sealed with it."""
    key_id, token = root
    if token is None:
        content = keyfile.create(key_id, {key_id: keyfile.new_key()}, folder.passphrase)
    else:
        token.generate_root(key_id, root_key_label(key_id))
        content = keyfile.create_in_token(key_id, (key_id,))
    keyfile.write(folder.path, content)
    sealer = folder.sealer(token)
    write_check(connection, sealer)
    return accounts.create_account(connection, sealer, settings.account_id, now)


def add_account(folder: DataFolder, account_id: str, now: int) -> NewAccessKey:
    """A further account in the same server, which may be running. Raises StartRefused if it exists."""
    database, sealer = open_checked(folder)
    with database.writing() as connection:
        if accounts.account_exists(connection, account_id):
            raise StartRefused(f"account {account_id} exists already")
        new = accounts.create_account(connection, sealer, account_id, now)
    database.close()
    return new


def open_checked(folder: DataFolder) -> tuple[Database, Sealer]:
    """The database, up to date, and the sealer that fits it. Raises StartRefused or Unavailable."""
    settings = folder.settings()
    token = folder.token(settings.hsm)
    sealer = folder.sealer(token)
    database = folder.database()
    database.migrate()
    if token is not None and keyfile.read(folder.path).protection == "hsm":
        token.check()
    try:
        with database.reading() as connection:
            require_right_root_key(connection, sealer)
    except ObjectMissing:
        raise StartRefused("the root key is not in the HSM's token") from None
    if token is not None:
        # Who opened the directory may fork: nothing of the token may be open then.
        token.close()
    return database, sealer


def open_parts(folder: DataFolder, measure: Callable[[str, str, float], None]) -> Parts:
    """All that a worker needs to serve."""
    learn_struct_types()
    settings = folder.settings()
    token = folder.token(settings.hsm)
    counter = folder.commit_counter()
    database = folder.database(counter)
    if database.is_sqlite:
        freshness = sqlite_freshness(Path(str(database.engine.url.database)), counter)
    else:
        freshness = postgres_freshness(database, counter)
    audit = AuditLog(folder.path / AUDIT_FOLDER)
    return Parts(
        catalogue=EVERYTHING,
        database=database,
        cache=StateCache(database, freshness),
        sealer=folder.sealer(token),
        replay=ReplayCache(folder.path / REPLAY_FOLDER),
        audit=audit,
        region_id=settings.region_id,
        measure=measure,
        writer=GroupWriter(database, audit.flush),
        claimant=Claimant(folder.path / RUN_FOLDER / CLAIMS_FOLDER),
        hsm=token,
        lanes=find_rsa_lanes(),
        limits=settings.limits,
        rates=RateCounter(folder.path / RATES_FOLDER, settings.limits.rates) if settings.limits.rates else None,
    )


def root_key_label(key_id: bytes) -> str:
    """What people see of a root key in their token."""
    return f"keyreeve/root key {key_id.hex()}"


def _pin(hsm: HsmSettings) -> Secret:
    if hsm.pin_file is None:
        raise StartRefused("the HSM's PIN is missing: set KEYREEVE_HSM_PIN")
    return first_line(Path(hsm.pin_file).read_bytes, "the HSM's PIN")


def _require_uninitialised(path: Path) -> None:
    if (path / NAME).exists():
        raise StartRefused(f"{path} is already initialised")
    if path.exists() and not path.is_dir():
        raise StartRefused(f"{path} is not a directory")
    for name in (keyfile.NAME, _DATABASE_FILE):
        if (path / name).exists():
            raise StartRefused(f"{path} holds {name} of an init that did not finish: look at it, then remove it")

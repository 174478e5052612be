"""Requests that have been seen, shared by the workers of a node, on disk without flushing.

Time is cut into periods as long as the window. A nonce is noted in the present period's table and looked for in
the two before it as well, which covers a request dated as far ahead as the window allows; the fourth table is
being emptied meanwhile.
"""

import hashlib
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import lmdb
import msgspec

from keyreeve.errors import Unavailable

WINDOW_SECONDS = 15 * 60
_TABLES = 5
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class _Life(msgspec.Struct, frozen=True):
    boot_id: str
    not_before: int


class ReplayCache:
    """One LMDB environment; every method may be called from any thread."""

    def __init__(self, folder: Path, *, map_bytes: int = 16 << 30) -> None:
        self._environment = lmdb.open(
            str(folder),
            map_size=map_bytes,
            max_dbs=_TABLES,
            sync=False,
            metasync=False,
            max_spare_txns=4,
            mode=0o600,
        )
        self._tables = [self._environment.open_db(str(number).encode()) for number in range(_TABLES)]
        self._lock = threading.Lock()
        self.not_before = _read_life(folder).not_before

    def burn(self, access_key_id: str, nonce: str, now: int) -> bool:
        """Note a verified request; False if its nonce has been here before. Raises Unavailable."""
        return self.burn_all([(access_key_id, nonce)], now)[0]

    def burn_all(self, seen: Sequence[tuple[str, str]], now: int) -> list[bool]:
        """`burn` for each AccessKey id and nonce, in their order, in one transaction: most of the cost is its own.

        A request without a nonce may come again.
        """
        tables = self._tables_at(now)
        try:
            with self._lock, self._environment.begin(write=True) as transaction:
                return [not nonce or _note(transaction, _key(name, nonce), tables) for name, nonce in seen]
        except lmdb.Error:
            raise Unavailable from None

    def forgive(self, access_key_id: str, nonce: str, now: int) -> None:
        """Forget a request that we failed, so that the same bytes may be sent again."""
        key = _key(access_key_id, nonce)
        try:
            with self._lock, self._environment.begin(write=True) as transaction:
                for table in self._tables_at(now):
                    transaction.delete(key, db=table)
        except lmdb.Error:
            raise Unavailable from None

    def prune(self, clock: Callable[[], float]) -> None:
        """Empty the table that the period after the next will use."""
        with self._lock, self._environment.begin(write=True) as transaction:
            # The writer's place is ours now, so the period cannot change under us by waiting for it.
            period = int(clock()) // WINDOW_SECONDS
            transaction.drop(self._tables[(period + 2) % _TABLES], delete=False)

    def close(self) -> None:
        self._environment.close()

    def _tables_at(self, now: int) -> "tuple[lmdb._Database, ...]":
        """The present period's table, then the others that may hold a nonce of a request that is still valid."""
        period, tables = now // WINDOW_SECONDS, self._tables
        return (
            tables[period % _TABLES],
            tables[(period - 1) % _TABLES],
            tables[(period - 2) % _TABLES],
            tables[(period + 1) % _TABLES],
        )


def prepare_replay_folder(folder: Path, now: int, *, never_served: bool = False) -> None:
    """Make the folder good, once, before the workers open it.

    What was not flushed when the machine went down cannot be relied on: then the cache starts empty, and refuses
    whatever was signed before this start. Only where nothing was ever served is an empty cache as good as a full one.
    """
    boot_id = _BOOT_ID.read_text().strip() if _BOOT_ID.exists() else ""
    if folder.exists():
        if boot_id and _read_life(folder).boot_id == boot_id:
            return
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700)
    life = _Life(boot_id, not_before=0 if never_served else now)
    (folder / "life.json").write_bytes(msgspec.json.encode(life))


def _read_life(folder: Path) -> _Life:
    try:
        return msgspec.json.decode((folder / "life.json").read_bytes(), type=_Life)
    except (OSError, msgspec.DecodeError):
        return _Life(boot_id="unknown", not_before=0)


def _note(transaction: "lmdb.Transaction", key: bytes, tables: "tuple[lmdb._Database, ...]") -> bool:
    current, last, before_last, following = tables
    return (
        transaction.get(key, db=last) is None
        and transaction.get(key, db=before_last) is None
        and transaction.get(key, db=following) is None
        and transaction.put(key, b"", overwrite=False, db=current)
    )


def _key(access_key_id: str, nonce: str) -> bytes:
    return hashlib.sha256(f"{access_key_id}\0{nonce}".encode("utf-8", "surrogatepass")).digest()[:20]

"""How much an account may do and have; off unless config.json says so (KMS documentation, "Performance quotas")."""

import struct
import threading
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import lmdb
import msgspec

from keyreeve.errors import LimitReached, Throttled

_MAP_BYTES = 16 * 1024 * 1024
_COUNT = struct.Struct(">QQ")


class Rate(StrEnum):
    """A class of operations that share a rate."""

    SYMMETRIC = "symmetric"
    ASYMMETRIC = "asymmetric"
    CREATE_KEY = "create_key"
    READ = "read"
    WRITE = "write"
    TAGS = "tags"
    ACCOUNT = "account"


class Quota(StrEnum):
    KEYS = "keys"
    ALIASES = "aliases"
    VERSIONS = "versions"
    SECRETS = "secrets"
    CERTIFICATES = "certificates"


# The published numbers: calls a second and account, and things an account may have.
PUBLISHED_RATES: dict[Rate, int] = {
    Rate.SYMMETRIC: 750,
    Rate.ASYMMETRIC: 200,
    Rate.CREATE_KEY: 10,
    Rate.READ: 50,
    Rate.WRITE: 30,
    Rate.TAGS: 300,
    Rate.ACCOUNT: 1,
}
PUBLISHED_QUOTAS: dict[Quota, int] = {Quota.KEYS: 200, Quota.ALIASES: 300, Quota.VERSIONS: 10_000}


_Most = Annotated[int, msgspec.Meta(ge=0)]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is absent is not limited."""

    rates: dict[Rate, _Most] = {}
    quotas: dict[Quota, _Most] = {}

    def require_room(self, quota: Quota, count: Callable[[], int]) -> None:
        """Before one more is made; `count` is asked where there is a limit. Raises LimitReached."""
        most = self.quotas.get(quota)
        if most is not None and count() >= most:
            raise LimitReached(f"the account may have {most} {quota}")


NO_LIMITS = Limits()


class RateCounter:
    """Counts the calls of this second, for all workers of a node together."""

    def __init__(self, folder: Path, rates: dict[Rate, int]) -> None:
        self._rates = rates
        self._counts = None
        self._lock = threading.Lock()
        if rates:
            folder.mkdir(mode=0o700, exist_ok=True)
            # What is lost with the machine is one second's count.
            self._counts = lmdb.open(str(folder), map_size=_MAP_BYTES, sync=False, metasync=False, mode=0o600)

    def take(self, account_id: str, rate: Rate, now: float) -> None:
        """Count one call. Raises Throttled if there were too many in this second."""
        most = self._rates.get(rate)
        if most is None or self._counts is None:
            return
        key, second = f"{account_id}/{rate}".encode(), int(now)
        with self._lock, self._counts.begin(write=True) as transaction:
            stored = transaction.get(key)
            counted_in, count = _COUNT.unpack(stored) if stored is not None else (0, 0)
            if counted_in == second + 1:
                # Whoever read the clock first may get here last.
                second = counted_in
            count = count + 1 if counted_in == second else 1
            transaction.put(key, _COUNT.pack(second, count))
        if count > most:
            raise Throttled

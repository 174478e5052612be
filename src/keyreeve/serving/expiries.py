"""When certificates end, in memory that the workers share: the node's background looks, any worker shows."""

import mmap
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyreeve.certificates.inspection import Expiry
from keyreeve.certificates.rules import DAY_MS

MOST_EXPIRIES = 1000
_COUNT = struct.Struct("<QQ")
_ENTRY = struct.Struct("<16sq")
_TRIES = 100


class SharedExpiries:
    """Made before the workers are forked, as SharedCounts is; one process writes, all read.

    Before the entries stand their number and a version that is odd while they are being written.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _COUNT.size + MOST_EXPIRIES * _ENTRY.size)
        self._lock = threading.Lock()

    def write(self, expiries: Sequence[Expiry]) -> None:
        packed = b"".join(_ENTRY.pack(UUID(one.certificate_id).bytes, one.not_after) for one in expiries)
        with self._lock:
            _, version = _COUNT.unpack_from(self._memory)
            # Whoever died while writing left it odd.
            version += version % 2
            _COUNT.pack_into(self._memory, 0, len(expiries), version + 1)
            self._memory[_COUNT.size : _COUNT.size + len(packed)] = packed
            _COUNT.pack_into(self._memory, 0, len(expiries), version + 2)

    def read(self) -> list[Expiry]:
        """Nothing where it is being written all the while."""
        for _ in range(_TRIES):
            count, version = _COUNT.unpack_from(self._memory)
            packed = self._memory[_COUNT.size : _COUNT.size + count * _ENTRY.size]
            if version % 2 == 0 and _COUNT.unpack_from(self._memory) == (count, version):
                return [Expiry(str(UUID(bytes=one)), not_after) for one, not_after in _ENTRY.iter_unpack(packed)]
        return []


class ExpiryCollector(Collector):
    def __init__(self, expiries: SharedExpiries, clock: Callable[[], float]) -> None:
        self._expiries = expiries
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Anybody may ask: an id is made up and tells nothing, a subject might."""
        family = GaugeMetricFamily(
            "keyreeve_certificate_days_to_expiry",
            f"Days until a certificate ends; of the {MOST_EXPIRIES} that end first.",
            labels=["certificate_id"],
        )
        now = self._clock() * 1000
        for one in self._expiries.read():
            family.add_metric([one.certificate_id], round((one.not_after - now) / DAY_MS, 3))
        yield family

"""What the road is made of."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from keyreeve.access.replay import ReplayCache
from keyreeve.audit.log import AuditLog
from keyreeve.claims import Claimant
from keyreeve.crypto.rsa_lanes import RsaLanes
from keyreeve.hsm.token import Token
from keyreeve.limits import NO_LIMITS, Limits, RateCounter
from keyreeve.operations import Operation
from keyreeve.storage.cache import StateCache
from keyreeve.storage.database import Database
from keyreeve.storage.grouping import GroupWriter
from keyreeve.storage.root_key.sealer import Sealer
from keyreeve.visits import RandomBuffer

OK = "OK"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Parts:
    """Built once a worker in app.py."""

    catalogue: Mapping[str, Operation]
    database: Database
    cache: StateCache
    sealer: Sealer
    replay: ReplayCache
    audit: AuditLog
    region_id: str
    measure: Callable[[str, str, float], None]
    writer: GroupWriter
    claimant: Claimant
    clock: Callable[[], float] = time.time
    hsm: Token | None = None
    lanes: RsaLanes | None = None
    limits: Limits = NO_LIMITS
    rates: RateCounter | None = None
    random: Callable[[int], bytes] = os.urandom
    public_random: Callable[[int], bytes] = field(default_factory=lambda: RandomBuffer().draw)

"""What is put down of a call when it ends: its line of the audit log, and its place in the metrics."""

import time
from collections.abc import Sequence

from keyreeve.audit.chain import Record
from keyreeve.parts import UNKNOWN, Parts
from keyreeve.visits import Visit
from keyreeve.wire_time import to_precise_wire


class Recorder:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def note(self, visit: Visit, result: str, *, why: str = "") -> None:
        """Write the call's audit line, or keep it for `settle` in a turn. Raises Unavailable."""
        record = self._record(visit, result, why)
        if visit.in_turn:
            visit.owed = record
        else:
            self._parts.audit.append(record)

    def measure(self, visit: Visit, code: str) -> None:
        """Count the call, unless `settle` will."""
        if visit.owed is None:
            self._measure(visit, code)

    def settle(self, visits: Sequence[Visit]) -> None:
        """Write and count what calls of one turn owe. Raises Unavailable: then each of them is to be refused."""
        owing: list[Visit] = []
        records: list[Record] = []
        for visit in visits:
            if visit.owed is not None:
                owing.append(visit)
                records.append(visit.owed)
            visit.in_turn, visit.owed = False, None
        if records:
            self._parts.audit.append(*records)
        for visit, record in zip(owing, records, strict=True):
            self._measure(visit, record.result)

    def _measure(self, visit: Visit, code: str) -> None:
        name = visit.call.operation if visit.call is not None else ""
        known = name if name in self._parts.catalogue else UNKNOWN
        self._parts.measure(known, code, time.perf_counter() - visit.started)

    def _record(self, visit: Visit, result: str, why: str) -> Record:
        call, caller, ctx = visit.call, visit.caller, visit.context
        resource = ctx.resource if ctx is not None else ""
        if not resource and call is not None:
            resource = call.text_of("KeyId", "SecretName", "key_id")
        claimed = call.claim.unverified_access_key_id if call is not None else ""
        return Record(
            time=to_precise_wire(int(self._parts.clock() * 1000)),
            request_id=visit.request_id,
            account_id=caller.account_id if caller is not None else "",
            access_key_id=caller.access_key_id if caller is not None else claimed,
            source=visit.source,
            operation=call.operation if call is not None else "",
            resource=resource,
            result=result,
            by=caller.label if caller is not None else "",
            why=why,
        )

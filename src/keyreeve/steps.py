"""Transactions of the service's own: what a job does, and what goes on after a call's own transaction."""

from collections.abc import Generator
from contextlib import contextmanager

from keyreeve.access.callers import Caller
from keyreeve.audit.chain import Record
from keyreeve.claims import Claimant
from keyreeve.context import Context
from keyreeve.failures import taking_back
from keyreeve.parts import OK, Parts
from keyreeve.wire_time import to_precise_wire

JOB_CALLER = "job"


class Steps:
    """Work for an account in several transactions, each durable by itself."""

    def __init__(self, parts: Parts, account_id: str, request_id: str) -> None:
        self._parts = parts
        self._account_id = account_id
        self._request_id = request_id

    @property
    def claimant(self) -> Claimant:
        return self._parts.claimant

    @contextmanager
    def transaction(self) -> Generator[Context]:
        """A writing transaction; it is durable when the block ends."""
        parts = self._parts
        ctx = Context(
            Caller(self._account_id, JOB_CALLER),
            parts.region_id,
            int(parts.clock() * 1000),
            parts.random,
            parts.random,
            parts.sealer,
            parts.cache.view(may_block=True),
            parts.hsm,
        )
        with taking_back(ctx), parts.database.writing() as ctx.connection:
            yield ctx

    def record(self, ctx: Context, name: str, resource: str, result: str = OK, why: str = "") -> None:
        """Write the audit line of a step, at its end: there may be a line too many if the commit fails."""
        self._parts.audit.append(
            Record(
                time=to_precise_wire(ctx.now),
                request_id=self._request_id,
                account_id=self._account_id,
                access_key_id=JOB_CALLER,
                source="",
                operation=name,
                resource=resource,
                result=result,
                why=why,
            ),
            durable=True,
        )

    def shrink_log(self) -> None:
        self._parts.database.shrink_log()

    def measure(self, name: str, result: str, seconds: float) -> None:
        self._parts.measure(name, result, seconds)

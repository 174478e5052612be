"""What every call owes, whichever door it came through: who, which operation, typed request, handler, audit."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog
from msgspec import Struct
from sqlalchemy import Connection

from keyreeve.access.callers import Caller
from keyreeve.admission import Admission
from keyreeve.audit.chain import Record
from keyreeve.context import Context, Explain, Origin, Postponed
from keyreeve.crypto.joint_signing import sign_together
from keyreeve.crypto.rsa_lanes import ArithmeticFault
from keyreeve.errors import (
    BadParameter,
    DryRunDenied,
    DryRunParameterInvalid,
    DryRunPassed,
    Failure,
    Forbidden,
    InternalFailure,
    KeyreeveError,
    NoPermission,
    ParameterInvalid,
    Throttled,
    UnknownOperation,
)
from keyreeve.failures import log_failure, taking_back
from keyreeve.operations import Needs, Operation
from keyreeve.parts import OK, UNKNOWN, Parts
from keyreeve.rates import rate_of
from keyreeve.steps import Steps
from keyreeve.storage.freshness import WouldBlock
from keyreeve.visits import Call, Visit, request_id_of
from keyreeve.wire_time import to_precise_wire

_log = structlog.get_logger()

# Errors that no operation has to declare.
_OF_ANY_CALL = (BadParameter, Forbidden, Throttled, DryRunPassed, DryRunParameterInvalid, Failure)
# How a boolean may be spelt on the wire.
_TRUE = ("true", "1")


class Dispatcher:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._admission = Admission(parts)

    def new_visit(self, source: str, explain: Explain, decode: Callable[[], Call], *, secure: bool = False) -> Visit:
        return Visit(source, explain, request_id_of(self._parts.public_random(16)), decode, secure)

    def begin_turn(self, visits: Sequence[Visit]) -> None:
        """Let those in who came in one turn of the event loop; then `serve` each, then `settle` for all."""
        for visit in visits:
            # Alone, there is nothing to share.
            visit.in_turn = len(visits) > 1
        # Whoever is neither let in nor refused then is looked at alone, where what breaks is answered.
        with suppress(Exception):
            self._admission.admit(visits, may_block=False)

    def admit(self, visits: Sequence[Visit]) -> None:
        """Let those in who could not be in their turn, where waiting is allowed."""
        with suppress(Exception):
            self._admission.admit(visits, may_block=True)

    def sign(self, visits: Sequence[Visit]) -> None:
        """Make the signatures that calls of one turn were postponed for; `serve` those again.

        Those that could not be made are made one by one then.
        """
        jobs = [visit.postponed.job for visit in visits if visit.postponed is not None]
        assert self._parts.lanes is not None, "without lanes nothing is postponed"
        try:
            sign_together(self._parts.lanes, jobs, self._parts.public_random)
        except ArithmeticFault:
            # No traceback: whatever the processor got wrong, no line of ours tells.
            _log.error("signatures made together were wrong; they are made one by one", count=len(jobs))
        except Exception as error:  # noqa: BLE001  # a connection that waits is answered
            log_failure(error, "")

    def serve(self, visit: Visit, *, may_block: bool) -> Struct:
        """The answer to a call, whose audit line is written by then, or owed in a turn.

        Raises KeyreeveError, or WouldBlock: then call again with the same visit where waiting is allowed.
        """
        try:
            response = self._serve(visit, may_block=may_block)
        except WouldBlock:
            raise
        except KeyreeveError as error:
            raise self.refuse(visit, error) from None
        except Exception as error:  # noqa: BLE001  # whatever breaks, the caller learns nothing of it
            log_failure(error, visit.request_id)
            raise self.refuse(visit, InternalFailure()) from None
        if visit.owed is None:
            self._measure(visit, OK)
        return response

    def settle(self, visits: Sequence[Visit]) -> None:
        """Write the audit lines that calls of one turn owe. Raises Unavailable: then each of them is to be refused."""
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

    def _serve(self, visit: Visit, *, may_block: bool) -> Struct:
        if visit.postponed is not None:
            response = visit.postponed.respond(visit.postponed.job.result())
            self._audit(visit, OK)
            return response
        call, caller = self._admitted(visit, may_block=may_block)
        operation = self._parts.catalogue.get(call.operation)
        if operation is None:
            raise UnknownOperation
        if not visit.counted:
            visit.counted = True
            self._count(caller, operation)
        try:
            return self._run(visit, caller, operation, call, may_block=may_block)
        except (BadParameter, NoPermission) as error:
            if not operation.takes_dry_run or call.text_of("DryRun").lower() not in _TRUE:
                raise
            if isinstance(error, NoPermission):
                raise DryRunDenied(error.detail) from None
            raise DryRunParameterInvalid(error.parameter) from None

    def _admitted(self, visit: Visit, *, may_block: bool) -> tuple[Call, Caller]:
        """Raises why the caller is not let in, or WouldBlock."""
        if visit.caller is None and visit.refusal is None:
            if not may_block:
                raise WouldBlock
            self._admission.admit([visit], may_block=True)
        if visit.refusal is not None:
            raise visit.refusal
        assert visit.call is not None, "who was let in asks for something"
        assert visit.caller is not None, "who was not let in is refused"
        return visit.call, visit.caller

    def _count(self, caller: Caller, operation: Operation) -> None:
        """Raises Throttled."""
        counter = self._parts.rates
        if counter is None:
            return
        rate = rate_of(operation)
        if rate is not None:
            counter.take(caller.account_id, rate, self._parts.clock())

    def _run(self, visit: Visit, caller: Caller, operation: Operation, call: Call, *, may_block: bool) -> Struct:
        parts = self._parts
        view = parts.cache.view(may_block=may_block)
        request = operation.decode(call.parameters)
        now = int(parts.clock() * 1000)
        origin = Origin(operation.action, visit.source, secure=visit.secure)
        ctx = Context(
            caller, parts.region_id, now, parts.random, parts.public_random, parts.sealer, view, parts.hsm, origin
        )
        ctx.limits = parts.limits
        ctx.lanes = parts.lanes if visit.in_turn else None
        ctx.explain = visit.explain
        ctx.dry_run = operation.needs is Needs.WRITE and operation.takes_dry_run and _is_dry(call)
        visit.context = ctx
        if operation.gate is not None:
            operation.gate(request, ctx)
        if operation.needs is Needs.CACHE:
            return self._run_on_cache(visit, operation, ctx, request)
        if not may_block:
            raise WouldBlock
        return self._run_in_transaction(visit, operation, ctx, request)

    def _run_on_cache(self, visit: Visit, operation: Operation, ctx: Context, request: Struct) -> Struct:
        try:
            response = operation.handler(ctx, request)
        except Postponed as postponed:
            _require_permitted(operation, ctx)
            # Its traceback holds the visit, which would keep itself.
            visit.postponed = postponed.with_traceback(None)
            raise WouldBlock from None
        _require_permitted(operation, ctx)
        self._audit(visit, OK)
        return response

    def _run_in_transaction(self, visit: Visit, operation: Operation, ctx: Context, request: Struct) -> Struct:
        parts = self._parts
        with taking_back(ctx):
            prepared = () if operation.prepare is None else (operation.prepare(ctx, request),)

            def handle(connection: Connection) -> Struct:
                ctx.connection = connection
                response = operation.handler(ctx, request, *prepared)
                _require_permitted(operation, ctx)
                if ctx.dry_run:
                    # Everything was done as it would be, and is undone.
                    raise DryRunPassed
                # Before the commit: there may be a line too many if the commit fails, never one too few.
                self._audit(visit, OK)
                return response

            if operation.needs is Needs.READ:
                with parts.database.reading() as connection:
                    return handle(connection)
            response = parts.writer.write(handle)
        if operation.erases:
            parts.database.shrink_log()
        if operation.after is not None:
            operation.after(Steps(parts, ctx.caller.account_id, visit.request_id), request)
        return response

    def refuse(self, visit: Visit, error: KeyreeveError) -> KeyreeveError:
        """Write the line of a refused call; the error to answer with."""
        # Its traceback holds the visit: each would keep the other, and the request's body, until the collector runs.
        visit.refusal = None
        try:
            if isinstance(error, Failure) and visit.caller is not None and visit.nonce:
                self._parts.replay.forgive(visit.caller.access_key_id, visit.nonce, int(self._parts.clock()))
            self._tell_undeclared(visit, error)
            self._audit(visit, visit.explain(error).code, why=error.detail if isinstance(error, Forbidden) else "")
        except KeyreeveError as worse:
            error = worse
        if visit.owed is None:
            self._measure(visit, visit.explain(error).code)
        return error

    def _tell_undeclared(self, visit: Visit, error: KeyreeveError) -> None:
        """An operation's declaration is what its documents say, so an error beside it is our mistake."""
        if visit.context is None or visit.call is None or isinstance(error, _OF_ANY_CALL):
            return
        if not isinstance(error, self._parts.catalogue[visit.call.operation].errors):
            _log.error("undeclared error", operation=visit.call.operation, error=type(error).__name__)

    def _audit(self, visit: Visit, result: str, *, why: str = "") -> None:
        record = self._record(visit, result, why)
        if visit.in_turn:
            visit.owed = record
        else:
            self._parts.audit.append(record)

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

    def _measure(self, visit: Visit, code: str) -> None:
        name = visit.call.operation if visit.call is not None else ""
        known = name if name in self._parts.catalogue else UNKNOWN
        self._parts.measure(known, code, time.perf_counter() - visit.started)


def _is_dry(call: Call) -> bool:
    """For the operations that change something; their handlers need not know. Raises ParameterInvalid."""
    text = call.text_of("DryRun").lower()
    if text not in ("", "false", "0", *_TRUE):
        raise ParameterInvalid("DryRun")
    return text in _TRUE


def _require_permitted(operation: Operation, ctx: Context) -> None:
    """A handler that forgot to ask must not be answered."""
    if not ctx.asked and not operation.open_to_all:
        raise InternalFailure

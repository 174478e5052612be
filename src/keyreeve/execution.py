"""What an operation owes its caller: a typed request, a context, its handler in what it needs of the database."""

from msgspec import Struct
from sqlalchemy import Connection

from keyreeve.access.callers import Caller
from keyreeve.context import Context, Origin, Postponed
from keyreeve.errors import (
    BadParameter,
    DryRunDenied,
    DryRunParameterInvalid,
    DryRunPassed,
    InternalFailure,
    NoPermission,
    ParameterInvalid,
)
from keyreeve.failures import taking_back
from keyreeve.operations import Needs, Operation
from keyreeve.parts import OK, Parts
from keyreeve.recording import Recorder
from keyreeve.steps import Steps
from keyreeve.storage.freshness import WouldBlock
from keyreeve.visits import Call, Visit

# How a boolean may be spelt on the wire.
_TRUE = ("true", "1")


class Execution:
    def __init__(self, parts: Parts, recorder: Recorder) -> None:
        self._parts = parts
        self._recorder = recorder

    def run(self, visit: Visit, caller: Caller, operation: Operation, call: Call, *, may_block: bool) -> Struct:
        """The handler's response, whose audit line is noted. Raises KeyreeveError, or WouldBlock."""
        try:
            return self._run(visit, caller, operation, call, may_block=may_block)
        except (BadParameter, NoPermission) as error:
            if not operation.takes_dry_run or call.text_of("DryRun").lower() not in _TRUE:
                raise
            if isinstance(error, NoPermission):
                raise DryRunDenied(error.detail) from None
            raise DryRunParameterInvalid(error.parameter) from None

    def finish(self, visit: Visit, postponed: Postponed) -> Struct:
        """What a postponed handler answers."""
        response = postponed.respond(postponed.job.result())
        self._recorder.note(visit, OK)
        return response

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
        self._recorder.note(visit, OK)
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
                self._recorder.note(visit, OK)
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

"""What every call is owed, whichever door it came through: who, which operation, its answer or a refusal."""

from collections.abc import Callable, Sequence

import structlog
from msgspec import Struct

from keyreeve.access.callers import Caller
from keyreeve.admission import Admission
from keyreeve.context import Explain
from keyreeve.crypto.joint_signing import sign_together
from keyreeve.crypto.rsa_lanes import ArithmeticFault
from keyreeve.errors import (
    BadParameter,
    DryRunParameterInvalid,
    DryRunPassed,
    Failure,
    Forbidden,
    InternalFailure,
    KeyreeveError,
    Throttled,
    UnknownOperation,
)
from keyreeve.execution import Execution
from keyreeve.failures import log_failure
from keyreeve.operations import Operation
from keyreeve.parts import OK, Parts
from keyreeve.rates import rate_of
from keyreeve.recording import Recorder
from keyreeve.storage.freshness import WouldBlock
from keyreeve.visits import Call, Visit, request_id_of

_log = structlog.get_logger()

# Errors that no operation has to declare.
_OF_ANY_CALL = (BadParameter, Forbidden, Throttled, DryRunPassed, DryRunParameterInvalid, Failure)


class Dispatcher:
    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._admission = Admission(parts)
        self._recorder = Recorder(parts)
        self._execution = Execution(parts, self._recorder)

    def new_visit(self, source: str, explain: Explain, decode: Callable[[], Call], *, secure: bool = False) -> Visit:
        return Visit(source, explain, request_id_of(self._parts.public_random(16)), decode, secure)

    def begin_turn(self, visits: Sequence[Visit]) -> None:
        """Let those in who came in one turn of the event loop; then `serve` each, then `settle` for all."""
        for visit in visits:
            # Alone, there is nothing to share.
            visit.in_turn = len(visits) > 1
        self._admit(visits, may_block=False)

    def admit(self, visits: Sequence[Visit]) -> None:
        """Let those in who could not be in their turn, where waiting is allowed."""
        self._admit(visits, may_block=True)

    def _admit(self, visits: Sequence[Visit], *, may_block: bool) -> None:
        try:
            self._admission.admit(visits, may_block=may_block)
        except Exception as error:  # noqa: BLE001  # who is neither let in nor refused is looked at alone, and answered
            log_failure(error, "")

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
        self._recorder.measure(visit, OK)
        return response

    def settle(self, visits: Sequence[Visit]) -> None:
        """Write the audit lines that calls of one turn owe. Raises Unavailable: then each of them is to be refused."""
        self._recorder.settle(visits)

    def _serve(self, visit: Visit, *, may_block: bool) -> Struct:
        if visit.postponed is not None:
            return self._execution.finish(visit, visit.postponed)
        call, caller = self._admitted(visit, may_block=may_block)
        operation = self._parts.catalogue.get(call.operation)
        if operation is None:
            raise UnknownOperation
        if not visit.counted:
            visit.counted = True
            self._count(caller, operation)
        return self._execution.run(visit, caller, operation, call, may_block=may_block)

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

    def refuse(self, visit: Visit, error: KeyreeveError) -> KeyreeveError:
        """Write the line of a refused call; the error to answer with."""
        # Its traceback holds the visit: each would keep the other, and the request's body, until the collector runs.
        visit.refusal = None
        try:
            if isinstance(error, Failure) and visit.caller is not None and visit.nonce:
                self._parts.replay.forgive(visit.caller.access_key_id, visit.nonce, int(self._parts.clock()))
            self._tell_undeclared(visit, error)
            self._recorder.note(
                visit, visit.explain(error).code, why=error.detail if isinstance(error, Forbidden) else ""
            )
        except KeyreeveError as worse:
            error = worse
        self._recorder.measure(visit, visit.explain(error).code)
        return error

    def _tell_undeclared(self, visit: Visit, error: KeyreeveError) -> None:
        """An operation's declaration is what its documents say, so an error beside it is our mistake."""
        if visit.context is None or visit.call is None or isinstance(error, _OF_ANY_CALL):
            return
        if not isinstance(error, self._parts.catalogue[visit.call.operation].errors):
            _log.error("undeclared error", operation=visit.call.operation, error=type(error).__name__)

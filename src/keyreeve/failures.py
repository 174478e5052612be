"""What is done when a call fails: undoing what is outside the database, and saying where it broke."""

import os
from collections.abc import Generator
from contextlib import contextmanager

import structlog

from keyreeve.context import Context
from keyreeve.errors import Failure

_log = structlog.get_logger()


@contextmanager
def taking_back(ctx: Context) -> Generator[None]:
    """Undo what a call that fails has done outside the database."""
    try:
        yield
    except BaseException:
        for undo in reversed(ctx.take_back):
            try:
                undo()
            except Failure:
                _log.exception("what a failed call made could not be removed", resource=ctx.resource)
        raise


def log_failure(error: BaseException, request_id: str) -> None:
    """Where something broke, without its text or values: they may hold secrets."""
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}:{code.co_name}")  # noqa: PTH119
        trace = trace.tb_next
    _log.error("call failed", request_id=request_id, error=type(error).__name__, frames=frames[-12:])

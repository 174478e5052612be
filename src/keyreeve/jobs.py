"""What the server does by itself, when its time has come: one transaction and one audit line for each thing."""

from collections.abc import Iterator

import structlog

from keyreeve.certificates.jobs import JOBS as CERTIFICATE_JOBS
from keyreeve.due import Due, Job
from keyreeve.failures import log_failure
from keyreeve.keys.jobs import JOBS as KEY_JOBS
from keyreeve.parts import Parts
from keyreeve.secrets.jobs import JOBS as SECRET_JOBS
from keyreeve.steps import Steps
from keyreeve.visits import request_id_of

_JOBS = (*KEY_JOBS, *SECRET_JOBS, *CERTIFICATE_JOBS)
_PAGE = 100
_log = structlog.get_logger()


def run_due(parts: Parts) -> int:
    """Do all that is due; returns how much that was.

    Any number of workers and nodes may run this at once: each step looks again inside its own transaction.
    """
    return sum(_run(parts, job, due) for job in _JOBS for due in _due(parts, job))


def _due(parts: Parts, job: Job) -> Iterator[Due]:
    """Page by page in the order of ids: what fails is passed over until the next time."""
    after = ""
    while True:
        with parts.database.reading() as connection:
            page = job.due(connection, int(parts.clock() * 1000), after, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].name


def _run(parts: Parts, job: Job, due: Due) -> bool:
    request_id = request_id_of(parts.random(16))
    try:
        return _run_in_transaction(Steps(parts, due.account_id, request_id), job, due)
    except Exception as error:  # noqa: BLE001  # one thing's trouble must not keep the others waiting
        log_failure(error, request_id)
        return False


def _run_in_transaction(steps: Steps, job: Job, due: Due) -> bool:
    with steps.transaction() as ctx:
        done = job.act(ctx, due.name)
        if done:
            steps.record(ctx, job.name, due.resource)
    if done:
        _log.info(job.name, resource=due.resource, account_id=due.account_id)
        if job.erases:
            steps.shrink_log()
    return done

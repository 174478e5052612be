"""What the server does by itself, when its time has come: one transaction and one audit line for each key."""

from collections.abc import Iterator

import structlog

from keyreeve.access.callers import Caller
from keyreeve.audit.chain import Record
from keyreeve.context import Context
from keyreeve.dispatch import OK, Parts
from keyreeve.failures import log_failure, taking_back
from keyreeve.keys.jobs import JOBS, KeyJob
from keyreeve.keys.model import Key
from keyreeve.visits import request_id_of
from keyreeve.wire_time import to_precise_wire

_JOB_CALLER = "job"
_PAGE = 100
_log = structlog.get_logger()


def run_due(parts: Parts) -> int:
    """Do all that is due; returns how much that was.

    Any number of workers and nodes may run this at once: each step looks again inside its own transaction.
    """
    return sum(_run(parts, job, key) for job in JOBS for key in _due(parts, job))


def _due(parts: Parts, job: KeyJob) -> Iterator[Key]:
    """Page by page in the order of ids: a key whose job fails is passed over until the next time."""
    after = ""
    while True:
        with parts.database.reading() as connection:
            page = job.due(connection, int(parts.clock() * 1000), after, _PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].key_id


def _run(parts: Parts, job: KeyJob, key: Key) -> bool:
    request_id = request_id_of(parts.random(16))
    try:
        return _run_in_transaction(parts, job, key, request_id)
    except Exception as error:  # noqa: BLE001  # one key's trouble must not keep the others waiting
        log_failure(error, request_id)
        return False


def _run_in_transaction(parts: Parts, job: KeyJob, key: Key, request_id: str) -> bool:
    now = int(parts.clock() * 1000)
    view = parts.cache.view(may_block=True)
    ctx = Context(
        Caller(key.account_id, _JOB_CALLER),
        parts.region_id,
        now,
        parts.random,
        parts.random,
        parts.sealer,
        view,
        parts.hsm,
    )
    with taking_back(ctx), parts.database.writing() as ctx.connection:
        done = job.act(ctx, key.key_id)
        if done:
            parts.audit.append(
                Record(
                    time=to_precise_wire(now),
                    request_id=request_id,
                    account_id=key.account_id,
                    access_key_id=_JOB_CALLER,
                    source="",
                    operation=job.name,
                    resource=f"key/{key.key_id}",
                    result=OK,
                ),
                durable=True,
            )
    if done:
        _log.info(job.name, key_id=key.key_id, account_id=key.account_id)
        if job.erases:
            parts.database.shrink_log()
    return done

"""What time does to certificates: the log speaks of their end before it comes."""

from dataclasses import replace

import structlog
from sqlalchemy import Connection

from keyreeve.certificates import rules, store
from keyreeve.certificates.model import Status
from keyreeve.context import Context
from keyreeve.due import Due, Job
from keyreeve.wire_time import to_wire

_log = structlog.get_logger()


def warn(ctx: Context, certificate_id: str) -> bool:
    """Before the commit: there may be a line too many if that fails, never one too few."""
    certificate = store.read_certificate(ctx.db, certificate_id)
    if certificate is None or certificate.not_after is None:
        return False
    if certificate.warn_at is None or certificate.warn_at > ctx.now or certificate.status is Status.REVOKED:
        return False
    warn_at = rules.next_warning_at(certificate.not_after, ctx.now)
    store.update_certificate(ctx.db, replace(certificate, warn_at=warn_at))
    _log.warning(
        "certificate expires",
        certificate_id=certificate_id,
        account_id=certificate.account_id,
        subject=certificate.subject,
        not_after=to_wire(certificate.not_after),
        days=rules.days_left(certificate.not_after, ctx.now),
    )
    return True


def _to_warn_of(connection: Connection, now: int, after: str, limit: int) -> list[Due]:
    found = store.certificates_to_warn_of(connection, now, after, limit)
    return [Due(certificate.certificate_id, certificate.account_id, certificate.resource) for certificate in found]


JOBS = (Job("job.WarnOfExpiry", _to_warn_of, warn),)

"""What certificates say, for those who ask without calling: policies in simulation, the command line, metrics."""

import re

from sqlalchemy import Connection

from keyreeve.access.authorisation import Guarded
from keyreeve.certificates import store
from keyreeve.certificates.store import Expiry, list_certificates, soonest_expiries
from keyreeve.tags.store import CERTIFICATE_TAGS

__all__ = ["Expiry", "guarded_certificate", "list_certificates", "soonest_expiries"]

_ARN = re.compile(r"acs:kms:([^:]*):([0-9]{16}):certificate/([0-9A-Za-z-]{1,64})")


def guarded_certificate(connection: Connection, arn: str, region_id: str) -> Guarded | None:
    """None if the ARN is of no certificate that there is."""
    match = _ARN.fullmatch(arn)
    found = None if match is None or match[1] != region_id else store.read_certificate(connection, match[3])
    if found is None or match is None or found.account_id != match[2]:
        return None
    tags = CERTIFICATE_TAGS.values(connection, found.certificate_id)
    return Guarded(found.account_id, tags=lambda: tags)

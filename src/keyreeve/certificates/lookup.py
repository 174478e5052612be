"""From what a caller names to a certificate of that caller's account."""

from sqlalchemy import Connection

from keyreeve.access.authorisation import Guarded
from keyreeve.certificates import store
from keyreeve.certificates.model import Certificate
from keyreeve.certificates.references import CertificateReference
from keyreeve.context import Context
from keyreeve.errors import CertificateNotFound
from keyreeve.tags.store import CERTIFICATE_TAGS


def find_certificate(ctx: Context, reference: CertificateReference) -> Certificate:
    """The certificate of that id, if the caller may do to it what the operation is for.

    Raises CertificateNotFound or NoPermission. Another account's certificate does not exist.
    """
    resource = f"certificate/{reference.certificate_id}"
    ctx.touch(resource)
    if reference.account_id not in (None, ctx.caller.account_id):
        raise CertificateNotFound
    found = None
    if reference.region_id in (None, ctx.region_id):
        found = ctx.read("certificate", reference.certificate_id, _load)
    if found is None or found.account_id != ctx.caller.account_id:
        ctx.permit(resource)
        raise CertificateNotFound
    ctx.permit(
        resource, guarded=Guarded(found.account_id, tags=lambda: CERTIFICATE_TAGS.known(ctx, found.certificate_id))
    )
    return found


def _load(_: Context, connection: Connection, certificate_id: str) -> Certificate | None:
    return store.read_certificate(connection, certificate_id)

"""UpdateCertificateStatus and DeleteCertificate (API reference 10.5, 10.6)."""

from typing import Annotated

from msgspec import Meta, Struct

from keyreeve.certificates import rules, store
from keyreeve.certificates.inventory import CertificateRequest
from keyreeve.certificates.lookup import find_certificate
from keyreeve.certificates.model import Status
from keyreeve.certificates.private_keys import erase_private_key
from keyreeve.certificates.references import TheCertificate
from keyreeve.context import Context
from keyreeve.errors import CertificateNotFound, CertificateStatusUnchangeable, ParameterInvalid
from keyreeve.operations import Empty, Needs, operation


class UpdateCertificateStatusRequest(Struct, frozen=True, rename="pascal"):
    certificate_id: TheCertificate
    status: Annotated[Status, Meta(description="ACTIVE, INACTIVE, or REVOKED, which is for ever.")]


@operation(needs=Needs.WRITE, errors=(CertificateNotFound, CertificateStatusUnchangeable))
def update_certificate_status(ctx: Context, request: UpdateCertificateStatusRequest) -> Empty:
    """Enable, disable or revoke a certificate here; its CA is not told."""
    if request.status is Status.PENDING:
        raise ParameterInvalid("Status")
    certificate = find_certificate(ctx, request.certificate_id)
    changed = rules.with_status(certificate, request.status, ctx.now)
    if changed != certificate:
        store.update_certificate(ctx.db, changed)
    return Empty()


@operation(needs=Needs.WRITE, errors=(CertificateNotFound,), erases=True)
def delete_certificate(ctx: Context, request: CertificateRequest) -> Empty:
    """Delete a certificate, its chain and its private key, at once and for ever."""
    certificate = find_certificate(ctx, request.certificate_id)
    store.delete_certificate(ctx.db, certificate.certificate_id)
    erase_private_key(ctx, certificate)
    return Empty()


OPERATIONS = (update_certificate_status, delete_certificate)

"""Looking at certificates: GetCertificate, DescribeCertificate (API reference 10.3, 10.4)."""

import msgspec
from msgspec import UNSET, Struct, UnsetType

from keyreeve.certificates.lookup import find_certificate
from keyreeve.certificates.model import Status
from keyreeve.certificates.references import TheCertificate
from keyreeve.context import Context
from keyreeve.crypto.specs import KeySpec
from keyreeve.crypto.x509.pem import to_pem
from keyreeve.errors import CertificateNotFound
from keyreeve.keys.model import ProtectionLevel
from keyreeve.operations import Needs, operation
from keyreeve.tags.store import CERTIFICATE_TAGS
from keyreeve.wire_time import to_wire


class CertificateRequest(Struct, frozen=True, rename="pascal"):
    certificate_id: TheCertificate


class GetCertificateResponse(Struct, frozen=True, rename="pascal"):
    """Certificate and CertificateChain are absent until they have been uploaded."""

    certificate_id: str
    csr: str
    certificate: str | UnsetType = UNSET
    certificate_chain: str | UnsetType = UNSET


@operation(needs=Needs.CACHE, errors=(CertificateNotFound,))
def get_certificate(ctx: Context, request: CertificateRequest) -> GetCertificateResponse:
    """The request, and once uploaded the certificate and its chain."""
    found = find_certificate(ctx, request.certificate_id)
    return GetCertificateResponse(found.certificate_id, found.csr, found.certificate or UNSET, found.chain or UNSET)


class DescribeCertificateResponse(Struct, frozen=True, rename="pascal", kw_only=True):
    """What only a CA decides is absent until its certificate has been uploaded."""

    arn: str
    certificate_id: str
    created_at: str
    exportable_private_key: bool
    key_spec: KeySpec
    protection_level: ProtectionLevel
    status: Status
    subject: str
    subject_alternative_names: list[str]
    subject_public_key: str
    tags: dict[str, str]
    updated_at: str
    issuer: str | UnsetType = UNSET
    not_after: str | UnsetType = UNSET
    not_before: str | UnsetType = UNSET
    serial: str | UnsetType = UNSET
    signature_algorithm: str | UnsetType = UNSET
    subject_key_identifier: str | UnsetType = UNSET


@operation(needs=Needs.READ, errors=(CertificateNotFound,))
def describe_certificate(ctx: Context, request: CertificateRequest) -> DescribeCertificateResponse:
    """Everything about a certificate but itself."""
    found = find_certificate(ctx, request.certificate_id)
    return DescribeCertificateResponse(
        arn=ctx.arn(found.resource),
        certificate_id=found.certificate_id,
        created_at=to_wire(found.created_at),
        exportable_private_key=found.exportable,
        key_spec=found.spec,
        protection_level=found.protection_level,
        status=found.status,
        subject=found.subject,
        subject_alternative_names=msgspec.json.decode(found.alternative_names, type=list[str]),
        subject_public_key=to_pem(found.public_key, "PUBLIC KEY"),
        tags=CERTIFICATE_TAGS.values(ctx.db, found.certificate_id),
        updated_at=to_wire(found.updated_at),
        issuer=found.issuer or UNSET,
        not_after=_time(found.not_after),
        not_before=_time(found.not_before),
        serial=found.serial or UNSET,
        signature_algorithm=found.signature_algorithm or UNSET,
        subject_key_identifier=found.subject_key_id or UNSET,
    )


def _time(time: int | None) -> str | UnsetType:
    return UNSET if time is None else to_wire(time)


OPERATIONS = (get_certificate, describe_certificate)

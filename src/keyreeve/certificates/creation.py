"""CreateCertificate (API reference 10.1)."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from keyreeve.certificates import store
from keyreeve.certificates.model import CERTIFICATE_SPECS, Certificate, Status
from keyreeve.certificates.private_keys import NewPair, new_pair, seal_pair
from keyreeve.certificates.references import AlternativeNames, SubjectName
from keyreeve.context import Context
from keyreeve.crypto.specs import KeySpec
from keyreeve.crypto.x509.pem import to_pem
from keyreeve.crypto.x509.requests import certification_request
from keyreeve.crypto.x509.rfc2253 import format_name
from keyreeve.errors import LimitReached, ParameterInvalid, ProtectionLevelUnavailable
from keyreeve.keys.model import ProtectionLevel
from keyreeve.limits import Quota
from keyreeve.operations import Needs, operation


class CreateCertificateRequest(Struct, frozen=True, rename="pascal"):
    key_spec: Annotated[KeySpec, Meta(description="RSA_2048, EC_P256 or EC_SM2.")]
    subject: Annotated[
        SubjectName,
        Meta(
            description="A distinguished name of RFC 2253 with CN, C (two letters), O and OU; ST, L, STREET, DC and "
            "UID may be in it too. At most 2,048 characters."
        ),
    ]
    subject_alternative_names: Annotated[
        AlternativeNames, Meta(description="A JSON list of at most ten domains, wildcards too, and IP addresses.")
    ] = AlternativeNames()
    exportable_private_key: Annotated[
        bool | None,
        Meta(description="Kept and described; true unless the key is in the HSM, which lets none go."),
    ] = None
    protection_level: Annotated[
        ProtectionLevel, Meta(description="SOFTWARE or HSM, where the private key is made and stays.")
    ] = ProtectionLevel.SOFTWARE


class CreateCertificateResponse(Struct, frozen=True, rename="pascal"):
    arn: str
    certificate_id: str
    csr: str


@dataclass(frozen=True, slots=True)
class Requested:
    """A pair that is not stored yet, and the request that it signed."""

    pair: NewPair
    csr: str


def _pair_of_request(ctx: Context, request: CreateCertificateRequest) -> Requested:
    """Making the pair takes long, and so may signing with it where it is in the token."""
    ctx.touch("certificate")
    ctx.permit("certificate")
    if request.key_spec not in CERTIFICATE_SPECS:
        raise ParameterInvalid("KeySpec")
    if request.exportable_private_key and request.protection_level is ProtectionLevel.HSM:
        raise ParameterInvalid("ExportablePrivateKey", "what is in the HSM stays there")
    pair = new_pair(ctx, request.key_spec, request.protection_level)
    names = request.subject_alternative_names.names
    der = certification_request(request.key_spec, pair.signer, pair.spki, request.subject.name, names)
    return Requested(pair, to_pem(der, "CERTIFICATE REQUEST"))


@operation(needs=Needs.WRITE, prepare=_pair_of_request, errors=(ProtectionLevelUnavailable, LimitReached))
def create_certificate(
    ctx: Context, request: CreateCertificateRequest, requested: Requested
) -> CreateCertificateResponse:
    """Make a key pair and a request for its certificate, which a CA answers and UploadCertificate brings back."""
    account_id = ctx.caller.account_id
    ctx.limits.require_room(Quota.CERTIFICATES, lambda: store.count_certificates(ctx.db, account_id))
    in_software = request.protection_level is ProtectionLevel.SOFTWARE
    certificate = Certificate(
        certificate_id=requested.pair.certificate_id,
        account_id=account_id,
        spec=request.key_spec,
        protection_level=request.protection_level,
        exportable=in_software and request.exportable_private_key is not False,
        status=Status.PENDING,
        subject=format_name(request.subject.name),
        alternative_names=msgspec.json.encode(request.subject_alternative_names.names).decode(),
        csr=requested.csr,
        public_key=requested.pair.spki,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    store.insert_certificate(ctx.db, certificate, seal_pair(ctx, requested.pair))
    ctx.touch(certificate.resource)
    return CreateCertificateResponse(ctx.arn(certificate.resource), certificate.certificate_id, certificate.csr)


OPERATIONS = (create_certificate,)

"""UploadCertificate (API reference 10.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from keyreeve.certificates import rules, store
from keyreeve.certificates.lookup import find_certificate
from keyreeve.certificates.model import Certificate
from keyreeve.certificates.references import TheCertificate
from keyreeve.context import Context
from keyreeve.crypto.x509.certificates import CertificateMalformed, ParsedCertificate, parse_certificate
from keyreeve.crypto.x509.chains import CertificateRefused, ChainRefused, require_certificate, require_chain
from keyreeve.crypto.x509.pem import certificates_in, to_pem
from keyreeve.crypto.x509.rfc2253 import format_name
from keyreeve.crypto.x509.signatures import signature_algorithm_name
from keyreeve.errors import CertificateNotFound, CertificateRevoked, ParameterInvalid
from keyreeve.keys.references import STORABLE
from keyreeve.operations import Empty, Needs, operation

MOST_IN_A_CHAIN = 10

Pem = Annotated[
    str,
    Meta(max_length=16_384, pattern=STORABLE, description="The certificate in PEM; at most 16,384 characters."),
]
PemChain = Annotated[
    str,
    Meta(
        max_length=65_536,
        pattern=STORABLE,
        description="Its issuers in PEM, nearest first and the root last: at most ten, and 65,536 characters.",
    ),
]


class UploadCertificateRequest(Struct, frozen=True, rename="pascal"):
    certificate: Pem
    certificate_id: TheCertificate
    certificate_chain: PemChain = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is uploaded, found to belong together and to the certificate's key, which never changes."""

    leaf: ParsedCertificate
    chain: list[ParsedCertificate]


def _check(ctx: Context, request: UploadCertificateRequest) -> Checked:
    """Signatures take a while where their keys are long."""
    certificate = find_certificate(ctx, request.certificate_id)
    rules.require_not_revoked(certificate)
    leaf = _leaf(request.certificate)
    chain = _chain(request.certificate_chain)
    try:
        require_certificate(leaf, certificate.public_key, ctx.now)
        # Who names itself as its issuer needs no other to be looked at.
        if chain or leaf.is_self_issued:
            require_chain(leaf, chain, ctx.now)
    except CertificateRefused as error:
        raise ParameterInvalid("Certificate", str(error)) from None
    except ChainRefused as error:
        raise ParameterInvalid("CertificateChain", str(error)) from None
    return Checked(leaf, chain)


@operation(needs=Needs.WRITE, prepare=_check, errors=(CertificateNotFound, CertificateRevoked))
def upload_certificate(ctx: Context, request: UploadCertificateRequest, checked: Checked) -> Empty:
    """Bring what a CA made of a certificate's request, or its renewal; the first time it becomes ACTIVE."""
    certificate = find_certificate(ctx, request.certificate_id)
    issued = _issued(certificate, checked.leaf, checked.chain)
    status = rules.status_after_upload(certificate)
    store.update_certificate(ctx.db, replace(issued, status=status, updated_at=ctx.now))
    return Empty()


def _issued(certificate: Certificate, leaf: ParsedCertificate, chain: Sequence[ParsedCertificate]) -> Certificate:
    return replace(
        certificate,
        subject=format_name(leaf.subject),
        alternative_names=msgspec.json.encode(leaf.alternative_names).decode(),
        certificate=to_pem(leaf.der),
        chain="".join(to_pem(issuer.der) for issuer in chain) or None,
        issuer=format_name(leaf.issuer),
        serial=f"{leaf.serial:X}",
        signature_algorithm=signature_algorithm_name(leaf),
        subject_key_id=None if leaf.subject_key_id is None else leaf.subject_key_id.hex(" ").upper(),
        not_before=leaf.not_before,
        not_after=leaf.not_after,
        warn_at=rules.first_warning_at(leaf.not_after),
    )


def _leaf(text: str) -> ParsedCertificate:
    """Raises ParameterInvalid."""
    found = _parsed("Certificate", text)
    if len(found) != 1:
        raise ParameterInvalid("Certificate", "it is not one certificate in PEM")
    return found[0]


def _chain(text: str) -> list[ParsedCertificate]:
    """Raises ParameterInvalid."""
    found = _parsed("CertificateChain", text) if text else []
    if text and not 1 <= len(found) <= MOST_IN_A_CHAIN:
        raise ParameterInvalid("CertificateChain", f"it is not 1 to {MOST_IN_A_CHAIN} certificates in PEM")
    return found


def _parsed(parameter: str, text: str) -> list[ParsedCertificate]:
    try:
        return [parse_certificate(der) for der in certificates_in(text)[: MOST_IN_A_CHAIN + 1]]
    except CertificateMalformed:
        raise ParameterInvalid(parameter, "a certificate in it cannot be read") from None
    except ValueError:
        raise ParameterInvalid(parameter, "it is not PEM with certificates only") from None


OPERATIONS = (upload_certificate,)

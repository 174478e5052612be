"""A certificate read once (RFC 5280 section 4), of whatever key: also of SM2's, which pyca does not read."""

from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from cryptography import x509
from cryptography.hazmat import asn1

from keyreeve.crypto.x509.alternative_names import texts_of
from keyreeve.crypto.x509.names import Name, decode_name, is_same_name

Kind = TypeVar("Kind", bound=x509.ExtensionType)

SM2_WITH_SM3 = "1.2.156.10197.1.501"
# What an issuer's certificate may insist on and is understood, or is for those to heed who trust it.
_UNDERSTOOD = frozenset(
    {
        "2.5.29.15",  # keyUsage
        "2.5.29.17",  # subjectAltName
        "2.5.29.19",  # basicConstraints
        "2.5.29.30",  # nameConstraints
        "2.5.29.32",  # certificatePolicies
        "2.5.29.33",  # policyMappings
        "2.5.29.36",  # policyConstraints
        "2.5.29.37",  # extKeyUsage
        "2.5.29.54",  # inhibitAnyPolicy
    }
)


class CertificateMalformed(ValueError):
    """Bytes that are no certificate, or one with parts that cannot be read."""


@dataclass(frozen=True, slots=True)
class ParsedCertificate:
    """Times are milliseconds since 1970; `path_length` is how many issuers may follow below an issuer."""

    der: bytes
    signed: bytes
    signature: bytes
    signature_oid: str
    spki: bytes
    subject: Name
    issuer: Name
    serial: int
    not_before: int
    not_after: int
    is_issuer: bool
    path_length: int | None
    insists_on_unknown: bool
    alternative_names: list[str]
    subject_key_id: bytes | None
    by_pyca: x509.Certificate = field(repr=False, compare=False)

    @property
    def is_self_issued(self) -> bool:
        return is_same_name(self.subject, self.issuer)


@asn1.sequence
class _Extension:
    oid: x509.ObjectIdentifier
    critical: Annotated[bool, asn1.Default(value=False)]
    value: bytes


@asn1.sequence
class _Whole:
    signed: asn1.TLV
    algorithm: asn1.TLV
    signature: asn1.TLV


@asn1.sequence
class _Signed:
    version: Annotated[int | None, asn1.Explicit(0)]
    serial: int
    signature: asn1.TLV
    issuer: asn1.TLV
    validity: asn1.TLV
    subject: asn1.TLV
    spki: asn1.TLV
    issuer_id: Annotated[asn1.BitString | None, asn1.Implicit(1)]
    subject_id: Annotated[asn1.BitString | None, asn1.Implicit(2)]
    extensions: Annotated[list[_Extension] | None, asn1.Explicit(3)]


def parse_certificate(der: bytes) -> ParsedCertificate:
    """Raises CertificateMalformed."""
    try:
        return _parsed(der)
    except Exception:  # noqa: BLE001  # the reader has many exceptions, and one meaning
        raise CertificateMalformed from None


def _parsed(der: bytes) -> ParsedCertificate:
    by_pyca = x509.load_der_x509_certificate(der)
    signed = asn1.decode_der(_Signed, by_pyca.tbs_certificate_bytes)
    algorithm = asn1.encode_der(asn1.decode_der(_Whole, der).algorithm)
    # A serial number of 0 is forbidden, but roots that are trusted everywhere have it.
    if signed.serial < 0 or algorithm != asn1.encode_der(signed.signature):
        raise CertificateMalformed
    extensions = by_pyca.extensions
    constraints = _value(extensions, x509.BasicConstraints)
    usage = _value(extensions, x509.KeyUsage)
    names = _value(extensions, x509.SubjectAlternativeName)
    key_id = _value(extensions, x509.SubjectKeyIdentifier)
    return ParsedCertificate(
        der=der,
        signed=by_pyca.tbs_certificate_bytes,
        signature=by_pyca.signature,
        signature_oid=by_pyca.signature_algorithm_oid.dotted_string,
        spki=asn1.encode_der(signed.spki),
        subject=decode_name(asn1.encode_der(signed.subject)),
        issuer=decode_name(asn1.encode_der(signed.issuer)),
        serial=signed.serial,
        not_before=int(by_pyca.not_valid_before_utc.timestamp() * 1000),
        not_after=int(by_pyca.not_valid_after_utc.timestamp() * 1000),
        is_issuer=constraints is not None and constraints.ca and (usage is None or usage.key_cert_sign),
        path_length=None if constraints is None else constraints.path_length,
        insists_on_unknown=any(one.critical and one.oid.dotted_string not in _UNDERSTOOD for one in extensions),
        alternative_names=[] if names is None else texts_of(names),
        subject_key_id=None if key_id is None else key_id.digest,
        by_pyca=by_pyca,
    )


def _value(extensions: x509.Extensions, kind: type[Kind]) -> Kind | None:
    return next((one.value for one in extensions if isinstance(one.value, kind)), None)

"""The life of a certificate, as functions of values only (API reference chapter 10).

1. It begins PENDING. The first upload makes it ACTIVE; a later one, with which it is renewed, leaves the status as is.
2. ACTIVE and INACTIVE change into each other and into REVOKED. PENDING changes by an upload only; REVOKED is final.
   A status that is there already is no change.
3. Only an ACTIVE one signs and decrypts: what needs the private key.
4. Whoever has the public key can verify and encrypt in every status, but for a REVOKED one nothing new is encrypted.
5. The log speaks of the end 30, 7 and 1 days before it, each once, whatever time it was uploaded at; not of a REVOKED
   one's.
"""

from dataclasses import replace

from keyreeve.certificates.model import Certificate, Status
from keyreeve.crypto.specs import ASYMMETRIC, EncryptionAlgorithm, SigningAlgorithm
from keyreeve.errors import (
    CertificateInactive,
    CertificateNotUsable,
    CertificatePending,
    CertificateRevoked,
    CertificateStatusUnchangeable,
    UnsupportedForKey,
)

DAY_MS = 86_400_000
WARNING_DAYS = (30, 7, 1)

_NOT_ACTIVE: dict[Status, type[CertificateNotUsable]] = {
    Status.PENDING: CertificatePending,
    Status.INACTIVE: CertificateInactive,
    Status.REVOKED: CertificateRevoked,
}


def require_active(certificate: Certificate) -> None:
    """Law 3. Raises the CertificateNotUsable that belongs to the status."""
    if certificate.status is not Status.ACTIVE:
        raise _NOT_ACTIVE[certificate.status]


def require_not_revoked(certificate: Certificate) -> None:
    """Laws 2 and 4."""
    if certificate.status is Status.REVOKED:
        raise CertificateRevoked


def require_signs_with(certificate: Certificate, algorithm: SigningAlgorithm) -> None:
    if algorithm not in ASYMMETRIC[certificate.spec].signing:
        raise UnsupportedForKey(f"Algorithm: {certificate.spec} certificates do not sign with {algorithm}")


def require_encrypts_with(certificate: Certificate, algorithm: EncryptionAlgorithm) -> None:
    offered = ASYMMETRIC[certificate.spec].encryption
    if not offered:
        raise UnsupportedForKey(f"{certificate.spec} certificates do not encrypt")
    if algorithm not in offered:
        raise UnsupportedForKey(f"Algorithm: {certificate.spec} certificates encrypt with {', '.join(offered)}")


def status_after_upload(certificate: Certificate) -> Status:
    """Laws 1 and 2. Raises CertificateRevoked."""
    require_not_revoked(certificate)
    return Status.ACTIVE if certificate.status is Status.PENDING else certificate.status


def with_status(certificate: Certificate, status: Status, now: int) -> Certificate:
    """Law 2. Raises CertificateStatusUnchangeable."""
    if status is certificate.status:
        return certificate
    if certificate.status in (Status.PENDING, Status.REVOKED):
        raise CertificateStatusUnchangeable
    warn_at = None if status is Status.REVOKED else certificate.warn_at
    return replace(certificate, status=status, updated_at=now, warn_at=warn_at)


def first_warning_at(not_after: int) -> int:
    """Law 5."""
    return not_after - WARNING_DAYS[0] * DAY_MS


def next_warning_at(not_after: int, now: int) -> int | None:
    """Law 5, after a warning now."""
    return next((at for days in WARNING_DAYS if (at := not_after - days * DAY_MS) > now), None)


def days_left(not_after: int, now: int) -> int:
    """Whole days, begun ones counted: the first warning says 30, and 0 or less is over."""
    return -((now - not_after) // DAY_MS)

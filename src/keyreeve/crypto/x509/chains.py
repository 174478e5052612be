"""Whether a certificate is what it is uploaded as, and the chain behind it one (RFC 5280 section 6.1).

1. The certificate is of the key that is kept here.
2. Certificate and chain are valid now.
3. Each certificate's issuer is the subject of the next, whose key signed it.
   An MD5 or SHA-1 digest and an RSA key of less than 1,024 bits prove nothing of what is signed with them.
4. Every issuer is one: basicConstraints says so, keyUsage permits it, no path is longer than one allows, and nothing
   in it is critical and unknown.
5. The last one, and no other, is a root: its own issuer. So no certificate is there twice.

Name constraints and policies are for those to heed who trust a root; so is revocation.
"""

from collections.abc import Sequence

from keyreeve.crypto.x509.certificates import ParsedCertificate
from keyreeve.crypto.x509.names import is_same_name
from keyreeve.crypto.x509.signatures import NotSignedBy, ProvesNothing, require_signed_by


class CertificateRefused(ValueError):
    """One of the laws does not hold; the message says which."""


class ChainRefused(ValueError):
    """The same, of the chain."""


def require_certificate(certificate: ParsedCertificate, spki: bytes, now: int) -> None:
    """Laws 1 and 2. Raises CertificateRefused."""
    if certificate.spki != spki:
        raise CertificateRefused("it is not of this certificate's key")
    refusal = _time_refusal(certificate, now)
    if refusal:
        raise CertificateRefused(f"it {refusal}")


def require_chain(certificate: ParsedCertificate, chain: Sequence[ParsedCertificate], now: int) -> None:
    """Laws 2 to 5 of the issuers behind a certificate, nearest first; of none, it is the root. Raises ChainRefused."""
    below = certificate
    depth = 0
    for place, issuer in enumerate(chain, start=1):
        refusal = _time_refusal(issuer, now) or _refusal(below, issuer, depth)
        if refusal:
            raise ChainRefused(f"certificate {place} {refusal}")
        depth += not issuer.is_self_issued
        below = issuer
    if not _is_root(below):
        raise ChainRefused("the last certificate is not a root, which signs itself")


def _time_refusal(certificate: ParsedCertificate, now: int) -> str:
    if now < certificate.not_before:
        return "is not valid yet"
    return "has expired" if now > certificate.not_after else ""


def _refusal(below: ParsedCertificate, issuer: ParsedCertificate, depth: int) -> str:
    if not is_same_name(below.issuer, issuer.subject):
        return "is not the issuer of the one before it"
    if _is_root(below):
        return "stands behind a root"
    if not issuer.is_issuer:
        return "may not issue certificates"
    if issuer.path_length is not None and depth > issuer.path_length:
        return "has more issuers below it than it allows"
    if issuer.insists_on_unknown:
        return "has a critical extension that is not known here"
    return _signature_refusal(below, issuer)


def _is_root(certificate: ParsedCertificate) -> bool:
    return certificate.is_self_issued and not _signature_refusal(certificate, certificate)


def _signature_refusal(certificate: ParsedCertificate, issuer: ParsedCertificate) -> str:
    try:
        require_signed_by(certificate, issuer)
    except ProvesNothing:
        return "signs with a digest or a key that proves nothing"
    except NotSignedBy:
        return "has not signed the one before it"
    return ""

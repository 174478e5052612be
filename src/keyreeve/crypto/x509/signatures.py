"""What a certificate is signed with, and whether its issuer signed it."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from keyreeve.crypto.message_digest import sm2_digest
from keyreeve.crypto.sm2 import Sm2PublicKey
from keyreeve.crypto.specs import SigningAlgorithm
from keyreeve.crypto.x509.certificates import SM2_WITH_SM3, ParsedCertificate

# Digests that can be made to collide prove nothing about a certificate, nor do keys that have been factored.
_BROKEN = ("md5", "sha1")
_LEAST_RSA_BITS = 1024
_NAMED = {SM2_WITH_SM3: "SM2-SM3", "1.3.101.112": "ED25519", "1.3.101.113": "ED448"}


class NotSignedBy(ValueError):
    """The signature is not the issuer's, or of a kind that is not known."""


class ProvesNothing(NotSignedBy):
    """Anybody could have made the signature: its digest or the issuer's key is too weak."""


def require_signed_by(certificate: ParsedCertificate, issuer: ParsedCertificate) -> None:
    """Raises NotSignedBy, or ProvesNothing."""
    # A root is trusted for other reasons than what it says of itself.
    broken = () if certificate == issuer else _BROKEN
    try:
        _verify(certificate, issuer.spki, broken)
    except NotSignedBy:
        raise
    except Exception:  # noqa: BLE001  # a key or a signature that cannot be read has not signed
        raise NotSignedBy from None


def signature_algorithm_name(certificate: ParsedCertificate) -> str:
    """As the API reference names them (10.4): RSA2048-SHA256, ECDSA-SHA256, SM2-SM3; an unknown one by its number."""
    oid = certificate.signature_oid
    if oid in _NAMED:
        return _NAMED[oid]
    try:
        parameters = certificate.by_pyca.signature_algorithm_parameters
        digest = certificate.by_pyca.signature_hash_algorithm
    except Exception:  # noqa: BLE001  # the reader has many exceptions, and one meaning
        return oid
    if digest is None or not isinstance(parameters, ec.ECDSA | padding.PKCS1v15 | padding.PSS):
        return oid
    # An RSA signature is as long as the issuer's modulus.
    kind = "ECDSA" if isinstance(parameters, ec.ECDSA) else f"RSA{len(certificate.signature) * 8}"
    return f"{kind}-{digest.name.upper()}"


def _verify(certificate: ParsedCertificate, spki: bytes, refused: tuple[str, ...]) -> None:
    if certificate.signature_oid == SM2_WITH_SM3:
        e = sm2_digest(spki, certificate.signed)
        if not Sm2PublicKey(spki).verify(SigningAlgorithm.SM2DSA, e, certificate.signature):
            raise NotSignedBy
        return
    try:
        _verify_by_pyca(certificate, spki, refused)
    except InvalidSignature:
        raise NotSignedBy from None


def _verify_by_pyca(certificate: ParsedCertificate, spki: bytes, refused: tuple[str, ...]) -> None:
    key = load_der_public_key(spki)
    signature, signed = certificate.signature, certificate.signed
    if isinstance(key, Ed25519PublicKey | Ed448PublicKey):
        key.verify(signature, signed)
        return
    parameters, digest = _parameters(certificate, refused)
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _LEAST_RSA_BITS:
        raise ProvesNothing
    if isinstance(key, rsa.RSAPublicKey) and isinstance(parameters, padding.PKCS1v15 | padding.PSS):
        key.verify(signature, signed, parameters, digest)
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
        key.verify(signature, signed, parameters)
    else:
        raise NotSignedBy


def _parameters(certificate: ParsedCertificate, refused: tuple[str, ...]) -> tuple[object, HashAlgorithm]:
    digest = certificate.by_pyca.signature_hash_algorithm
    if digest is None:
        raise NotSignedBy
    if digest.name in refused:
        raise ProvesNothing
    return certificate.by_pyca.signature_algorithm_parameters, digest

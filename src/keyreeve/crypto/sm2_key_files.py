"""SM2 private keys as tools write them to files: PKCS #8 and SEC 1 (RFC 5208, RFC 5915), which pyca does not read."""

from typing import Annotated

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from keyreeve.crypto.keypair import KeyMalformed

_EC_PUBLIC_KEY = ObjectIdentifier("1.2.840.10045.2.1")
_SM2_CURVE = ObjectIdentifier("1.2.156.10197.1.301")


@asn1.sequence
class _Algorithm:
    name: ObjectIdentifier
    curve: ObjectIdentifier


@asn1.sequence
class _Pkcs8:
    version: int
    algorithm: _Algorithm
    key: bytes


@asn1.sequence
class _Sec1:
    version: int
    scalar: bytes
    curve: Annotated[ObjectIdentifier | None, asn1.Explicit(0)]
    point: Annotated[asn1.BitString | None, asn1.Explicit(1)]


def scalar_of(der: bytes) -> bytes:
    """The 32-byte scalar of an unencrypted SM2 key in DER. Raises KeyMalformed."""
    try:
        pkcs8 = asn1.decode_der(_Pkcs8, der)
    except ValueError:
        return _of_sec1(der, _SM2_CURVE)
    if pkcs8.algorithm.name != _EC_PUBLIC_KEY or pkcs8.algorithm.curve != _SM2_CURVE:
        raise KeyMalformed
    return _of_sec1(pkcs8.key, None)


def _of_sec1(der: bytes, curve: ObjectIdentifier | None) -> bytes:
    """`curve` must be named in it, unless what it stands in has named it."""
    try:
        key = asn1.decode_der(_Sec1, der)
    except ValueError:
        raise KeyMalformed from None
    if curve is not None and key.curve != curve:
        raise KeyMalformed
    return key.scalar

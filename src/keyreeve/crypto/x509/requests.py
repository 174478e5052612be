"""Certification requests (PKCS #10, RFC 2986), signed by whatever holds the key."""

from collections.abc import Sequence
from typing import Annotated

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from keyreeve.crypto.keypair import Signer
from keyreeve.crypto.message_digest import message_digest
from keyreeve.crypto.specs import KeySpec, SigningAlgorithm
from keyreeve.crypto.x509.alternative_names import alternative_names_extension
from keyreeve.crypto.x509.names import Name, encode_name

_EXTENSION_REQUEST = ObjectIdentifier("1.2.840.113549.1.9.14")
_ALTERNATIVE_NAMES = ObjectIdentifier("2.5.29.17")
_SIGNING = {
    KeySpec.RSA_2048: SigningAlgorithm.RSA_PKCS1_SHA_256,
    KeySpec.EC_P256: SigningAlgorithm.ECDSA_SHA_256,
    KeySpec.EC_SM2: SigningAlgorithm.SM2DSA,
}
# sha256WithRSAEncryption with its NULL, ecdsa-with-SHA256, and SM2 with SM3 (GM/T 0006).
_ALGORITHM_IDENTIFIERS = {
    SigningAlgorithm.RSA_PKCS1_SHA_256: bytes.fromhex("300d06092a864886f70d01010b0500"),
    SigningAlgorithm.ECDSA_SHA_256: bytes.fromhex("300a06082a8648ce3d040302"),
    SigningAlgorithm.SM2DSA: bytes.fromhex("300a06082a811ccf55018375"),
}


@asn1.sequence
class _Extension:
    oid: ObjectIdentifier
    value: bytes


@asn1.sequence
class _Attribute:
    oid: ObjectIdentifier
    values: asn1.SetOf[list[_Extension]]


@asn1.sequence
class _Information:
    version: int
    subject: asn1.TLV
    spki: asn1.TLV
    attributes: Annotated[asn1.SetOf[_Attribute], asn1.Implicit(0)]


@asn1.sequence
class _Request:
    information: asn1.TLV
    algorithm: asn1.TLV
    signature: asn1.BitString


def certification_request(spec: KeySpec, signer: Signer, spki: bytes, subject: Name, names: Sequence[str]) -> bytes:
    """The DER of a request for a key and names, which proves that the signer has the key."""
    information = asn1.encode_der(
        _Information(
            version=0,
            subject=_raw(encode_name(subject)),
            spki=_raw(spki),
            attributes=asn1.SetOf(_attributes(names)),
        )
    )
    algorithm = _SIGNING[spec]
    signature = signer.sign(algorithm, message_digest(algorithm, spki, information))
    return asn1.encode_der(
        _Request(
            information=_raw(information),
            algorithm=_raw(_ALGORITHM_IDENTIFIERS[algorithm]),
            signature=asn1.BitString(signature, 0),
        )
    )


def _attributes(names: Sequence[str]) -> list[_Attribute]:
    if not names:
        return []
    extension = _Extension(oid=_ALTERNATIVE_NAMES, value=alternative_names_extension(names))
    return [_Attribute(oid=_EXTENSION_REQUEST, values=asn1.SetOf([[extension]]))]


def _raw(der: bytes) -> "asn1.TLV":
    return asn1.decode_der(asn1.TLV, der)

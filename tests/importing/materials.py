"""Key material of an owner's own making, by pyca/cryptography and GmSSL."""

import os
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from gmssl_pyx import sm2_key_generate

from tests.interop.der import integer, octets, sequence

SYMMETRIC_BYTES = {"Aliyun_AES_256": 32, "Aliyun_SM4": 16}
RSA_BITS = {"RSA_2048": 2048, "RSA_3072": 3072, "RSA_4096": 4096}
CURVES: dict[str, ec.EllipticCurve] = {"EC_P256": ec.SECP256R1(), "EC_P256K": ec.SECP256K1()}
PAIRS = (*RSA_BITS, *CURVES, "EC_SM2")

_ID_EC_PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")
OIDS = {
    "EC_P256": bytes.fromhex("06082a8648ce3d030107"),
    "EC_P256K": bytes.fromhex("06052b8104000a"),
    "EC_SM2": bytes.fromhex("06082a811ccf5501822d"),
}


@dataclass(frozen=True)
class OwnPair:
    """`material` is what the BYOK page has one wrap: PKCS #8 in DER, for SM2 the bare d."""

    material: bytes
    pkcs8: bytes
    spki: bytes


def own_pair(spec: str) -> OwnPair:
    if spec == "EC_SM2":
        point, scalar = sm2_key_generate()
        return OwnPair(scalar, ec_pkcs8(spec, scalar), sm2_spki(point))
    if spec in RSA_BITS:
        return _of(rsa.generate_private_key(65537, RSA_BITS[spec]))
    return _of(ec.generate_private_key(CURVES[spec]))


@cache
def some_pair(spec: str) -> OwnPair:
    """One that the tests of a process share, where it does not matter who else has it."""
    return own_pair(spec)


def ec_pkcs8(spec: str, scalar: bytes) -> bytes:
    """Without the public half, as Java encodes a private key (RFC 5208, RFC 5915)."""
    private_key = sequence(integer(1), octets(scalar))
    return sequence(integer(0), sequence(_ID_EC_PUBLIC_KEY, OIDS[spec]), octets(private_key))


def sm2_spki(point: bytes) -> bytes:
    bits = bytes((3, 66, 0, 4)) + point
    return sequence(sequence(_ID_EC_PUBLIC_KEY, OIDS["EC_SM2"]), bits)


def some_material(spec: str) -> bytes:
    """Fresh for a symmetric key, shared for a pair."""
    return os.urandom(SYMMETRIC_BYTES[spec]) if spec in SYMMETRIC_BYTES else some_pair(spec).material


def _of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> OwnPair:
    encoding = serialization.Encoding.DER
    pkcs8 = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    spki = key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    return OwnPair(pkcs8, pkcs8, spki)

"""EC keys from the numbers that files of vectors give, encoded by pyca/cryptography."""

from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keyreeve.crypto.specs import KeySpec
from tests.vectors import ecdsa
from tests.vectors.texts import numbers


@dataclass(frozen=True)
class Named:
    """A curve as NIST, we, pyca/cryptography and the second implementation know it."""

    section: str
    spec: KeySpec
    pyca: ec.EllipticCurve
    second: ecdsa.Curve


P256 = Named("P-256,SHA-256", KeySpec.EC_P256, ec.SECP256R1(), ecdsa.SECP256R1)
K256 = Named("K-256,SHA-256", KeySpec.EC_P256K, ec.SECP256K1(), ecdsa.SECP256K1)

P384 = Named("P-384,SHA-384", KeySpec.EC_P384, ec.SECP384R1(), ecdsa.SECP384R1)


def private_key(curve: Named, fields: dict[str, str]) -> bytes:
    """PKCS #8, of the number d; its point is the file's."""
    key = ec.derive_private_key(int(fields["d"], 16), curve.pyca)
    point = key.public_key().public_numbers()
    assert [point.x, point.y] == numbers(fields, "Qx", "Qy")
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_key(curve: Named, fields: dict[str, str]) -> bytes:
    """SubjectPublicKeyInfo."""
    x, y = numbers(fields, "Qx", "Qy")
    key = ec.EllipticCurvePublicNumbers(x, y, curve.pyca).public_key()
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def signature(fields: dict[str, str]) -> bytes:
    return encode_dss_signature(*numbers(fields, "R", "S"))

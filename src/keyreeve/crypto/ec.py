"""ECDSA over P-256, P-384 and secp256k1 (FIPS 186-5 section 6; SEC 2 section 2.4.1)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from keyreeve.crypto.keypair import GeneratedPair, KeyMalformed
from keyreeve.crypto.message_digest import HASHES
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec, SigningAlgorithm

_CURVES: dict[KeySpec, ec.EllipticCurve] = {
    KeySpec.EC_P256: ec.SECP256R1(),
    KeySpec.EC_P256K: ec.SECP256K1(),
    KeySpec.EC_P384: ec.SECP384R1(),
}
_ECDSA = {
    algorithm: ec.ECDSA(Prehashed(HASHES[algorithm]))
    for algorithm in (SigningAlgorithm.ECDSA_SHA_256, SigningAlgorithm.ECDSA_SHA_384)
}


def generate(spec: KeySpec) -> GeneratedPair:
    """A new pair; the material is PKCS #8 in DER."""
    key = ec.generate_private_key(_CURVES[spec])
    return GeneratedPair(private_der(key), public_der(key.public_key()))


def checked_private(pkcs8: bytes, spec: KeySpec) -> ec.EllipticCurvePrivateKey:
    """A key from outside, on the curve of `spec`. Raises KeyMalformed."""
    try:
        key = serialization.load_der_private_key(pkcs8, None)
    except Exception:  # noqa: BLE001  # the loader has many exceptions, and one meaning
        raise KeyMalformed from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != _CURVES[spec].name:
        raise KeyMalformed
    return key


def private_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_der(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class EcPrivateKey:
    def __init__(self, material: Secret) -> None:
        key = serialization.load_der_private_key(material.reveal(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self._key = key

    def sign(self, algorithm: SigningAlgorithm, digest: bytes) -> bytes:
        return self._key.sign(digest, _ECDSA[algorithm])


class EcPublicKey:
    def __init__(self, spki: bytes, spec: KeySpec) -> None:
        """Raises KeyMalformed."""
        try:
            key = serialization.load_der_public_key(spki)
        except Exception:  # noqa: BLE001  # the loader has many exceptions, and one meaning
            raise KeyMalformed from None
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != _CURVES[spec].name:
            raise KeyMalformed
        self._key = key

    def verify(self, algorithm: SigningAlgorithm, digest: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, digest, _ECDSA[algorithm])
        except InvalidSignature:
            return False
        return True

"""Asymmetric keys of every spec behind one set of functions: made, checked, loaded.

The material of a private key is PKCS #8 in DER for RSA and EC, and the 32-byte scalar for SM2.
"""

from keyreeve.crypto import ec, rsa, sm2
from keyreeve.crypto.keypair import Decrypter, Encrypter, GeneratedPair, KeyMalformed, Signer, Verifier
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import ASYMMETRIC, KeySpec

_RSA = frozenset({KeySpec.RSA_2048, KeySpec.RSA_3072, KeySpec.RSA_4096})


def generate(spec: KeySpec) -> GeneratedPair:
    """A new pair. RSA takes from 40 ms (2,048 bits) to more than a second (4,096)."""
    if spec in _RSA:
        return rsa.generate(ASYMMETRIC[spec].bits)
    return sm2.generate() if spec is KeySpec.EC_SM2 else ec.generate(spec)


def checked_pair(spec: KeySpec, encoded: bytes) -> GeneratedPair:
    """A private key from outside, in the form that its spec stores. Raises KeyMalformed."""
    if spec in _RSA:
        of_rsa = rsa.checked_private(encoded, ASYMMETRIC[spec].bits)
        return GeneratedPair(rsa.private_der(of_rsa), rsa.public_der(of_rsa.public_key()))
    if spec is KeySpec.EC_SM2:
        return GeneratedPair(encoded, sm2.public_of(encoded))
    of_ec = ec.checked_private(encoded, spec)
    return GeneratedPair(ec.private_der(of_ec), ec.public_der(of_ec.public_key()))


def load_signer(spec: KeySpec, material: Secret) -> Signer:
    if spec in _RSA:
        return rsa.RsaPrivateKey(material)
    return sm2.Sm2PrivateKey(material) if spec is KeySpec.EC_SM2 else ec.EcPrivateKey(material)


def load_decrypter(spec: KeySpec, material: Secret) -> Decrypter:
    """For the specs that encrypt. Raises KeyMalformed for others."""
    if spec in _RSA:
        return rsa.RsaPrivateKey(material)
    if spec is KeySpec.EC_SM2:
        return sm2.Sm2PrivateKey(material)
    raise KeyMalformed


def load_verifier(spec: KeySpec, spki: bytes) -> Verifier:
    """Raises KeyMalformed."""
    if spec in _RSA:
        return rsa.RsaPublicKey(spki, ASYMMETRIC[spec].bits)
    return sm2.Sm2PublicKey(spki) if spec is KeySpec.EC_SM2 else ec.EcPublicKey(spki, spec)


def load_encrypter(spec: KeySpec, spki: bytes) -> Encrypter:
    """For the specs that encrypt. Raises KeyMalformed for others, and for what is not a key of the spec."""
    if spec in _RSA:
        return rsa.RsaPublicKey(spki, ASYMMETRIC[spec].bits)
    if spec is KeySpec.EC_SM2:
        return sm2.Sm2PublicKey(spki)
    raise KeyMalformed

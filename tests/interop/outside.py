"""What others make of our public keys: pyca/cryptography for RSA and EC, GmSSL for SM2."""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from gmssl_pyx import sm2_encrypt, sm2_verify_sm3_digest

from tests.interop.der import raw_sm2

SM2_POINT = 64
_SHA_256 = hashes.SHA256()
_SIGNING: dict[str, AsymmetricPadding] = {
    "RSA_PSS_SHA_256": padding.PSS(padding.MGF1(_SHA_256), 32),
    "RSA_PKCS1_SHA_256": padding.PKCS1v15(),
}
_SHA_1 = hashes.SHA1()  # noqa: S303  # the algorithm's name says it
_ENCRYPTION: dict[str, AsymmetricPadding] = {
    "RSAES_OAEP_SHA_256": padding.OAEP(padding.MGF1(_SHA_256), _SHA_256, None),
    "RSAES_OAEP_SHA_1": padding.OAEP(padding.MGF1(_SHA_1), _SHA_1, None),
    "RSAES_PKCS1_V1_5": padding.PKCS1v15(),
}


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def spki_of(pem: str) -> bytes:
    """What is between the lines of a PEM."""
    first, *lines, last = pem.splitlines()
    assert (first, last) == ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----")
    return base64.b64decode("".join(lines), validate=True)


def verifies(pem: str, algorithm: str, digest: bytes, signature: bytes) -> bool:
    spki = spki_of(pem)
    if algorithm == "SM2DSA":
        return sm2_verify_sm3_digest(spki[-SM2_POINT:], digest, signature)
    key = serialization.load_der_public_key(spki)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, _SIGNING[algorithm], Prehashed(_SHA_256))
        else:
            assert isinstance(key, ec.EllipticCurvePublicKey)
            assert algorithm == "ECDSA_SHA_256"
            key.verify(signature, digest, ec.ECDSA(Prehashed(_SHA_256)))
    except InvalidSignature:
        return False
    return True


def encrypted(spki: bytes, algorithm: str, plaintext: bytes) -> bytes:
    """SM2 ciphertext raw."""
    if algorithm == "SM2PKE":
        return raw_sm2(sm2_encrypt(spki[-SM2_POINT:], plaintext))
    key = serialization.load_der_public_key(spki)
    assert isinstance(key, rsa.RSAPublicKey)
    return key.encrypt(plaintext, _ENCRYPTION[algorithm])


def decrypted(key: rsa.RSAPrivateKey, algorithm: str, ciphertext: bytes) -> bytes:
    return key.decrypt(ciphertext, _ENCRYPTION[algorithm])

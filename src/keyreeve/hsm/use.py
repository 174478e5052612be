"""What keys in the token do. Every function raises ObjectMissing for an id that the token does not hold."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keyreeve.crypto.keypair import DecryptionFailed
from keyreeve.crypto.message_digest import digest_bytes
from keyreeve.crypto.specs import EncryptionAlgorithm, SigningAlgorithm
from keyreeve.hsm.cryptoki import pkcs11
from keyreeve.hsm.errors import VAGUE, WRONG_CIPHERTEXT, name_of
from keyreeve.hsm.session import Session

TAG_BYTES = 16
# What stands before a digest in a PKCS#1 v1.5 signature (RFC 8017, 9.2, note 1).
_DIGEST_INFO = {
    SigningAlgorithm.RSA_PKCS1_SHA_256: bytes.fromhex("3031300d060960864801650304020105000420"),
    SigningAlgorithm.RSA_PKCS1_SHA_384: bytes.fromhex("3041300d060960864801650304020205000430"),
    SigningAlgorithm.RSA_PKCS1_SHA_512: bytes.fromhex("3051300d060960864801650304020305000440"),
}
_ECDSA = (SigningAlgorithm.ECDSA_SHA_256, SigningAlgorithm.ECDSA_SHA_384)


def encrypt_gcm(session: Session, object_id: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    def encrypt(key: "pkcs11.EncryptMixin") -> bytes:
        return _whole(key.encrypt(plaintext, **_gcm(nonce, associated)))

    return session.use(object_id, pkcs11.KeyType.AES, pkcs11.EncryptMixin, encrypt)


def decrypt_gcm(session: Session, object_id: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes:
    """Raises DecryptionFailed."""
    if len(ciphertext) < TAG_BYTES:
        raise DecryptionFailed

    def decrypt(key: "pkcs11.DecryptMixin") -> bytes:
        return _whole(key.decrypt(ciphertext, **_gcm(nonce, associated)))

    return _decrypting(session, object_id, pkcs11.KeyType.AES, decrypt)


def decrypt_oaep(session: Session, object_id: bytes, algorithm: EncryptionAlgorithm, ciphertext: bytes) -> bytes:
    """Raises DecryptionFailed."""

    def decrypt(key: "pkcs11.DecryptMixin") -> bytes:
        return _whole(
            key.decrypt(ciphertext, mechanism=pkcs11.Mechanism.RSA_PKCS_OAEP, mechanism_param=oaep(algorithm))
        )

    return _decrypting(session, object_id, pkcs11.KeyType.RSA, decrypt)


def sign(session: Session, object_id: bytes, algorithm: SigningAlgorithm, digest: bytes) -> bytes:
    """A signature of a digest as long as the algorithm's hash; ECDSA's in DER."""
    mechanism = pkcs11.Mechanism

    def signed(key: "pkcs11.SignMixin") -> bytes:
        if algorithm in _ECDSA:
            return _der(key.sign(digest, mechanism=mechanism.ECDSA))
        if algorithm in _DIGEST_INFO:
            return key.sign(_DIGEST_INFO[algorithm] + digest, mechanism=mechanism.RSA_PKCS)
        return key.sign(digest, mechanism=mechanism.RSA_PKCS_PSS, mechanism_param=_pss(algorithm))

    key_type = pkcs11.KeyType.EC if algorithm in _ECDSA else pkcs11.KeyType.RSA
    return session.use(object_id, key_type, pkcs11.SignMixin, signed)


def hmac(session: Session, object_id: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256."""

    def authenticate(key: "pkcs11.SignMixin") -> bytes:
        return key.sign(message, mechanism=pkcs11.Mechanism.SHA256_HMAC)

    return session.use(object_id, pkcs11.KeyType.GENERIC_SECRET, pkcs11.SignMixin, authenticate)


def oaep(algorithm: EncryptionAlgorithm) -> "tuple[pkcs11.Mechanism, pkcs11.MGF, None]":
    if algorithm == EncryptionAlgorithm.RSAES_OAEP_SHA_256:
        return pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256, None
    return pkcs11.Mechanism.SHA_1, pkcs11.MGF.SHA1, None


def _pss(algorithm: SigningAlgorithm) -> "tuple[pkcs11.Mechanism, pkcs11.MGF, int]":
    """Hash, mask and the length of the salt, which is the digest's."""
    mechanism, mask = {
        SigningAlgorithm.RSA_PSS_SHA_256: (pkcs11.Mechanism.SHA256, pkcs11.MGF.SHA256),
        SigningAlgorithm.RSA_PSS_SHA_384: (pkcs11.Mechanism.SHA384, pkcs11.MGF.SHA384),
        SigningAlgorithm.RSA_PSS_SHA_512: (pkcs11.Mechanism.SHA512, pkcs11.MGF.SHA512),
    }[algorithm]
    return mechanism, mask, digest_bytes(algorithm)


def _decrypting(
    session: Session, object_id: bytes, key_type: "pkcs11.KeyType", decrypt: "Callable[[pkcs11.DecryptMixin], bytes]"
) -> bytes:
    """Raises DecryptionFailed where it is the ciphertext that is wrong and not the token."""
    try:
        return session.use(object_id, key_type, pkcs11.DecryptMixin, decrypt)
    except pkcs11.PKCS11Error as error:
        name = name_of(error)
        if name not in WRONG_CIPHERTEXT | VAGUE:
            raise
        if name in VAGUE:
            session.require_present(object_id)
    raise DecryptionFailed


def _gcm(nonce: bytes, associated: bytes) -> dict[str, Any]:
    parameters = pkcs11.GCMParams(nonce, associated, TAG_BYTES * 8)
    return {"mechanism": pkcs11.Mechanism.AES_GCM, "mechanism_param": parameters}


def _whole(result: object) -> bytes:
    # python-pkcs11 answers bytes with bytes, and only pieces with pieces.
    assert isinstance(result, bytes)
    return result


def _der(signature: bytes) -> bytes:
    """A token's signature is r and s side by side."""
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))

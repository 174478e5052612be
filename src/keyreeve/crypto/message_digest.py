"""What a signature is of: the hash of the message, and for SM2 the digest e of GB/T 32918.2 section 6.1."""

from cryptography.hazmat.primitives import hashes

from keyreeve.crypto.specs import SigningAlgorithm

DEFAULT_IDENTITY = b"1234567812345678"

HASHES: dict[SigningAlgorithm, hashes.HashAlgorithm] = {
    SigningAlgorithm.RSA_PSS_SHA_256: hashes.SHA256(),
    SigningAlgorithm.RSA_PSS_SHA_384: hashes.SHA384(),
    SigningAlgorithm.RSA_PSS_SHA_512: hashes.SHA512(),
    SigningAlgorithm.RSA_PKCS1_SHA_256: hashes.SHA256(),
    SigningAlgorithm.RSA_PKCS1_SHA_384: hashes.SHA384(),
    SigningAlgorithm.RSA_PKCS1_SHA_512: hashes.SHA512(),
    SigningAlgorithm.ECDSA_SHA_256: hashes.SHA256(),
    SigningAlgorithm.ECDSA_SHA_384: hashes.SHA384(),
    SigningAlgorithm.SM2DSA: hashes.SM3(),
}

_POINT_BYTES = 64
# a, b and the base point of sm2p256v1 (GB/T 32918.5 section 3).
_CURVE = bytes.fromhex(
    "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
    "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)


def digest_bytes(algorithm: SigningAlgorithm) -> int:
    """How long the digest is that an algorithm signs."""
    return HASHES[algorithm].digest_size


def message_digest(algorithm: SigningAlgorithm, spki: bytes, message: bytes) -> bytes:
    """A digest for a Signer or a Verifier; `spki` is the signer's public key, on which SM2's digest depends."""
    if algorithm is SigningAlgorithm.SM2DSA:
        return sm2_digest(spki, message)
    return _hashed(HASHES[algorithm], message)


def sm2_digest(spki: bytes, message: bytes, identity: bytes = DEFAULT_IDENTITY) -> bytes:
    """e: SM3 of Z and the message, for a SubjectPublicKeyInfo with an uncompressed point."""
    return _hashed(hashes.SM3(), sm2_identity_digest(spki, identity) + message)


def sm2_identity_digest(spki: bytes, identity: bytes) -> bytes:
    """Z of a signer (GB/T 32918.2 section 5.5)."""
    bits = (8 * len(identity)).to_bytes(2, "big")
    return _hashed(hashes.SM3(), bits + identity + _CURVE + spki[-_POINT_BYTES:])


def _hashed(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()

"""What an RSA signature is computed from: the encoded message of RFC 8017 section 9, made of a SHA-2 digest.

Only for signatures that are computed together (rsa_lanes.py): alone, pyca encodes and computes in one.
"""

import hashlib

from keyreeve.crypto.message_digest import HASHES
from keyreeve.crypto.specs import SigningAlgorithm

# DER of DigestInfo before the digest (section 9.2, note 1).
_DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
PSS = frozenset({SigningAlgorithm.RSA_PSS_SHA_256, SigningAlgorithm.RSA_PSS_SHA_384, SigningAlgorithm.RSA_PSS_SHA_512})


def encoded(algorithm: SigningAlgorithm, digest: bytes, salt: bytes, size: int) -> bytes:
    """The encoded message of `size` bytes, the length of a modulus of whole bytes; `salt` is used by PSS only."""
    name = HASHES[algorithm].name
    return emsa_pss(name, digest, salt, size) if algorithm in PSS else emsa_pkcs1(name, digest, size)


def salt_bytes(algorithm: SigningAlgorithm) -> int:
    """How long the salt is: as long as the digest in PSS, none in PKCS #1 v1.5."""
    return HASHES[algorithm].digest_size if algorithm in PSS else 0


def emsa_pkcs1(name: str, digest: bytes, size: int) -> bytes:
    """EMSA-PKCS1-v1_5 (section 9.2)."""
    info = _DIGEST_INFO[name] + digest
    return b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info


def emsa_pss(name: str, digest: bytes, salt: bytes, size: int) -> bytes:
    """EMSA-PSS (section 9.1.1) with MGF1 over the same hash, for a modulus whose length is a multiple of 8 bits."""
    seed = hashlib.new(name, bytes(8) + digest + salt).digest()
    length = size - len(seed) - 1
    block = (b"\x01" + salt).rjust(length, b"\x00")
    masked = int.from_bytes(block, "big") ^ int.from_bytes(_mgf1(name, seed, length), "big")
    # The encoded message has one bit less than the modulus.
    masked &= (1 << (8 * length - 1)) - 1
    return masked.to_bytes(length, "big") + seed + b"\xbc"


def _mgf1(name: str, seed: bytes, length: int) -> bytes:
    """Appendix B.2.1."""
    blocks = -(-length // len(seed))
    return b"".join(hashlib.new(name, seed + at.to_bytes(4, "big")).digest() for at in range(blocks))[:length]

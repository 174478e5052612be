"""The two forms of an SM2 ciphertext, and SM2 public key encryption in them (GB/T 32918.4 sections 6 and 7).

Raw: C1 || C3 || C2, where C1 is the uncompressed point 04 || x || y. DER: GM/T 0009 section 7.2, as OpenSSL forms it.
"""

from typing import NamedTuple

from cryptography.hazmat import asn1
from gmssl_pyx import InvalidValueError, normalize_sm2_public_key

from keyreeve.crypto.keypair import DecryptionFailed, PlaintextTooLong
from keyreeve.crypto.libcrypto import EvpKey, OpensslRefused

MAX_PLAINTEXT_BYTES = 6047
OVERHEAD = 97

UNCOMPRESSED = b"\x04"
POINT_BYTES = 65

_COORDINATE_BYTES = 32
_HASH_BYTES = 32
# Two headers of 4 bytes, two coordinates of 35 with their signs, and a hash of 34.
_MAX_DER_BYTES = MAX_PLAINTEXT_BYTES + 112


@asn1.sequence
class _Der:
    x: int
    y: int
    hash: bytes
    ciphertext: bytes


class _Parts(NamedTuple):
    point: bytes
    hash: bytes
    masked: bytes


def encrypt(key: EvpKey, plaintext: bytes) -> bytes:
    """The raw ciphertext of 1 to 6,047 bytes. Raises PlaintextTooLong, ValueError for an empty plaintext."""
    if not plaintext:
        raise ValueError("SM2 encrypts no empty plaintext")
    if len(plaintext) > MAX_PLAINTEXT_BYTES:
        raise PlaintextTooLong
    parts = _der_parts(key.encrypt(plaintext))
    # Step A5, which early OpenSSL 3.0 omits (issue 23209): a mask of zeros, 1 in 256 for one byte, shows the plaintext.
    while parts.masked == plaintext:
        parts = _der_parts(key.encrypt(plaintext))
    return parts.point + parts.hash + parts.masked


def decrypt(key: EvpKey, ciphertext: bytes) -> bytes:
    """The plaintext of a ciphertext in either form. Raises DecryptionFailed."""
    parts = _raw_parts(ciphertext) if ciphertext.startswith(UNCOMPRESSED) else _der_parts(ciphertext)
    if len(parts.hash) != _HASH_BYTES or not 1 <= len(parts.masked) <= MAX_PLAINTEXT_BYTES:
        raise DecryptionFailed
    if not on_curve(parts.point):
        raise DecryptionFailed
    try:
        # Written anew, since OpenSSL ignores bytes behind its DER and the sign of a coordinate.
        return key.decrypt(_der(parts))
    except OpensslRefused:
        raise DecryptionFailed from None


def on_curve(point: bytes) -> bool:
    """Whether 65 bytes are an uncompressed point of the curve, its coordinates below the prime."""
    if len(point) != POINT_BYTES or not point.startswith(UNCOMPRESSED):
        return False
    try:
        normalize_sm2_public_key(point)
    except InvalidValueError:
        return False
    return True


def _raw_parts(ciphertext: bytes) -> _Parts:
    hash_end = POINT_BYTES + _HASH_BYTES
    return _Parts(ciphertext[:POINT_BYTES], ciphertext[POINT_BYTES:hash_end], ciphertext[hash_end:])


def _der_parts(ciphertext: bytes) -> _Parts:
    """Raises DecryptionFailed for all but DER in its one canonical form."""
    if len(ciphertext) > _MAX_DER_BYTES:
        raise DecryptionFailed
    try:
        parsed = asn1.decode_der(_Der, ciphertext)
        x, y = (value.to_bytes(_COORDINATE_BYTES, "big") for value in (parsed.x, parsed.y))
    except (ValueError, OverflowError):
        raise DecryptionFailed from None
    return _Parts(UNCOMPRESSED + x + y, parsed.hash, parsed.ciphertext)


def _der(parts: _Parts) -> bytes:
    x = int.from_bytes(parts.point[1 : 1 + _COORDINATE_BYTES], "big")
    y = int.from_bytes(parts.point[1 + _COORDINATE_BYTES :], "big")
    return asn1.encode_der(_Der(x=x, y=y, hash=parts.hash, ciphertext=parts.masked))

"""SM2 signatures: only DER, only in range, and any other bytes are no signature."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.crypto.sm2 import Sm2PublicKey, generate
from tests.crypto.test_sm2 import DIGEST, PRIVATE, PUBLIC, SM2DSA, N, flipped, integer, tlv

SIGNATURE = PRIVATE.sign(SM2DSA, DIGEST)
R, S = decode_dss_signature(SIGNATURE)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_only_digests_of_32_bytes_are_signed(length: int):
    with pytest.raises(ValueError, match="32 bytes"):
        PRIVATE.sign(SM2DSA, bytes(length))
    with pytest.raises(ValueError, match="32 bytes"):
        PUBLIC.verify(SM2DSA, bytes(length), SIGNATURE)


def test_signatures_differ_and_all_verify():
    signatures = {PRIVATE.sign(SM2DSA, DIGEST) for _ in range(50)}
    assert len(signatures) == 50
    assert all(PUBLIC.verify(SM2DSA, DIGEST, signature) for signature in signatures)
    assert not Sm2PublicKey(generate().spki).verify(SM2DSA, DIGEST, SIGNATURE)


def test_no_changed_bit_verifies():
    assert PUBLIC.verify(SM2DSA, DIGEST, SIGNATURE)
    assert not any(PUBLIC.verify(SM2DSA, DIGEST, signature) for signature in flipped(SIGNATURE))
    assert not any(PUBLIC.verify(SM2DSA, digest, SIGNATURE) for digest in flipped(DIGEST))


R_BYTES, S_BYTES = integer(R.to_bytes(32, "big")), integer(S.to_bytes(32, "big"))
WRONG_SIGNATURES = {
    "trailing": SIGNATURE + b"\0",
    "short": SIGNATURE[:-1],
    "trailing inside": tlv(0x30, R_BYTES + S_BYTES + b"\5\0"),
    "padded r": tlv(0x30, tlv(2, b"\0" + R_BYTES[2:]) + S_BYTES),
    "long form": b"\x30\x81" + SIGNATURE[1:],
    "indefinite": b"\x30\x80" + SIGNATURE[2:] + b"\0\0",
    "a set": b"\x31" + SIGNATURE[1:],
    "raw": R.to_bytes(32, "big") + S.to_bytes(32, "big"),
    "r + n": encode_dss_signature(R + N, S),
    "s + n": encode_dss_signature(R, S + N),
    "-r": encode_dss_signature(N - R, S),
    "-s": encode_dss_signature(R, N - S),
    "swapped": encode_dss_signature(S, R),
    "r + s = n": encode_dss_signature(N - S, S),
    "negative": tlv(0x30, b"\2\1\xff" + S_BYTES),
    "huge": tlv(0x30, tlv(2, b"\1" * 30_000) + S_BYTES),
    **{f"{r}, {s}": encode_dss_signature(r, s) for r in (0, 1, N - 1, N) for s in (0, 1, N - 1, N)},
}


@pytest.mark.parametrize("signature", WRONG_SIGNATURES.values(), ids=WRONG_SIGNATURES)
def test_other_forms_and_values_do_not_verify(signature: bytes):
    assert PUBLIC.verify(SM2DSA, DIGEST, signature) is False


@given(st.binary(max_size=200) | st.binary(max_size=80).map(lambda content: tlv(0x30, content)))
def test_no_random_bytes_verify(signature: bytes):
    assert PUBLIC.verify(SM2DSA, DIGEST, signature) is False

"""SM2 encryption: what comes back, and what does not open."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.crypto.keypair import DecryptionFailed, PlaintextTooLong
from keyreeve.crypto.libcrypto import EvpKey
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.sm2 import Sm2PrivateKey, generate
from tests.crypto.test_sm2 import CIPHERTEXT, PAIR, PLAINTEXT, PRIVATE, PUBLIC, SM2PKE, P, flipped, integer, tlv

X, Y, C3, C2 = CIPHERTEXT[1:33], CIPHERTEXT[33:65], CIPHERTEXT[65:97], CIPHERTEXT[97:]
DER_PARTS = [integer(X), integer(Y), tlv(4, C3), tlv(4, C2)]
DER = tlv(0x30, b"".join(DER_PARTS))


def der_with(position: int, part: bytes) -> bytes:
    return tlv(0x30, b"".join([*DER_PARTS[:position], part, *DER_PARTS[position + 1 :]]))


def refuses(ciphertext: bytes) -> bool:
    with pytest.raises(DecryptionFailed):
        PRIVATE.decrypt(SM2PKE, ciphertext)
    return True


@pytest.mark.parametrize("length", [1, 2, 31, 32, 33, 255, 256, 4096, 6046, 6047])
def test_what_is_encrypted_decrypts(length: int):
    plaintext = os.urandom(length)
    ciphertext = PUBLIC.encrypt(SM2PKE, plaintext)
    assert ciphertext[:1] == b"\4"
    assert len(ciphertext) == length + 97
    assert PUBLIC.encrypt(SM2PKE, plaintext) != ciphertext
    assert PRIVATE.decrypt(SM2PKE, ciphertext) == plaintext


@given(st.binary(min_size=1, max_size=6047))
def test_any_plaintext_comes_back(plaintext: bytes):
    assert PRIVATE.decrypt(SM2PKE, PUBLIC.encrypt(SM2PKE, plaintext)) == plaintext


def test_short_coordinates_keep_their_place():
    """One ciphertext in 128 has a coordinate with a leading zero byte, which DER leaves out."""
    short = 0
    for _ in range(2000):
        ciphertext = PUBLIC.encrypt(SM2PKE, b"plaintext")
        assert len(ciphertext) == 97 + 9
        if 0 in (ciphertext[1], ciphertext[33]):
            assert PRIVATE.decrypt(SM2PKE, ciphertext) == b"plaintext"
            short += 1
    assert short


def test_more_than_6047_bytes_are_too_long():
    for length in (6048, 100_000):
        with pytest.raises(PlaintextTooLong):
            PUBLIC.encrypt(SM2PKE, bytes(length))


def test_an_empty_plaintext_is_refused():
    with pytest.raises(ValueError, match="empty"):
        PUBLIC.encrypt(SM2PKE, b"")


def test_a_mask_of_zeros_is_not_emitted(monkeypatch: pytest.MonkeyPatch):
    """Step A5, which OpenSSL 3.0.0 omits: with one byte it would be one ciphertext in 256."""
    leaking = [tlv(0x30, b"".join([*DER_PARTS[:3], tlv(4, b"\7")])) for _ in range(3)]
    good = tlv(0x30, b"".join([*DER_PARTS[:3], tlv(4, b"\6")]))
    answers = iter([*leaking, good])

    def encrypt(_key: EvpKey, _plaintext: bytes) -> bytes:
        return next(answers)

    monkeypatch.setattr(EvpKey, "encrypt", encrypt)
    assert PUBLIC.encrypt(SM2PKE, b"\7")[97:] == b"\6"


def test_both_forms_of_a_ciphertext_open():
    assert PRIVATE.decrypt(SM2PKE, CIPHERTEXT) == PLAINTEXT
    assert PRIVATE.decrypt(SM2PKE, DER) == PLAINTEXT


def test_no_changed_bit_opens():
    assert all(refuses(ciphertext) for ciphertext in flipped(CIPHERTEXT))
    assert all(refuses(ciphertext) for ciphertext in flipped(DER))


def test_no_beginning_of_a_ciphertext_opens():
    assert all(refuses(CIPHERTEXT[:length]) for length in range(len(CIPHERTEXT)))
    assert all(refuses(DER[:length]) for length in range(len(DER)))


def negative(coordinate: bytes) -> bytes:
    """A coordinate without the sign byte that its high bit asks for, if it has one."""
    return tlv(2, b"\x80" + coordinate[1:])


WRONG_CIPHERTEXTS = {
    "trailing byte": CIPHERTEXT + b"\0",
    "trailing byte of DER": DER + b"\0",
    "trailing value in DER": tlv(0x30, b"".join(DER_PARTS) + b"\5\0"),
    "C1 C2 C3": CIPHERTEXT[:65] + C2 + C3,
    "without 04": CIPHERTEXT[1:],
    "compressed C1": bytes((2 + (Y[-1] & 1),)) + X + C3 + C2,
    "hybrid C1": bytes((6 + (Y[-1] & 1),)) + CIPHERTEXT[1:],
    "infinity": b"\0" + C3 + C2,
    "zeros for C1": b"\4" + bytes(64) + C3 + C2,
    "the other y": b"\4" + X + (P - int.from_bytes(Y, "big")).to_bytes(32, "big") + C3 + C2,
    "C2 empty": CIPHERTEXT[:97],
    "C2 empty in DER": der_with(3, b"\4\0"),
    "C2 of 6,048 bytes": CIPHERTEXT[:97] + bytes(6048),
    "C2 of 6,048 bytes in DER": der_with(3, tlv(4, bytes(6048))),
    "long": b"\4" + bytes(1_000_000),
    "long DER": tlv(0x30, bytes(60_000)),
    "x padded": der_with(0, tlv(2, b"\0" + DER_PARTS[0][2:])),
    "x negative": der_with(0, negative(X)),
    "x empty": der_with(0, b"\2\0"),
    "x of 33 bytes": der_with(0, tlv(2, b"\1" + X)),
    "x of 4,000 bytes": der_with(0, tlv(2, b"\1" * 4000)),
    "C3 of 31 bytes": der_with(2, tlv(4, C3[:31])),
    "C3 of 33 bytes": der_with(2, tlv(4, C3 + b"\0")),
    "C3 empty": der_with(2, b"\4\0"),
    "C3 missing": der_with(2, b""),
    "C2 missing": der_with(3, b""),
    "C2 constructed": der_with(3, tlv(0x24, tlv(4, C2))),
    "long form": b"\x30\x82\0" + DER[1:] if len(DER) < 130 else b"\x30\x82\0" + DER[2:],
    "indefinite length": b"\x30\x80" + DER[2:] + b"\0\0",
    "length of 2^32": b"\x30\x84\xff\xff\xff\xff" + DER[2:],
    "length of 2^63": b"\x30\x88\x7f" + b"\xff" * 7 + DER[2:],
    "length of 2^64": b"\x30\x88" + b"\xff" * 8 + DER[2:],
    "length of 127 bytes": b"\x30\xff" + b"\xff" * 127,
    "C2 of length 2^64": der_with(3, b"\4\x88" + b"\xff" * 8),
    "an empty sequence": b"\x30\0",
}


@pytest.mark.parametrize("ciphertext", WRONG_CIPHERTEXTS.values(), ids=WRONG_CIPHERTEXTS)
def test_other_forms_do_not_open(ciphertext: bytes):
    assert refuses(ciphertext)


def test_a_coordinate_without_its_sign_byte_does_not_open():
    """OpenSSL alone would take it for the positive number."""
    ciphertexts = (PUBLIC.encrypt(SM2PKE, PLAINTEXT) for _ in range(100))
    raw = next(ciphertext for ciphertext in ciphertexts if ciphertext[1] & 0x80)
    parts = [integer(raw[33:65]), tlv(4, raw[65:97]), tlv(4, raw[97:])]
    assert PRIVATE.decrypt(SM2PKE, tlv(0x30, b"".join([integer(raw[1:33]), *parts]))) == PLAINTEXT
    assert refuses(tlv(0x30, b"".join([tlv(2, raw[1:33]), *parts])))


def test_another_key_does_not_open_it():
    with pytest.raises(DecryptionFailed):
        Sm2PrivateKey(Secret(generate().material)).decrypt(SM2PKE, CIPHERTEXT)


def joined(start: bytes, rest: bytes) -> bytes:
    return start + rest


random_points = st.sampled_from([b"\4", CIPHERTEXT[:65], b"\4" + PAIR.spki[-64:]])


@given(
    st.binary(max_size=300)
    | st.builds(joined, random_points, st.binary(max_size=300))
    | st.binary(max_size=300).map(lambda content: tlv(0x30, content))
    | st.builds(der_with, st.integers(0, 3), st.binary(max_size=80).map(lambda content: tlv(2, content)))
    | st.builds(der_with, st.integers(0, 3), st.binary(max_size=80).map(lambda content: tlv(4, content)))
)
def test_no_random_bytes_open(ciphertext: bytes):
    if ciphertext != DER:
        assert refuses(ciphertext)

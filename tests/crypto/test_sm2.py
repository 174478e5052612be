"""SM2 keys: which scalars and public keys are taken, which are refused."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from gmssl_pyx import normalize_sm2_public_key
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.crypto.keypair import DecryptionFailed, KeyMalformed
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.sm2 import SCALAR_BYTES, Sm2PrivateKey, Sm2PublicKey, generate, public_of
from keyreeve.crypto.specs import EncryptionAlgorithm, SigningAlgorithm

SM2DSA, SM2PKE = SigningAlgorithm.SM2DSA, EncryptionAlgorithm.SM2PKE
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF

PAIR = generate()
PRIVATE = Sm2PrivateKey(Secret(PAIR.material))
PUBLIC = Sm2PublicKey(PAIR.spki)
DIGEST = bytes(range(32))
PLAINTEXT = b"encryption standard"
CIPHERTEXT = PUBLIC.encrypt(SM2PKE, PLAINTEXT)


def tlv(tag: int, content: bytes) -> bytes:
    """One value in DER."""
    if len(content) < 128:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes(2, "big").lstrip(b"\0")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(coordinate: bytes) -> bytes:
    value = coordinate.lstrip(b"\0") or b"\0"
    return tlv(2, b"\0" + value if value[0] & 0x80 else value)


def flipped(data: bytes) -> Iterator[bytes]:
    for index in range(len(data)):
        for bit in range(8):
            yield data[:index] + bytes((data[index] ^ 1 << bit,)) + data[index + 1 :]


def test_a_generated_pair_belongs_together():
    assert len(PAIR.material) == SCALAR_BYTES
    assert public_of(PAIR.material) == PAIR.spki
    assert generate() != PAIR


@pytest.mark.parametrize("value", [1, 2, N - 2])
def test_scalars_in_range_are_keys(value: int):
    scalar = value.to_bytes(32, "big")
    private, public = Sm2PrivateKey(Secret(scalar)), Sm2PublicKey(public_of(scalar))
    assert public.verify(SM2DSA, DIGEST, private.sign(SM2DSA, DIGEST))
    assert private.decrypt(SM2PKE, public.encrypt(SM2PKE, PLAINTEXT)) == PLAINTEXT


@pytest.mark.parametrize(
    "scalar",
    [b"", bytes(32), *((N + more).to_bytes(32, "big") for more in (-1, 0, 1)), b"\xff" * 32, b"\1" * 31, b"\1" * 33],
)
def test_other_scalars_are_refused(scalar: bytes):
    with pytest.raises(KeyMalformed):
        public_of(scalar)
    with pytest.raises(KeyMalformed):
        Sm2PrivateKey(Secret(scalar))


def spki_with(point: bytes) -> bytes:
    bits = b"\0" + point
    return tlv(0x30, PAIR.spki[2:23] + tlv(3, bits))


def test_the_tests_build_public_keys_as_they_are():
    assert spki_with(PAIR.spki[-65:]) == PAIR.spki


X_OF_KEY, Y_OF_KEY = PAIR.spki[-64:-32], PAIR.spki[-32:]
P_256 = ec.generate_private_key(ec.SECP256R1()).public_key()
MALFORMED_SPKI = {
    "empty": b"",
    "off the curve": PAIR.spki[:-1] + bytes((PAIR.spki[-1] ^ 1,)),
    "no point": spki_with(b""),
    "infinity": spki_with(b"\0"),
    "zeros": spki_with(b"\4" + bytes(64)),
    "compressed": spki_with(bytes((2 + (Y_OF_KEY[-1] & 1),)) + X_OF_KEY),
    "hybrid": spki_with(bytes((6 + (Y_OF_KEY[-1] & 1),)) + X_OF_KEY + Y_OF_KEY),
    "bare coordinates": spki_with(X_OF_KEY + Y_OF_KEY),
    "x that is no field element": spki_with(b"\4" + b"\xff" * 32 + Y_OF_KEY),
    "short": PAIR.spki[:-1],
    "trailing": PAIR.spki + b"\0",
    "trailing inside": spki_with(PAIR.spki[-65:] + b"\0"),
    "unused bits": PAIR.spki[:25] + b"\1" + PAIR.spki[26:],
    "SM2 as the algorithm": PAIR.spki.replace(
        bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06082a811ccf5501822d")
    ),
    "another OID": PAIR.spki.replace(bytes.fromhex("822d"), bytes.fromhex("822c")),
    "P-256": P_256.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
    "RSA": rsa.generate_private_key(65537, 1024)  # noqa: S505  # refused for its kind, not for its length
    .public_key()
    .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
}


@pytest.mark.parametrize("spki", MALFORMED_SPKI.values(), ids=MALFORMED_SPKI)
def test_other_public_keys_are_refused(spki: bytes):
    with pytest.raises(KeyMalformed):
        Sm2PublicKey(spki)


@given(st.binary(max_size=120) | st.binary(min_size=64, max_size=64).map(lambda point: spki_with(b"\4" + point)))
def test_no_random_bytes_are_a_public_key(spki: bytes):
    with pytest.raises(KeyMalformed):
        Sm2PublicKey(spki)


def test_a_coordinate_above_the_prime_is_refused():
    small = next(x for x in range(1, 100) if decompresses(x))
    y = normalize_sm2_public_key(b"\2" + small.to_bytes(32, "big"))[32:]
    Sm2PublicKey(spki_with(b"\4" + small.to_bytes(32, "big") + y))
    with pytest.raises(KeyMalformed):
        Sm2PublicKey(spki_with(b"\4" + (small + P).to_bytes(32, "big") + y))
    with pytest.raises(DecryptionFailed):
        PRIVATE.decrypt(SM2PKE, b"\4" + (small + P).to_bytes(32, "big") + y + CIPHERTEXT[65:])


def decompresses(x: int) -> bool:
    try:
        normalize_sm2_public_key(b"\2" + x.to_bytes(32, "big"))
    except Exception:  # noqa: BLE001  # whatever it is, there is no such point
        return False
    return True


@pytest.mark.parametrize("algorithm", [other for other in SigningAlgorithm if other is not SM2DSA])
def test_other_signing_algorithms_are_refused(algorithm: SigningAlgorithm):
    with pytest.raises(ValueError, match="SM2DSA"):
        PRIVATE.sign(algorithm, DIGEST)
    with pytest.raises(ValueError, match="SM2DSA"):
        PUBLIC.verify(algorithm, DIGEST, b"")


@pytest.mark.parametrize("algorithm", [other for other in EncryptionAlgorithm if other is not SM2PKE])
def test_other_encryption_algorithms_are_refused(algorithm: EncryptionAlgorithm):
    with pytest.raises(ValueError, match="SM2PKE"):
        PUBLIC.encrypt(algorithm, PLAINTEXT)
    with pytest.raises(ValueError, match="SM2PKE"):
        PRIVATE.decrypt(algorithm, CIPHERTEXT)

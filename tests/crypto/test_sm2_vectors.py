"""SM2 against published values; each stands with its provenance in vectors/sm2.json."""

import json
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keyreeve.crypto.secret import Secret
from keyreeve.crypto.sm2 import Sm2PrivateKey, Sm2PublicKey, public_of
from keyreeve.crypto.specs import EncryptionAlgorithm, SigningAlgorithm

VECTORS: dict[str, list[dict[str, str]]] = json.loads((Path(__file__).parent / "vectors/sm2.json").read_text())
# GB/T 32918.5: a, b and the base point.
A = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
B = "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
G = (
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)
SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")


def sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def z_of(spki: bytes, identity: bytes = b"1234567812345678") -> bytes:
    """GB/T 32918.2 section 5.5."""
    return sm3((8 * len(identity)).to_bytes(2, "big") + identity + bytes.fromhex(A + B + G) + spki[-64:])


def e_of(spki: bytes, message: bytes) -> bytes:
    """What a signature is of (GB/T 32918.2 section 6.1), with the default identity."""
    return sm3(z_of(spki) + message)


def spki_of(vector: dict[str, str]) -> bytes:
    return SPKI_PREFIX + bytes.fromhex(vector["x"] + vector["y"])


def test_sm3_in_these_tests_is_sm3():
    with cryptography_vectors.open_vector_file("hashes/SM3/oscca.txt", "r") as file:
        values = [str(line).partition(" = ")[::2] for line in file]
    lengths = [int(value) for name, value in values if name == "Len"]
    messages = [bytes.fromhex(value) for name, value in values if name == "Msg"]
    digests = [value.strip() for name, value in values if name == "MD"]
    cases = list(zip(lengths, messages, digests, strict=True))
    assert len(cases) > 4
    for length, message, digest in cases:
        assert sm3(message[: length // 8]).hex() == digest


@pytest.mark.parametrize("vector", VECTORS["signatures"], ids=lambda vector: vector["provenance"][:40])
def test_a_published_signature_verifies(vector: dict[str, str]):
    spki, e = spki_of(vector), bytes.fromhex(vector["e"])
    signature = encode_dss_signature(int(vector["r"], 16), int(vector["s"], 16))
    assert Sm2PublicKey(spki).verify(SigningAlgorithm.SM2DSA, e, signature)
    assert not Sm2PublicKey(spki).verify(SigningAlgorithm.SM2DSA, bytes(32), signature)


@pytest.mark.parametrize("vector", VECTORS["signatures"], ids=lambda vector: vector["provenance"][:40])
def test_a_published_scalar_has_its_published_point(vector: dict[str, str]):
    assert public_of(bytes.fromhex(vector["scalar"])) == spki_of(vector)


def test_the_scalar_one_has_the_base_point():
    assert public_of(bytes(31) + b"\1") == SPKI_PREFIX + bytes.fromhex(G)


def test_the_published_z_and_e_come_out():
    vector = VECTORS["signatures"][0]
    spki = spki_of(vector)
    assert z_of(spki, vector["id"].encode()) == bytes.fromhex(vector["z"])
    assert e_of(spki, vector["message"].encode()) == bytes.fromhex(vector["e"])


@pytest.mark.parametrize("vector", VECTORS["ciphertexts"], ids=lambda vector: vector["provenance"][:40])
def test_a_published_ciphertext_opens(vector: dict[str, str]):
    key = Sm2PrivateKey(Secret(bytes.fromhex(vector["scalar"])))
    plaintext = key.decrypt(EncryptionAlgorithm.SM2PKE, bytes.fromhex(vector["ciphertext"]))
    assert plaintext == vector["plaintext"].encode()

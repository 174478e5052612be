"""SM2 as the OpenSSL command line and GmSSL do it: what one makes the other takes, both ways."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat import asn1
from gmssl_pyx import sm2_decrypt, sm2_encrypt

from keyreeve.crypto.secret import Secret
from keyreeve.crypto.sm2 import Sm2PrivateKey, Sm2PublicKey, generate, public_of
from keyreeve.crypto.specs import EncryptionAlgorithm, SigningAlgorithm
from tests.conftest import missing
from tests.crypto.test_sm2_vectors import e_of

SM2DSA, SM2PKE = SigningAlgorithm.SM2DSA, EncryptionAlgorithm.SM2PKE
DISTINGUISHING_ID = "distid:1234567812345678"
PKCS8_PREFIX = bytes.fromhex("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420")
SCALAR_FOLLOWS = bytes.fromhex("0201010420")

LENGTHS = [1, 31, 32, 255, 256, 6047]
DIGESTS = [bytes(32), b"\xff" * 32, bytes(range(32))]

Openssl = Callable[..., bytes]


@asn1.sequence
class Gmt0009:
    x: int
    y: int
    hash: bytes
    ciphertext: bytes


def to_der(raw: bytes) -> bytes:
    x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:65], "big")
    return asn1.encode_der(Gmt0009(x=x, y=y, hash=raw[65:97], ciphertext=raw[97:]))


def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *arguments], capture_output=True, check=False)


@pytest.fixture
def openssl(tmp_path: Path) -> Openssl:
    """Runs a command in which the names of the keyword arguments stand for files of their content."""
    if run("genpkey", "-algorithm", "SM2").returncode:
        missing("an openssl with SM2")

    def call(command: str, **files: bytes) -> bytes:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        ran = run(*(str(tmp_path / word) if word in files else word for word in command.split()))
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return call


@pytest.fixture(params=["ours", "genpkey", "ecparam"])
def scalar(request: pytest.FixtureRequest) -> bytes:
    commands = {
        "genpkey": "genpkey -algorithm SM2 -outform DER",
        "ecparam": "ecparam -name SM2 -genkey -outform DER -noout",
    }
    if request.param == "ours":
        return generate().material
    openssl: Openssl = request.getfixturevalue("openssl")
    return openssl(commands[request.param]).partition(SCALAR_FOLLOWS)[2][:32]


def test_openssl_and_we_derive_the_same_public_key(openssl: Openssl, scalar: bytes):
    derived = openssl("pkey -inform DER -in key -pubout -outform DER", key=PKCS8_PREFIX + scalar)
    assert derived == public_of(scalar)


@pytest.mark.parametrize("digest", DIGESTS, ids=["zeros", "ones", "count"])
def test_signatures_of_a_digest(openssl: Openssl, scalar: bytes, digest: bytes):
    key, public, spki = PKCS8_PREFIX + scalar, Sm2PublicKey(public_of(scalar)), public_of(scalar)
    theirs = openssl("pkeyutl -sign -keyform DER -inkey key -in digest", key=key, digest=digest)
    assert public.verify(SM2DSA, digest, theirs)
    ours = Sm2PrivateKey(Secret(scalar)).sign(SM2DSA, digest)
    assert public.verify(SM2DSA, digest, ours)
    verify = "pkeyutl -verify -pubin -keyform DER -inkey spki -in digest -sigfile signature"
    assert b"Successfully" in openssl(verify, spki=spki, digest=digest, signature=ours)


@pytest.mark.parametrize("length", [0, 1, 32, 6047])
def test_signatures_of_a_message(openssl: Openssl, scalar: bytes, length: int):
    message, spki = os.urandom(length), public_of(scalar)
    sign = f"dgst -sm3 -keyform DER -sign key -sigopt {DISTINGUISHING_ID} message"
    theirs = openssl(sign, key=PKCS8_PREFIX + scalar, message=message)
    assert Sm2PublicKey(spki).verify(SM2DSA, e_of(spki, message), theirs)
    ours = Sm2PrivateKey(Secret(scalar)).sign(SM2DSA, e_of(spki, message))
    verify = f"dgst -sm3 -keyform DER -verify spki -sigopt {DISTINGUISHING_ID} -signature signature message"
    assert b"OK" in openssl(verify, spki=spki, message=message, signature=ours)


@pytest.mark.parametrize("length", LENGTHS)
def test_ciphertexts_of_openssl(openssl: Openssl, scalar: bytes, length: int):
    plaintext, spki = os.urandom(length), public_of(scalar)
    encrypt = "pkeyutl -encrypt -pubin -keyform DER -inkey spki -in plaintext"
    theirs = openssl(encrypt, spki=spki, plaintext=plaintext)
    assert Sm2PrivateKey(Secret(scalar)).decrypt(SM2PKE, theirs) == plaintext
    ours = Sm2PublicKey(spki).encrypt(SM2PKE, plaintext)
    decrypt = "pkeyutl -decrypt -keyform DER -inkey key -in ciphertext"
    assert openssl(decrypt, key=PKCS8_PREFIX + scalar, ciphertext=to_der(ours)) == plaintext


@pytest.mark.parametrize("length", [*range(1, 34), 64, 127, 128, 255])
def test_ciphertexts_of_gmssl(length: int):
    pair, plaintext = generate(), os.urandom(length)
    theirs = sm2_encrypt(pair.spki[-64:], plaintext)
    assert Sm2PrivateKey(Secret(pair.material)).decrypt(SM2PKE, theirs) == plaintext
    ours = Sm2PublicKey(pair.spki).encrypt(SM2PKE, plaintext)
    assert sm2_decrypt(pair.material, to_der(ours)) == plaintext

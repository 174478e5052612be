"""Secret keys generated in the token and brought in, held against published vectors."""

import hmac
import os
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pkcs11 import Attribute, KeyType, ObjectClass

from keyreeve.crypto.keypair import DecryptionFailed
from keyreeve.crypto.secret import Secret
from keyreeve.hsm.errors import ObjectMissing
from keyreeve.hsm.token import Token

NONCE = bytes.fromhex("cafebabefacedbaddecaf888")
# McGrew and Viega, "The Galois/Counter Mode of Operation" (submitted to NIST), test case 16.
KEY = bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2)
PLAINTEXT = bytes.fromhex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
ASSOCIATED = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
CIPHERTEXT = bytes.fromhex(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    "76fc6ece0f4e1768cddf8853bb2d551b"
)


def test_gcm_is_the_published_one(token: Token) -> None:
    key = uuid4().bytes
    token.import_secret(key, "label", Secret(KEY))
    assert token.encrypt_gcm(key, NONCE, PLAINTEXT, ASSOCIATED) == CIPHERTEXT
    assert token.decrypt_gcm(key, NONCE, CIPHERTEXT, ASSOCIATED) == PLAINTEXT


@pytest.mark.parametrize("length", [16, 24, 32])
def test_an_imported_key_is_the_one_that_was_brought(token: Token, length: int) -> None:
    key, material = uuid4().bytes, os.urandom(length)
    token.import_secret(key, "label", Secret(material))
    for size in (0, 1, 16, 6144, 32768):
        for associated in (b"", b"associated"):
            text = os.urandom(size)
            ciphertext = AESGCM(material).encrypt(NONCE, text, associated)
            assert token.encrypt_gcm(key, NONCE, text, associated) == ciphertext
            assert token.decrypt_gcm(key, NONCE, ciphertext, associated) == text


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_a_generated_key_opens_what_it_closed(token: Token, bits: int) -> None:
    one, other = uuid4().bytes, uuid4().bytes
    token.generate_secret(one, "label", bits)
    token.generate_secret(other, "label", bits)
    ciphertext = token.encrypt_gcm(one, NONCE, b"text", b"associated")
    assert token.decrypt_gcm(one, NONCE, ciphertext, b"associated") == b"text"
    with pytest.raises(DecryptionFailed):
        token.decrypt_gcm(other, NONCE, ciphertext, b"associated")


def test_a_damaged_ciphertext_is_told_from_a_broken_token(token: Token) -> None:
    key = uuid4().bytes
    token.generate_secret(key, "label", 256)
    good = token.encrypt_gcm(key, NONCE, b"text", b"associated")
    generation = token._connection.pool.generation
    flipped = [good[:at] + bytes((good[at] ^ 0x01,)) + good[at + 1 :] for at in range(len(good))]
    for bad in [*flipped, *(good[:length] for length in range(len(good))), good + b"\x00"]:
        with pytest.raises(DecryptionFailed):
            token.decrypt_gcm(key, NONCE, bad, b"associated")
    for nonce, associated in ((NONCE, b"other"), (NONCE, b""), (bytes(12), b"associated")):
        with pytest.raises(DecryptionFailed):
            token.decrypt_gcm(key, nonce, good, associated)
    assert token.decrypt_gcm(key, NONCE, good, b"associated") == b"text"
    assert token._connection.pool.generation == generation


def test_root_keys_differ_and_each_is_constant(token: Token) -> None:
    one, other = os.urandom(8), os.urandom(8)
    token.generate_root(one, "label")
    token.generate_root(other, "label")
    first = token.hmac(one, b"message")
    assert len(first) == 32
    assert token.hmac(one, b"message") == first
    assert token.hmac(one, b"massage") != first
    assert token.hmac(other, b"message") != first


@pytest.mark.parametrize("message", [b"", b"Hi There", bytes(100_000)])
def test_hmac_is_the_standard_one(token: Token, message: bytes) -> None:
    value, known = os.urandom(32), os.urandom(8)
    template = {
        Attribute.CLASS: ObjectClass.SECRET_KEY,
        Attribute.KEY_TYPE: KeyType.GENERIC_SECRET,
        Attribute.TOKEN: True,
        Attribute.ID: known,
        Attribute.SIGN: True,
        Attribute.VALUE: value,
    }
    token._connection.run(lambda session: session.raw.create_object(template))
    assert token.hmac(known, message) == hmac.digest(value, message, "sha256")


def test_a_destroyed_key_is_gone_and_destroying_it_again_is_nothing(token: Token) -> None:
    key = uuid4().bytes
    token.generate_secret(key, "label", 256)
    token.encrypt_gcm(key, NONCE, b"text", b"")
    assert token.has(key)
    token.destroy(key)
    token.destroy(key)
    assert not token.has(key)
    with pytest.raises(ObjectMissing):
        token.encrypt_gcm(key, NONCE, b"text", b"")
    with pytest.raises(ObjectMissing):
        token.decrypt_gcm(key, NONCE, bytes(32), b"")
    token.generate_secret(key, "label", 256)
    assert token.encrypt_gcm(key, NONCE, b"text", b"")

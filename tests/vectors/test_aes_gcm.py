"""The AES-GCM of blobs, and the second implementation that checks it, are the GCM of Wycheproof and NIST.

Blobs have one constant nonce; here every vector's own takes its place for a moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.exceptions import InvalidTag

from keyreeve.crypto import message_cipher
from tests.crypto import gcm
from tests.vectors import wycheproof
from tests.vectors.counting import Count
from tests.vectors.texts import cavp


@dataclass(frozen=True)
class Vector:
    """`plaintext` is None where the tag is wrong."""

    key: bytes
    iv: bytes
    associated: bytes
    sealed: bytes
    plaintext: bytes | None


def of_wycheproof(key_bits: int) -> Iterator[Vector]:
    for group in wycheproof.groups("Cipher", "aes_gcm", ivSize=96, tagSize=128, keySize=key_bits):
        for case in group.cases:
            key, iv, associated, ciphertext, tag = (case.data(name) for name in ("key", "iv", "aad", "ct", "tag"))
            yield Vector(key, iv, associated, ciphertext + tag, case.data("msg") if case.valid else None)


def of_nist(name: str, *last: str) -> Iterator[Vector]:
    for case in cavp(f"ciphers/AES/GCM/{name}.rsp", *last):
        if (case["IVlen"], case["Taglen"]) == ("96", "128"):
            key, iv, associated, ciphertext, tag = (
                bytes.fromhex(case[name]) for name in ("Key", "IV", "AAD", "CT", "Tag")
            )
            plaintext = bytes.fromhex(case["PT"]) if "PT" in case else None
            yield Vector(key, iv, associated, ciphertext + tag, plaintext)


def opened(vector: Vector, monkeypatch: pytest.MonkeyPatch) -> bytes | None:
    monkeypatch.setattr(message_cipher, "_NONCE", vector.iv)
    try:
        return message_cipher._aes_decrypt(vector.key, vector.sealed, vector.associated)
    except InvalidTag:
        return None


def sealed(vector: Vector, monkeypatch: pytest.MonkeyPatch) -> bytes:
    assert vector.plaintext is not None
    monkeypatch.setattr(message_cipher, "_NONCE", vector.iv)
    return message_cipher._aes_encrypt(vector.key, vector.plaintext, vector.associated)


def check(vectors: list[Vector], monkeypatch: pytest.MonkeyPatch) -> None:
    for vector in vectors:
        assert opened(vector, monkeypatch) == vector.plaintext
        if vector.plaintext is not None:
            assert sealed(vector, monkeypatch) == vector.sealed


@pytest.mark.parametrize(("bits", "cases"), [(128, 67), (192, 64), (256, 66)])
def test_our_gcm_is_wycheproofs(bits: int, cases: int, monkeypatch: pytest.MonkeyPatch, count_cases: Count):
    vectors = list(of_wycheproof(bits))
    assert len(vectors) == cases
    assert {vector.plaintext is None for vector in vectors} == {True, False}
    check(vectors, monkeypatch)
    count_cases("Wycheproof", cases)


@pytest.mark.parametrize(("bits", "cases"), [(128, 67), (192, 64), (256, 66)])
def test_the_second_implementation_is_wycheproofs_gcm(bits: int, cases: int):
    vectors = list(of_wycheproof(bits))
    assert len(vectors) == cases
    for vector in vectors:
        assert gcm.open_sealed(vector.key, vector.iv, vector.sealed, vector.associated) == vector.plaintext


def test_wycheproofs_messages_under_a_nonce_of_zeros_are_sealed_as_they_are():
    vectors = [vector for bits in (128, 192, 256) for vector in of_wycheproof(bits) if vector.iv == bytes(12)]
    assert len(vectors) == 3
    for vector in vectors:
        assert vector.plaintext is not None
        assert message_cipher._aes_encrypt(vector.key, vector.plaintext, vector.associated) == vector.sealed


@pytest.mark.parametrize(("bits", "valid"), [(128, 179), (192, 185), (256, 184)])
def test_our_gcm_opens_what_nist_sealed_and_nothing_else(
    bits: int, valid: int, monkeypatch: pytest.MonkeyPatch, count_cases: Count
):
    vectors = list(of_nist(f"gcmDecrypt{bits}", "PT", "FAIL"))
    assert (len(vectors), sum(vector.plaintext is not None for vector in vectors)) == (375, valid)
    check(vectors, monkeypatch)
    count_cases("NIST", len(vectors))


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_our_gcm_seals_as_nist_does(bits: int, monkeypatch: pytest.MonkeyPatch, count_cases: Count):
    vectors = list(of_nist(f"gcmEncryptExtIV{bits}", "Tag"))
    assert len(vectors) == 375
    check(vectors, monkeypatch)
    count_cases("NIST", len(vectors))

"""The SM4-GCM of pyca/cryptography, which blobs use, against RFC 8998 and against GmSSL."""

import os

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from gmssl_pyx import sm4_gcm_decrypt, sm4_gcm_encrypt


def vectors(name: str) -> list[dict[str, bytes]]:
    """Each block of lines between blank ones, but for its count."""
    with cryptography_vectors.open_vector_file(f"ciphers/SM4/{name}", "r") as file:
        blocks = file.read().split("\n\n")
    pairs = [[line.split(" = ") for line in block.splitlines() if " = " in line] for block in blocks]
    return [{name: bytes.fromhex(value) for name, value in block if name != "COUNT"} for block in pairs if block]


def seal(key: bytes, iv: bytes, plaintext: bytes, associated: bytes) -> tuple[bytes, bytes]:
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(iv)).encryptor()
    encryptor.authenticate_additional_data(associated)
    return encryptor.update(plaintext) + encryptor.finalize(), encryptor.tag


def open_sealed(key: bytes, iv: bytes, ciphertext: bytes, associated: bytes, tag: bytes) -> bytes:
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(iv, tag)).decryptor()
    decryptor.authenticate_additional_data(associated)
    return decryptor.update(ciphertext) + decryptor.finalize()


def test_the_block_cipher_gives_the_values_of_gbt_32907():
    cases = vectors("draft-ribose-cfrg-sm4-10-ecb.txt")
    assert len(cases) >= 4
    for case in cases:
        encryptor = Cipher(algorithms.SM4(case["KEY"]), modes.ECB()).encryptor()  # noqa: S305  # the vectors are in ECB
        assert encryptor.update(case["PLAINTEXT"]) == case["CIPHERTEXT"]


def test_gcm_gives_the_values_of_rfc_8998():
    cases = vectors("rfc8998.txt")
    assert cases
    for case in cases:
        sealed = seal(case["KEY"], case["IV"], case["PLAINTEXT"], case["AAD"])
        assert sealed == (case["CIPHERTEXT"], case["TAG"])
        assert open_sealed(case["KEY"], case["IV"], case["CIPHERTEXT"], case["AAD"], case["TAG"]) == case["PLAINTEXT"]
        assert sm4_gcm_encrypt(case["KEY"], case["IV"], case["AAD"], case["PLAINTEXT"]) == sealed


@pytest.mark.parametrize("length", [1, 15, 16, 17, 31, 32, 33, 255, 256, 4095, 6144])
@pytest.mark.parametrize("associated_length", [0, 1, 16, 101, 8192])
def test_gcm_agrees_with_gmssl(length: int, associated_length: int):
    key, iv, plaintext, associated = os.urandom(16), os.urandom(12), os.urandom(length), os.urandom(associated_length)
    ciphertext, tag = seal(key, iv, plaintext, associated)
    assert sm4_gcm_encrypt(key, iv, associated, plaintext) == (ciphertext, tag)
    assert sm4_gcm_decrypt(key, iv, associated, ciphertext, tag) == plaintext


@pytest.mark.parametrize("part", ["ciphertext", "associated", "tag"])
def test_gcm_refuses_a_changed_bit(part: str):
    parts = {"ciphertext": b"c" * 20, "associated": b"a" * 20}
    key, iv = bytes(16), bytes(12)
    parts["ciphertext"], parts["tag"] = seal(key, iv, parts["ciphertext"], parts["associated"])
    parts[part] = parts[part][:7] + bytes((parts[part][7] ^ 1,)) + parts[part][8:]
    with pytest.raises(InvalidTag):
        open_sealed(key, iv, **parts)

"""Wrapped material that was cut, extended, changed or wrapped in another way: one answer for all of it."""

import os
from collections.abc import Callable, Iterator, Mapping

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding

from tests.importing.calls import Download, download, external_key, send
from tests.importing.materials import some_material
from tests.importing.refusals import all_refused, refusal
from tests.importing.wrapping import RSA_AES, SM2_SM4, SYMMETRIC_WRAPPINGS
from tests.support.client import Client

Waiting = Callable[..., Download]

SPECS = {**dict.fromkeys(SYMMETRIC_WRAPPINGS, "Aliyun_AES_256"), RSA_AES: "EC_P256", SM2_SM4: "EC_SM2"}
RSA_WRAPPINGS = (*SYMMETRIC_WRAPPINGS[:3], RSA_AES)
SHA_1, SHA_256 = hashes.SHA1(), hashes.SHA256()  # noqa: S303  # what the algorithms are made of
# Every way to pad for RSA that a caller might mistake for another.
PADDINGS: dict[str, AsymmetricPadding] = {
    "RSAES_PKCS1_V1_5": padding.PKCS1v15(),
    "RSAES_OAEP_SHA_1": padding.OAEP(padding.MGF1(SHA_1), SHA_1, None),
    "RSAES_OAEP_SHA_256": padding.OAEP(padding.MGF1(SHA_256), SHA_256, None),
    "OAEP with SHA-256, MGF1 with SHA-1": padding.OAEP(padding.MGF1(SHA_1), SHA_256, None),
    "OAEP with SHA-1, MGF1 with SHA-256": padding.OAEP(padding.MGF1(SHA_256), SHA_1, None),
    "OAEP with a label": padding.OAEP(padding.MGF1(SHA_256), SHA_256, b"label"),
    "OAEP with SHA-512": padding.OAEP(padding.MGF1(hashes.SHA512()), hashes.SHA512(), None),
}


def rsa_key(got: Download) -> rsa.RSAPublicKey:
    key = serialization.load_der_public_key(got.spki)
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def altered(blob: bytes, unprotected: int) -> Iterator[tuple[str, bytes]]:
    for cut in (1, 2, 15, 16, 17, 32, 64, len(blob) // 2, len(blob) - 1):
        yield f"{cut} bytes less", blob[:-cut]
        yield f"{cut} bytes less in front", blob[cut:]
    for more in (1, 16, 256):
        yield f"{more} bytes more", blob + bytes(more)
        yield f"{more} bytes more in front", bytes(more) + blob
    protected = len(blob) - unprotected
    for index in sorted({0, 1, 32, 64, 96, 97, protected // 2, protected - 17, protected - 1}):
        for bit in (0x01, 0x80):
            yield f"byte {index} changed by {bit}", blob[:index] + bytes((blob[index] ^ bit,)) + blob[index + 1 :]
    yield "noise", os.urandom(len(blob))
    yield "zeros", bytes(len(blob))
    yield "ones", b"\xff" * len(blob)
    yield "twice", blob * 2
    yield "one byte", b"\4"
    yield "much", os.urandom(100_000)


@pytest.mark.parametrize("algorithm", SPECS)
def test_an_altered_blob_is_refused(sqlite_client: Client, waiting: Waiting, algorithm: str):
    good = some_material(SPECS[algorithm])
    got = waiting(SPECS[algorithm], algorithm)
    # Nothing protects d under SM4-ECB: where only its 32 bytes are changed, another scalar comes out.
    unprotected = 32 if algorithm == SM2_SM4 else 0
    all_refused(sqlite_client, got, dict(altered(got.wrap(good), unprotected)), good)


@pytest.mark.parametrize("algorithm", RSA_WRAPPINGS)
def test_numbers_that_are_no_ciphertext_are_refused(sqlite_client: Client, waiting: Waiting, algorithm: str):
    good, got = some_material(SPECS[algorithm]), waiting(SPECS[algorithm], algorithm)
    n = rsa_key(got).public_numbers().n
    rest = got.wrap(good)[256:]
    numbers = {"0": 0, "1": 1, "n - 1": n - 1, "n": n, "n + 1": n + 1, "2^2048 - 1": 2**2048 - 1}
    blobs = {name: number.to_bytes(256, "big") + rest for name, number in numbers.items()}
    all_refused(sqlite_client, got, blobs, good)


@pytest.mark.parametrize("algorithm", RSA_WRAPPINGS)
def test_another_padding_is_refused(sqlite_client: Client, waiting: Waiting, algorithm: str):
    good, got = some_material(SPECS[algorithm]), waiting(SPECS[algorithm], algorithm)
    own = "RSAES_OAEP_SHA_256" if algorithm == RSA_AES else algorithm
    secret, rest = (os.urandom(32), got.wrap(good)[256:]) if algorithm == RSA_AES else (good, b"")
    blobs = {name: rsa_key(got).encrypt(secret, one) + rest for name, one in PADDINGS.items() if name != own}
    assert len(blobs) == len(PADDINGS) - 1
    all_refused(sqlite_client, got, blobs, good)


def test_every_failure_of_every_algorithm_has_one_answer(client: Client):
    """A caller learns not even which algorithm the token is for."""
    answers = {refusal(send(client, got, blob)) for got in downloads(client) for blob in failures(got).values()}
    assert len(answers) == 1


def downloads(client: Client) -> list[Download]:
    return [download(client, external_key(client, spec), algorithm) for algorithm, spec in SPECS.items()]


def failures(got: Download) -> Mapping[str, bytes]:
    good = got.wrap(some_material("Aliyun_AES_256"))
    return {"padding": bytes((good[0] ^ 1,)) + good[1:], "contents": got.wrap(bytes(15)), "short": good[:-1]}

"""What is wrapped as it should be, but is not the private key that the spec asks for: RSA."""

import os
import time
from collections.abc import Callable
from functools import cache
from math import gcd, lcm

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.importing.calls import Download, send
from tests.importing.materials import own_pair, some_pair
from tests.importing.refusals import INVALID_MATERIAL, accepts, all_materials_refused, refusal
from tests.interop.der import integer, octets, sequence
from tests.support.client import Client

Waiting = Callable[..., Download]

RSA = bytes.fromhex("300d06092a864886f70d0101010500")
NAMES = ("n", "e", "d", "p", "q", "dmp1", "dmq1", "iqmp")


def key_of(pkcs8: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(pkcs8, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@cache
def numbers() -> dict[str, int]:
    one = key_of(some_pair("RSA_2048").pkcs8).private_numbers()
    public = one.public_numbers
    return dict(zip(NAMES, (public.n, public.e, one.d, one.p, one.q, one.dmp1, one.dmq1, one.iqmp), strict=True))


def pkcs8_with(version: int = 0, **changed: int) -> bytes:
    given = {**numbers(), **changed}
    return sequence(integer(version), RSA, octets(sequence(integer(0), *(integer(given[name]) for name in NAMES))))


def consistent(p: int, q: int, e: int = 65537) -> bytes:
    """A key of these primes, every number of which fits the others."""
    d = pow(e, -1, lcm(p - 1, q - 1))
    return pkcs8_with(n=p * q, e=e, d=d, p=p, q=q, dmp1=d % (p - 1), dmq1=d % (q - 1), iqmp=pow(q, -1, p))


def test_the_tests_build_keys_as_they_are(sqlite_client: Client, waiting: Waiting):
    assert pkcs8_with() == some_pair("RSA_2048").pkcs8
    one = numbers()
    accepts(sqlite_client, waiting("RSA_2048"), consistent(one["q"], one["p"]))


@pytest.mark.parametrize("by", [-2, 1, 2, 2**64])
def test_numbers_that_do_not_fit_each_other_are_refused(sqlite_client: Client, waiting: Waiting, by: int):
    changed = {name: pkcs8_with(**{name: value + by}) for name, value in numbers().items()}
    all_materials_refused(sqlite_client, waiting("RSA_2048"), changed, pkcs8_with())


def test_other_impossible_numbers_are_refused(sqlite_client: Client, waiting: Waiting):
    one, n = numbers(), numbers()["n"]
    materials = {
        "primes swapped": pkcs8_with(p=one["q"], q=one["p"]),
        "everything zero": pkcs8_with(**dict.fromkeys(NAMES, 0)),
        "everything one": pkcs8_with(**dict.fromkeys(NAMES, 1)),
        "a prime that is 1": pkcs8_with(p=1, q=n),
        "e and d of 1": pkcs8_with(e=1, d=1, dmp1=1, dmq1=1),
        "no primes": pkcs8_with(p=0, q=0, dmp1=0, dmq1=0, iqmp=0),
        "one prime twice": pkcs8_with(n=one["p"] ** 2, q=one["p"], dmq1=one["dmp1"], iqmp=1),
        "a factor that is no prime": consistent(one["p"] + {1: 2, 2: 4}[one["p"] % 3], one["q"]),
        "n negative": pkcs8_with(n=n - 2**2048),
    }
    all_materials_refused(sqlite_client, waiting("RSA_2048"), materials, pkcs8_with())


def test_other_sizes_are_refused(sqlite_client: Client, waiting: Waiting):
    sizes = {f"{bits} bits": own_rsa(bits) for bits in (1024, 2040, 2056)}
    others = {spec: some_pair(spec).material for spec in ("RSA_3072", "RSA_4096")}
    all_materials_refused(sqlite_client, waiting("RSA_2048"), {**sizes, **others}, pkcs8_with())
    all_materials_refused(sqlite_client, waiting("RSA_3072"), {"RSA_2048": pkcs8_with()}, others["RSA_3072"])
    all_materials_refused(sqlite_client, waiting("RSA_4096"), {"RSA_2048": pkcs8_with()}, others["RSA_4096"])


def own_rsa(bits: int) -> bytes:
    key = rsa.generate_private_key(65537, bits)
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def test_other_encodings_are_refused(sqlite_client: Client, waiting: Waiting):
    key, good = key_of(pkcs8_with()), pkcs8_with()
    locked = serialization.BestAvailableEncryption(b"password")
    public = key.public_key()
    materials = {
        "encrypted": key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, locked),
        "PEM": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "the public key": some_pair("RSA_2048").spki,
        "the public key in PKCS #1": public.public_bytes(Encoding.DER, serialization.PublicFormat.PKCS1),
        "a byte less": good[:-1],
        "a byte more": good + b"\0",
        "twice": good * 2,
        "version 7": pkcs8_with(version=7),
        "empty": b"",
        "zeros": bytes(1218),
        "noise": os.urandom(1218),
        "a curve's key": some_pair("EC_P256").material,
        "an SM2 scalar": some_pair("EC_SM2").material,
    }
    all_materials_refused(sqlite_client, waiting("RSA_2048"), materials, good)


def test_a_huge_key_is_refused_before_anybody_proves_its_primes(sqlite_client: Client, waiting: Waiting):
    """Of two Mersenne primes; OpenSSL would work on them for ten seconds, and on longer ones for hours."""
    huge = consistent(2**4423 - 1, 2**4253 - 1)
    got = waiting("RSA_2048")
    blob, started = got.wrap(huge), time.monotonic()
    assert refusal(send(sqlite_client, got, blob)) == INVALID_MATERIAL
    assert time.monotonic() - started < 3
    accepts(sqlite_client, got, pkcs8_with())


def test_an_exponent_that_openssl_will_not_use_is_refused(sqlite_client: Client, waiting: Waiting):
    """With a modulus above 3,072 bits it takes none above 2^64: what such a key signs would never verify."""
    one = key_of(own_pair("RSA_4096").pkcs8).private_numbers()
    e = next(e for e in range(2**100 + 1, 2**101, 2) if gcd(e, (one.p - 1) * (one.q - 1)) == 1)
    materials = {"e of 101 bits": consistent(one.p, one.q, e)}
    all_materials_refused(sqlite_client, waiting("RSA_4096"), materials, some_pair("RSA_4096").material)

"""What is wrapped as it should be, but is not the private key that the spec asks for: curves and SM2."""

import os
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.importing.calls import Download
from tests.importing.materials import CURVES, OwnPair, ec_pkcs8, own_pair, some_pair
from tests.importing.refusals import accepts, all_materials_refused
from tests.interop import sm2
from tests.support.client import Client

Waiting = Callable[..., Download]

# SEC 2 sections 2.4.1 and 2.4.2.
ORDERS = {
    "EC_P256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "EC_P256K": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
}
POINT = 65


def scalar(number: int) -> bytes:
    return number.to_bytes(max(32, (number.bit_length() + 7) // 8), "big")


def with_point(own: OwnPair, point: bytes) -> bytes:
    """The same private half beside another public one."""
    assert own.pkcs8.count(own.spki[-POINT:]) == 1
    return own.pkcs8.replace(own.spki[-POINT:], point)


def pkcs8(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | x25519.X25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("spec", CURVES)
def test_impossible_scalars_are_refused_and_the_first_and_last_possible_are_taken(
    sqlite_client: Client, waiting: Waiting, spec: str
):
    n = ORDERS[spec]
    materials = {f"{value:x}": ec_pkcs8(spec, scalar(value)) for value in (0, n, n + 1, 2**256 - 1, n << 8, 2**256)}
    materials["none"] = ec_pkcs8(spec, b"")
    all_materials_refused(sqlite_client, waiting(spec), materials, ec_pkcs8(spec, scalar(1)))
    accepts(sqlite_client, waiting(spec), ec_pkcs8(spec, scalar(n - 1)))


@pytest.mark.parametrize("spec", CURVES)
def test_a_public_half_of_another_key_is_refused(sqlite_client: Client, waiting: Waiting, spec: str):
    own, other = own_pair(spec), own_pair(spec)
    point = own.spki[-POINT:]
    materials = {
        "another's": with_point(own, other.spki[-POINT:]),
        "off the curve": with_point(own, point[:-1] + bytes((point[-1] ^ 1,))),
        "zeros": with_point(own, b"\4" + bytes(64)),
        "not a point": with_point(own, bytes(POINT)),
    }
    all_materials_refused(sqlite_client, waiting(spec), materials, own.material)


@pytest.mark.parametrize("spec", CURVES)
def test_other_curves_and_encodings_are_refused(sqlite_client: Client, waiting: Waiting, spec: str):
    own = own_pair(spec)
    key = serialization.load_der_private_key(own.pkcs8, None)
    locked = serialization.BestAvailableEncryption(b"password")
    [other] = set(CURVES) - {spec}
    materials = {
        "the other curve": own_pair(other).material,
        "P-384": pkcs8(ec.generate_private_key(ec.SECP384R1())),
        "P-224": pkcs8(ec.generate_private_key(ec.SECP224R1())),
        "Ed25519": pkcs8(ed25519.Ed25519PrivateKey.generate()),
        "X25519": pkcs8(x25519.X25519PrivateKey.generate()),
        "SM2": some_pair("EC_SM2").pkcs8,
        "RSA": some_pair("RSA_2048").material,
        "encrypted": key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, locked),
        "PEM": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "the public key": own.spki,
        "the bare scalar": bytes(31) + b"\1",
        "a byte less": own.material[:-1],
        "a byte more": own.material + b"\0",
        "empty": b"",
        "zeros": bytes(len(own.material)),
        "noise": os.urandom(len(own.material)),
    }
    all_materials_refused(sqlite_client, waiting(spec), materials, own.material)


@pytest.mark.parametrize("bad", [0, sm2.N - 1, sm2.N, sm2.N + 1, 2**256 - 1])
def test_impossible_sm2_scalars_are_refused(sqlite_client: Client, waiting: Waiting, bad: int):
    all_materials_refused(sqlite_client, waiting("EC_SM2"), {"bad": scalar(bad)}, own_pair("EC_SM2").material)


@pytest.mark.parametrize("good", [1, 2, sm2.N - 3, sm2.N - 2])
def test_the_first_and_last_possible_sm2_scalars_are_taken(sqlite_client: Client, waiting: Waiting, good: int):
    accepts(sqlite_client, waiting("EC_SM2"), scalar(good))


def test_what_is_not_the_bare_sm2_scalar_is_refused(sqlite_client: Client, waiting: Waiting):
    own = own_pair("EC_SM2")
    materials = {
        "PKCS #8": own.pkcs8 + bytes(-len(own.pkcs8) % 16),
        "padded": own.material + b"\x10" * 16,
        "16 bytes": own.material[:16],
        "empty": b"",
        "the public point": own.spki[-64:],
    }
    all_materials_refused(sqlite_client, waiting("EC_SM2"), materials, own.material)

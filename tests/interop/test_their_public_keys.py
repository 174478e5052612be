"""What is not the public key that WrappingKeySpec says, and data keys that are too long for one that is."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.importing.materials import some_pair
from tests.interop.der import integer, sequence, tlv
from tests.interop.outside import b64
from tests.interop.test_sizes import names
from tests.support.client import Answer, Client

RSA = bytes.fromhex("300d06092a864886f70d0101010500")
ALGORITHMS = {"RSA_2048": "RSAES_OAEP_SHA_256", "EC_SM2": "SM2PKE"}
OTHERS = ("RSA_3072", "RSA_4096", "EC_P256", "EC_P256K")


def rsa_spki(n: int, e: int) -> bytes:
    return sequence(RSA, tlv(3, b"\0" + sequence(integer(n), integer(e))))


def numbers() -> rsa.RSAPublicNumbers:
    key = serialization.load_der_public_key(some_pair("RSA_2048").spki)
    assert isinstance(key, rsa.RSAPublicKey)
    return key.public_numbers()


def with_point(point: bytes) -> bytes:
    return some_pair("EC_SM2").spki[:-65] + point


def wrong_keys(spec: str) -> dict[str, bytes]:
    own = some_pair(spec)
    n = numbers().n
    point = some_pair("EC_SM2").spki[-65:]
    special = {
        "RSA_2048": {
            "e of 1": rsa_spki(n, 1),
            "e even": rsa_spki(n, 2),
            "e of 0": rsa_spki(n, 0),
            "e above n": rsa_spki(n, n + 2),
            "n even": rsa_spki(n - 1, 65537),
            "n a power of 2": rsa_spki(2**2047, 65537),
            "n negative": rsa_spki(n - 2**2048, 65537),
            "2,047 bits": rsa_spki(2**2047 - 1, 65537),
        },
        "EC_SM2": {
            "off the curve": with_point(point[:-1] + bytes((point[-1] ^ 1,))),
            "zeros": with_point(b"\4" + bytes(64)),
            "infinity": with_point(b"\0"),
            "compressed": with_point(bytes((2 + (point[-1] & 1),)) + point[1:33]),
        },
    }[spec]
    [other] = set(ALGORITHMS) - {spec}
    others = {name: some_pair(name).spki for name in (other, *OTHERS)}
    spki = own.spki
    cut = {"a byte less": spki[:-1], "a byte more": spki + b"\0", "zeros throughout": bytes(len(spki))}
    return {**special, **others, **cut, "the private key": own.pkcs8, "one byte": b"\0"}


def export(client: Client, spec: str, spki: bytes, **more: str) -> Answer:
    wrapping = {"PublicKeyBlob": b64(spki), "WrappingKeySpec": spec, "WrappingAlgorithm": ALGORITHMS[spec]}
    return client.answer("GenerateAndExportDataKey", KeyId=client.create_key(), **wrapping, **more)


@pytest.mark.parametrize("spec", ALGORITHMS)
def test_what_is_no_public_key_of_the_spec_is_refused(client: Client, spec: str):
    answers = {name: export(client, spec, spki) for name, spki in wrong_keys(spec).items()}
    assert [name for name, answer in answers.items() if not names(answer, "InvalidParameter", "PublicKeyBlob")] == []
    assert export(client, spec, some_pair(spec).spki).code == "OK"


@pytest.mark.parametrize("spec", ALGORITHMS)
def test_a_pem_is_not_the_base64_of_a_key(client: Client, spec: str):
    lines = f"-----BEGIN PUBLIC KEY-----\n{b64(some_pair(spec).spki)}\n-----END PUBLIC KEY-----\n"
    wrapping = {"PublicKeyBlob": lines, "WrappingKeySpec": spec, "WrappingAlgorithm": ALGORITHMS[spec]}
    answer = client.answer("GenerateAndExportDataKey", KeyId=client.create_key(), **wrapping)
    assert names(answer, "InvalidParameter", "PublicKeyBlob")


@pytest.mark.parametrize(("spec", "longest"), [("RSA_2048", 190), ("EC_SM2", 1024)])
def test_the_longest_data_key_is_the_longest_that_the_public_key_encrypts(client: Client, spec: str, longest: int):
    spki = some_pair(spec).spki
    assert export(client, spec, spki, NumberOfBytes=str(longest)).code == "OK"
    assert names(export(client, spec, spki, NumberOfBytes=str(longest + 1)), "InvalidParameter", "NumberOfBytes")


@pytest.mark.parametrize(("spec", "longest"), [("RSA_2048", 190), ("EC_SM2", 1024)])
def test_a_dry_run_tells_a_data_key_that_is_too_long(client: Client, spec: str, longest: int):
    spki = some_pair(spec).spki
    assert export(client, spec, spki, NumberOfBytes=str(longest), DryRun="true").code == "DryRunOperationError"
    assert export(client, spec, spki, NumberOfBytes=str(longest + 1), DryRun="true").code == "ValidationError"

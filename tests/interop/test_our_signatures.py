"""Signatures of the API under OpenSSL's command line and the PEM of GetPublicKey."""

import base64
import hashlib

import pytest
from gmssl_pyx import sm3_hash

from tests.interop.openssl import OpenSsl
from tests.interop.outside import b64
from tests.interop.pairs import Pair, new_pair, public_key
from tests.interop.sm2 import IDENTITY, e_of
from tests.support.client import Client

PSS = "rsa_padding_mode:pss", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha256"
# How OpenSSL is told the algorithm.
OPTIONS: dict[str, tuple[str, ...]] = {"RSA_PSS_SHA_256": PSS, "RSA_PKCS1_SHA_256": (), "ECDSA_SHA_256": ()}
CASES = [
    *((spec, algorithm) for spec in ("RSA_2048", "RSA_3072", "RSA_4096") for algorithm in list(OPTIONS)[:2]),
    ("EC_P256", "ECDSA_SHA_256"),
    ("EC_P256K", "ECDSA_SHA_256"),
]
MESSAGE = b"what the signature is of"


def signed_by_us(client: Client, openssl: OpenSsl, pair: Pair, algorithm: str, digest: bytes) -> None:
    """Puts the files pub.pem and sig."""
    value = client.call("AsymmetricSign", Algorithm=algorithm, Digest=b64(digest), **pair.place)["Value"]
    openssl.put("sig", base64.b64decode(value, validate=True))
    openssl.put("pub.pem", public_key(client, pair))
    openssl.put("message", MESSAGE)
    openssl.put("other", MESSAGE + b"!")


@pytest.mark.parametrize(("spec", "algorithm"), CASES)
def test_openssl_verifies_a_message_that_we_signed(client: Client, openssl: OpenSsl, spec: str, algorithm: str):
    pair = new_pair(client, spec, "SIGN/VERIFY")
    signed_by_us(client, openssl, pair, algorithm, hashlib.sha256(MESSAGE).digest())
    options = " ".join(f"-sigopt {option}" for option in OPTIONS[algorithm])
    command = f"dgst -sha256 {options} -verify pub.pem -signature sig"
    assert openssl.says(f"{command} message")
    assert not openssl.says(f"{command} other")


@pytest.mark.parametrize(("spec", "algorithm"), CASES)
def test_openssl_verifies_a_digest_that_we_signed(client: Client, openssl: OpenSsl, spec: str, algorithm: str):
    pair, digest = new_pair(client, spec, "SIGN/VERIFY"), bytes(range(32))
    signed_by_us(client, openssl, pair, algorithm, digest)
    openssl.put("digest", digest)
    openssl.put("another", bytes(32))
    options = " ".join(f"-pkeyopt {option}" for option in ("digest:sha256", *OPTIONS[algorithm]))
    command = f"pkeyutl -verify -pubin -inkey pub.pem -sigfile sig {options} -in"
    assert openssl.says(f"{command} digest")
    assert not openssl.says(f"{command} another")


def test_the_salt_of_pss_is_as_long_as_the_digest(client: Client, openssl: OpenSsl):
    pair = new_pair(client, "RSA_2048", "SIGN/VERIFY")
    signed_by_us(client, openssl, pair, "RSA_PSS_SHA_256", hashlib.sha256(MESSAGE).digest())
    command = "dgst -sha256 -sigopt rsa_padding_mode:pss -verify pub.pem -signature sig -sigopt rsa_pss_saltlen:"
    accepted = [length for length in (0, 20, 31, 32, 33, 222) if openssl.says(f"{command}{length} message")]
    assert accepted == [32]


def test_openssl_verifies_32_bytes_that_we_signed_with_sm2(client: Client, openssl: OpenSsl):
    pair, digest = new_pair(client, "EC_SM2", "SIGN/VERIFY"), bytes(range(32))
    signed_by_us(client, openssl, pair, "SM2DSA", digest)
    openssl.put("e", digest)
    openssl.put("another", bytes(32))
    assert openssl.says("pkeyutl -verify -pubin -inkey pub.pem -in e -sigfile sig")
    assert not openssl.says("pkeyutl -verify -pubin -inkey pub.pem -in another -sigfile sig")


def test_openssl_verifies_a_message_that_we_signed_with_sm2(client: Client, openssl: OpenSsl):
    pair = new_pair(client, "EC_SM2", "SIGN/VERIFY")
    signed_by_us(client, openssl, pair, "SM2DSA", e_of(public_key(client, pair), MESSAGE))
    command = "dgst -sm3 -verify pub.pem -signature sig -sigopt distid:"
    assert openssl.says(f"{command}{IDENTITY.decode()} message")
    assert not openssl.says(f"{command}{IDENTITY.decode()} other")
    assert not openssl.says(f"{command}somebody message")


def test_what_sm2_signs_is_not_the_hash_of_the_message_alone(client: Client, openssl: OpenSsl):
    pair = new_pair(client, "EC_SM2", "SIGN/VERIFY")
    signed_by_us(client, openssl, pair, "SM2DSA", sm3_hash(MESSAGE))
    assert not openssl.says(f"dgst -sm3 -verify pub.pem -signature sig -sigopt distid:{IDENTITY.decode()} message")

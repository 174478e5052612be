"""Signatures that OpenSSL made with a private key which was then imported."""

import hashlib

import pytest

from tests.importing.calls import bring, external_key
from tests.importing.materials import own_pair
from tests.importing.wrapping import wrappings_of
from tests.interop.openssl import OpenSsl
from tests.interop.outside import b64, spki_of
from tests.interop.pairs import SIGNING, Pair, only_pair, public_key
from tests.interop.sm2 import IDENTITY, e_of
from tests.support.client import Client

MESSAGE = b"signed before the key moved in"
CASES = [(spec, algorithm) for spec, algorithms in SIGNING.items() for algorithm in algorithms]
PSS = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"
COMMANDS = {
    "RSA_PSS_SHA_256": f"dgst -sha256 {PSS}",
    "RSA_PKCS1_SHA_256": "dgst -sha256",
    "ECDSA_SHA_256": "dgst -sha256",
    "SM2DSA": f"dgst -sm3 -sigopt distid:{IDENTITY.decode()}",
}


def imported(client: Client, openssl: OpenSsl, spec: str) -> Pair:
    """An imported pair, whose private key is the file key.pem."""
    own, key_id = own_pair(spec), external_key(client, spec, KeyUsage="SIGN/VERIFY")
    openssl.put("key.der", own.pkcs8)
    openssl.run("pkey -inform DER -in key.der -out key.pem")
    bring(client, key_id, wrappings_of(spec)[0], own.material)
    pair = only_pair(client, key_id)
    assert spki_of(public_key(client, pair)) == own.spki
    return pair


def verified(client: Client, pair: Pair, algorithm: str, digest: bytes, signature: bytes) -> bool:
    given = {"Algorithm": algorithm, "Digest": b64(digest), "Value": b64(signature)}
    return bool(client.call("AsymmetricVerify", **pair.place, **given)["Value"])


@pytest.mark.parametrize(("spec", "algorithm"), CASES)
def test_we_verify_what_openssl_signed(client: Client, openssl: OpenSsl, spec: str, algorithm: str):
    pair = imported(client, openssl, spec)
    openssl.put("message", MESSAGE)
    signature = openssl.run(f"{COMMANDS[algorithm]} -sign key.pem message")
    digest = hashlib.sha256(MESSAGE).digest()
    if algorithm == "SM2DSA":
        digest = e_of(public_key(client, pair), MESSAGE)
    assert verified(client, pair, algorithm, digest, signature)
    assert not verified(client, pair, algorithm, digest[:-1] + bytes((digest[-1] ^ 1,)), signature)
    assert not verified(client, pair, algorithm, digest, signature[:-1] + bytes((signature[-1] ^ 1,)))


@pytest.mark.parametrize("length", [0, 20, 31, 33, 222])
def test_pss_with_another_salt_is_not_right(client: Client, openssl: OpenSsl, length: int):
    pair = imported(client, openssl, "RSA_2048")
    openssl.put("message", MESSAGE)
    pss = f"-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:{length}"
    signature = openssl.run(f"dgst -sha256 {pss} -sign key.pem message")
    assert not verified(client, pair, "RSA_PSS_SHA_256", hashlib.sha256(MESSAGE).digest(), signature)

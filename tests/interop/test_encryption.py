"""Ciphertext that goes between the API and OpenSSL's command line, both ways."""

import base64

import pytest

from tests.importing.calls import bring, external_key
from tests.importing.materials import own_pair
from tests.importing.wrapping import wrappings_of
from tests.interop.der import der_sm2, raw_sm2
from tests.interop.openssl import OpenSsl
from tests.interop.outside import b64
from tests.interop.pairs import ENCRYPTION, Pair, new_pair, only_pair, public_key
from tests.support.client import Client

RSA_CASES = [(spec, algorithm) for spec in ENCRYPTION for algorithm in ENCRYPTION[spec] if algorithm != "SM2PKE"]
HASHES = {"RSAES_OAEP_SHA_256": "sha256", "RSAES_OAEP_SHA_1": "sha1"}
PLAINTEXT = bytes(range(100))


def oaep(algorithm: str) -> str:
    digest = HASHES[algorithm]
    options = "rsa_padding_mode:oaep", f"rsa_oaep_md:{digest}", f"rsa_mgf1_md:{digest}"
    return " ".join(f"-pkeyopt {option}" for option in options)


def by_openssl(client: Client, openssl: OpenSsl, pair: Pair, options: str = "") -> bytes:
    openssl.put("pub.pem", public_key(client, pair))
    openssl.put("plain", PLAINTEXT)
    return openssl.run(f"pkeyutl -encrypt -pubin -inkey pub.pem -in plain {options}")


def decrypted(client: Client, pair: Pair, algorithm: str, ciphertext: bytes) -> bytes:
    given = {"Algorithm": algorithm, "CiphertextBlob": b64(ciphertext)}
    return base64.b64decode(client.call("AsymmetricDecrypt", **pair.place, **given)["Plaintext"], validate=True)


def by_us(client: Client, pair: Pair, algorithm: str) -> bytes:
    given = {"Algorithm": algorithm, "Plaintext": b64(PLAINTEXT)}
    return base64.b64decode(client.call("AsymmetricEncrypt", **pair.place, **given)["CiphertextBlob"], validate=True)


def imported(client: Client, openssl: OpenSsl, spec: str) -> Pair:
    """An imported pair, whose private key is the file key.der."""
    own, key_id = own_pair(spec), external_key(client, spec, KeyUsage="ENCRYPT/DECRYPT")
    openssl.put("key.der", own.pkcs8)
    bring(client, key_id, wrappings_of(spec)[0], own.material)
    return only_pair(client, key_id)


@pytest.mark.parametrize(("spec", "algorithm"), RSA_CASES)
def test_we_decrypt_what_openssl_encrypted(client: Client, openssl: OpenSsl, spec: str, algorithm: str):
    pair = new_pair(client, spec, "ENCRYPT/DECRYPT")
    ciphertext = by_openssl(client, openssl, pair, oaep(algorithm))
    assert decrypted(client, pair, algorithm, ciphertext) == PLAINTEXT
    [other] = set(ENCRYPTION[spec]) - {algorithm}
    given = {"Algorithm": other, "CiphertextBlob": b64(ciphertext)}
    assert client.refused("AsymmetricDecrypt", **pair.place, **given) == "InvalidParameter"


@pytest.mark.parametrize("label", ["6b6579", "00"])
def test_oaep_with_a_label_is_not_for_us(client: Client, openssl: OpenSsl, label: str):
    pair = new_pair(client, "RSA_2048", "ENCRYPT/DECRYPT")
    options = f"{oaep('RSAES_OAEP_SHA_256')} -pkeyopt rsa_oaep_label:{label}"
    given = {"Algorithm": "RSAES_OAEP_SHA_256", "CiphertextBlob": b64(by_openssl(client, openssl, pair, options))}
    assert client.refused("AsymmetricDecrypt", **pair.place, **given) == "InvalidParameter"


def test_we_decrypt_what_openssl_encrypted_with_sm2_in_both_forms(client: Client, openssl: OpenSsl):
    pair = new_pair(client, "EC_SM2", "ENCRYPT/DECRYPT")
    ciphertext = by_openssl(client, openssl, pair)
    raw = raw_sm2(ciphertext)
    assert (len(raw), raw[0]) == (97 + len(PLAINTEXT), 4)
    assert decrypted(client, pair, "SM2PKE", ciphertext) == PLAINTEXT
    assert decrypted(client, pair, "SM2PKE", raw) == PLAINTEXT


@pytest.mark.parametrize(("spec", "algorithm"), RSA_CASES)
def test_openssl_decrypts_what_we_encrypted(client: Client, openssl: OpenSsl, spec: str, algorithm: str):
    pair = imported(client, openssl, spec)
    openssl.put("cipher", by_us(client, pair, algorithm))
    command = f"pkeyutl -decrypt -keyform DER -inkey key.der -in cipher {oaep(algorithm)}"
    assert openssl.run(command) == PLAINTEXT


def test_openssl_decrypts_what_we_encrypted_with_sm2(client: Client, openssl: OpenSsl):
    pair = imported(client, openssl, "EC_SM2")
    raw = by_us(client, pair, "SM2PKE")
    assert (len(raw), raw[0]) == (97 + len(PLAINTEXT), 4)
    openssl.put("cipher", der_sm2(raw))
    assert openssl.run("pkeyutl -decrypt -keyform DER -inkey key.der -in cipher") == PLAINTEXT

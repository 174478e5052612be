"""Material wrapped by the lines of OpenSSL that people type; Base64 too, with `openssl enc`."""

import pytest

from tests.importing.calls import Download, download, external_key, is_used, metadata
from tests.importing.materials import SYMMETRIC_BYTES
from tests.importing.wrapping import RSA_AES, SM2_SM4
from tests.interop.openssl import OpenSsl
from tests.interop.outside import spki_of
from tests.interop.pairs import only_pair, public_key
from tests.support.client import Answer, Client

ENCRYPT = "pkeyutl -encrypt -pubin -keyform DER -inkey PublicKey.bin"
OAEP = "-pkeyopt rsa_padding_mode:oaep"
OAEP_SHA_256 = f"{ENCRYPT} {OAEP} -pkeyopt rsa_oaep_md:sha256 -pkeyopt rsa_mgf1_md:sha256"
LINES = {
    "RSAES_PKCS1_V1_5": [ENCRYPT, f"{ENCRYPT} -pkeyopt rsa_padding_mode:pkcs1"],
    # Without rsa_mgf1_md the mask is made with the digest of rsa_oaep_md.
    "RSAES_OAEP_SHA_1": [f"{ENCRYPT} {OAEP}", f"{ENCRYPT} {OAEP} -pkeyopt rsa_oaep_md:sha1"],
    "RSAES_OAEP_SHA_256": [OAEP_SHA_256, f"{ENCRYPT} {OAEP} -pkeyopt rsa_oaep_md:sha256"],
    "SM2PKE": [ENCRYPT],
}
PUBLIC_HALF = "pkey -in tak.pem -pubout -outform DER"
PRIVATE_KEYS = {
    "RSA_2048": "genrsa -out tak.pem 2048",
    "RSA_3072": "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out tak.pem",
    "RSA_4096": "genrsa -out tak.pem 4096",
    "EC_P256": "ecparam -genkey -noout -name prime256v1 -out tak.pem",
    "EC_P256K": "ecparam -genkey -noout -name secp256k1 -out tak.pem",
}


def send_in_base64(client: Client, openssl: OpenSsl, got: Download, blob: bytes) -> Answer:
    openssl.put("material.bin", blob)
    openssl.put("ImportToken.txt", got.token)
    text = openssl.run("enc -e -base64 -A -in material.bin").decode()
    return client.answer("ImportKeyMaterial", KeyId=got.key_id, EncryptedKeyMaterial=text, ImportToken=got.token)


def esk_of(openssl: OpenSsl, size: int, command: str) -> tuple[str, bytes]:
    """An ephemeral key in hexadecimal, and its ciphertext."""
    openssl.run(f"rand -out ESK.bin {size}")
    return openssl.get("ESK.bin").hex(), openssl.run(f"{command} -in ESK.bin")


@pytest.mark.parametrize("spec", SYMMETRIC_BYTES)
@pytest.mark.parametrize(("algorithm", "line"), [(name, line) for name, lines in LINES.items() for line in lines])
def test_a_symmetric_key_is_imported(client: Client, openssl: OpenSsl, spec: str, algorithm: str, line: str):
    got = download(client, external_key(client, spec), algorithm)
    openssl.put("PublicKey.bin", got.spki)
    openssl.run(f"rand -out KeyMaterial.bin {SYMMETRIC_BYTES[spec]}")
    assert send_in_base64(client, openssl, got, openssl.run(f"{line} -in KeyMaterial.bin")).code == "OK"
    assert metadata(client, got.key_id)["KeyState"] == "Enabled"
    assert is_used(client, got.key_id)


@pytest.mark.parametrize("spec", PRIVATE_KEYS)
def test_a_private_key_is_imported(client: Client, openssl: OpenSsl, spec: str):
    got = download(client, external_key(client, spec), RSA_AES)
    openssl.put("PublicKey.bin", got.spki)
    openssl.run(PRIVATE_KEYS[spec])
    openssl.run("pkcs8 -topk8 -nocrypt -in tak.pem -outform DER -out tak.der")
    esk, cipher = esk_of(openssl, 32, OAEP_SHA_256)
    blob = cipher + openssl.run(f"enc -aes-256-ecb -K {esk} -in tak.der")
    assert send_in_base64(client, openssl, got, blob).code == "OK"
    assert is_used(client, got.key_id)
    assert spki_of(public_key(client, only_pair(client, got.key_id))) == openssl.run(PUBLIC_HALF)


def test_an_sm2_key_is_imported(client: Client, openssl: OpenSsl):
    got = download(client, external_key(client, "EC_SM2"), SM2_SM4)
    openssl.put("PublicKey.bin", got.spki)
    openssl.run("ecparam -genkey -noout -name SM2 -out tak.pem")
    # RFC 5915: seven bytes of headers and version, then d.
    openssl.put("d", openssl.run("ec -in tak.pem -outform DER")[7 : 7 + 32])
    esk, cipher = esk_of(openssl, 16, ENCRYPT)
    blob = cipher + openssl.run(f"enc -sm4-ecb -nopad -K {esk} -in d")
    assert send_in_base64(client, openssl, got, blob).code == "OK"
    assert is_used(client, got.key_id)
    assert spki_of(public_key(client, only_pair(client, got.key_id))) == openssl.run(PUBLIC_HALF)

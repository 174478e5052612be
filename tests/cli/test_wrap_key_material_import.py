"""The three commands of an import, one after the other, as docs and operators use them."""

import base64
import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from tests.interop.openssl import OpenSsl
from tests.interop.outside import b64, verifies
from tests.support.client import Client
from tests.support.server import KEYREEVE, Server, keyreeve

DIGEST = hashlib.sha256(b"message").digest()
RSA_AES, SM2_SM4 = "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD", "SM2PKE_SM4_ECB"
# What the owner runs to make material, and how it is wrapped.
KEYS = {
    "Aliyun_AES_256": ("rand -out material 32", "RSAES_OAEP_SHA_256", "RSA_2048"),
    "Aliyun_AES_128": ("rand -out material 16", "RSAES_PKCS1_V1_5", "RSA_2048"),
    "Aliyun_AES_192": ("rand -out material 24", "RSAES_OAEP_SHA_1", "RSA_2048"),
    "Aliyun_SM4": ("rand -out material 16", "SM2PKE", "EC_SM2"),
    "RSA_2048": ("genrsa -traditional -out material 2048", RSA_AES, "RSA_2048"),
    "EC_P256": ("ecparam -name prime256v1 -genkey -out material", RSA_AES, "RSA_2048"),
    "EC_P256K": ("ecparam -name secp256k1 -genkey -noout -out material", RSA_AES, "RSA_2048"),
    "EC_SM2": ("genpkey -algorithm SM2 -out material", SM2_SM4, "EC_SM2"),
}
SIGNING = {"RSA_2048": "RSA_PSS_SHA_256", "EC_SM2": "SM2DSA"}


@pytest.fixture
def client(sqlite_server: Server) -> Client:
    return Client(sqlite_server.address, sqlite_server.account)


def called(server: Server, *words: str) -> str:
    done = keyreeve("call", *words, "--data", str(server.data))
    assert done.returncode == 0, done.stderr
    return done.stdout


def brought(server: Server, key_id: str, folder: Path, algorithm: str, wrapping_key_spec: str) -> None:
    """GetParametersForImport, wrap-key-material and ImportKeyMaterial of the file `material`."""
    words = ("--KeyId", key_id, "--WrappingAlgorithm", algorithm, "--WrappingKeySpec", wrapping_key_spec)
    given = called(server, "GetParametersForImport", *words)
    (folder / "parameters.json").write_text(given)
    command = [str(KEYREEVE), "wrap-key-material", "--public-key", "parameters.json", "--algorithm", algorithm]
    done = subprocess.run(
        [*command, "--material", "material"], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    token = json.loads(given)["ImportToken"]
    words = ("--KeyId", key_id, "--ImportToken", token, "--EncryptedKeyMaterial", done.stdout.strip())
    called(server, "ImportKeyMaterial", *words)


def spki_pem(openssl: OpenSsl) -> str:
    return openssl.run("pkey -in material -pubout").decode()


@pytest.mark.parametrize("spec", KEYS)
def test_what_it_prints_imports(sqlite_server: Server, client: Client, tmp_path: Path, spec: str) -> None:
    make, algorithm, wrapping_key_spec = KEYS[spec]
    openssl = OpenSsl(tmp_path)
    openssl.run(make)
    key_id = client.create_key(KeySpec=spec, Origin="EXTERNAL")
    brought(sqlite_server, key_id, tmp_path, algorithm, wrapping_key_spec)
    assert client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["KeyState"] == "Enabled"
    if spec.startswith("Aliyun_"):
        blob = client.call("Encrypt", KeyId=key_id, Plaintext="aGVsbG8=")["CiphertextBlob"]
        assert client.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "aGVsbG8="
        return
    [version] = client.call("ListKeyVersions", KeyId=key_id)["KeyVersions"]["KeyVersion"]
    place = {"KeyId": key_id, "KeyVersionId": version["KeyVersionId"]}
    pem = client.call("GetPublicKey", **place)["PublicKey"]
    assert pem == spki_pem(openssl)
    signing = SIGNING.get(spec, "ECDSA_SHA_256")
    signed = client.call("AsymmetricSign", **place, Algorithm=signing, Digest=b64(DIGEST))["Value"]
    assert verifies(pem, signing, DIGEST, base64.b64decode(signed, validate=True))

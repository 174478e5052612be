"""A bad PKCS #1 v1.5 padding that OpenSSL answers with bytes of the right length is still a bad one.

OpenSSL gives back bytes that depend on the ciphertext and the private key, of a length from 0 to 245: in one of about
250 ciphertexts as many as the key needs. The tests look for one with the wrapping key, which the server sealed into the
token; the server opens it here, for the key is nowhere else.
"""

import os

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from keyreeve.app import DataFolder
from keyreeve.keys.import_tokens import open_token
from tests.importing.calls import Download, download, external_key, metadata, send
from tests.importing.refusals import INVALID_MATERIAL, accepts, all_refused, refusal
from tests.interop.outside import decrypted
from tests.support.client import Client
from tests.support.server import Server

PKCS1 = "RSAES_PKCS1_V1_5"
MOST_TRIES = 8000


def wrapping_key(server: Server, got: Download) -> rsa.RSAPrivateKey:
    sealer = DataFolder(server.data).sealer(None)
    opened = open_token(sealer, got.key_id, got.token, now=0)
    key = serialization.load_der_private_key(opened.wrapping_key.reveal(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def seemingly_good(key: rsa.RSAPrivateKey, size: int) -> tuple[bytes, bytes]:
    """A ciphertext of noise that OpenSSL decrypts to so many bytes, and those."""
    for _ in range(MOST_TRIES):
        blob = b"\0" + os.urandom(255)
        plaintext = decrypted(key, PKCS1, blob)
        if len(plaintext) == size:
            return blob, plaintext
    raise AssertionError("OpenSSL rejects in another way than it did")


@pytest.mark.parametrize(("spec", "size"), [("Aliyun_AES_256", 32), ("Aliyun_SM4", 16)])
def test_noise_that_openssl_takes_for_material_is_refused(sqlite_server: Server, spec: str, size: int):
    client = Client(sqlite_server.address, sqlite_server.account)
    got = download(client, external_key(client, spec), PKCS1)
    key = wrapping_key(sqlite_server, got)
    found = [seemingly_good(key, size) for _ in range(3)]
    # It is no accident of one call: the same bytes come out again, so a key would be bound to them.
    assert all(decrypted(key, PKCS1, blob) == plaintext for blob, plaintext in found)
    all_refused(client, got, {f"noise {at}": blob for at, (blob, _) in enumerate(found)}, os.urandom(size))


def test_noise_is_refused_too_where_the_key_has_the_very_bytes_that_openssl_makes_of_it(sqlite_server: Server):
    client = Client(sqlite_server.address, sqlite_server.account)
    got = download(client, external_key(client, "Aliyun_AES_256"), PKCS1)
    blob, plaintext = seemingly_good(wrapping_key(sqlite_server, got), 32)
    accepts(client, got, plaintext)
    before = metadata(client, got.key_id)
    assert refusal(send(client, got, blob)) == INVALID_MATERIAL
    assert metadata(client, got.key_id) == before


def test_material_of_every_look_gets_through(sqlite_server: Server):
    """Zeros in it are not the zero that ends the padding."""
    client = Client(sqlite_server.address, sqlite_server.account)
    for material in (bytes(32), b"\0\2" + b"\xff" * 29 + b"\0", b"\xff" * 32):
        accepts(client, download(client, external_key(client, "Aliyun_AES_256"), PKCS1), material)

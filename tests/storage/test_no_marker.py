"""Nothing secret that a caller or the service had in hand is found in any file of the data directory."""

import base64
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.serialization import load_der_private_key

from keyreeve.app import DataFolder
from keyreeve.keys import store
from keyreeve.keys.import_tokens import open_token
from keyreeve.keys.material import material_place
from tests.keys.imports import new_material, parameters_for, rsa_key, rsa_spki
from tests.keys.pairs import REQUESTS, pair_in
from tests.serving.processes import log_of, serving
from tests.support.client import Client, query_of, send, v1_parameters
from tests.support.server import Server, create_account, init


@pytest.fixture
def own(data: Path) -> Iterator[Server]:
    with serving(Server(data, init(data))) as server:
        yield server


def forms(secret: bytes) -> set[bytes]:
    """How bytes may look in a file."""
    return {
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
        quote(secret).encode(),
    }


def files(server: Server) -> dict[str, bytes]:
    """All that is written, but the root key itself, which is there to be read."""
    found = {
        str(path.relative_to(server.data)): path.read_bytes()
        for path in server.data.rglob("*")
        if path.is_file() and path.name != "root-key.json"
    }
    return {**found, "the log": log_of(server).encode(), "/metrics": send(server.address, "GET", "/metrics").body}


def material(data: Path) -> list[bytes]:
    """The opened material of all key versions."""
    folder = DataFolder(data)
    sealer, database = folder.sealer(None), folder.database()
    with database.reading() as connection:
        found = store.versions_after(connection, "", 1000)
    database.close()
    sealed = [(material_place(one.version), one.sealed_material) for one in found]
    return [sealer.unseal(place, value).reveal() for place, value in sealed if value is not None]


def numbers(material: bytes) -> list[bytes]:
    """The secret numbers in the DER of a private key; nothing of other material, which is a number itself."""
    if len(material) <= 32:
        return []
    key = load_der_private_key(material, None)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return [key.private_numbers().private_value.to_bytes(32, "big")]
    assert isinstance(key, rsa.RSAPrivateKey)
    found = key.private_numbers()
    return [number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (found.p, found.q, found.d)]


def work(server: Server, client: Client) -> list[bytes]:
    """Calls that succeed and calls that fail, with secrets everywhere; returns the secrets."""
    plaintext, context = (f"very-{what}-{secrets.token_hex(8)}" for what in ("plain", "context"))
    key_id = client.create_key(Description="no secret")
    given = {"KeyId": key_id, "EncryptionContext": f'{{"a":"{context}"}}'}
    blob = client.call("Encrypt", Plaintext=plaintext, **given)["CiphertextBlob"]
    client.call("Decrypt", CiphertextBlob=blob, EncryptionContext=given["EncryptionContext"])
    client.refused("Decrypt", CiphertextBlob=blob, EncryptionContext=f'{{"b":"{context}"}}')
    data_key = client.call("GenerateDataKey", **given)["Plaintext"]
    client.refused("Encrypt", KeyId="alias/unknown", Plaintext=plaintext)
    client.refused("Encrypt", KeyId=key_id, Plaintext=plaintext * 1000)
    client.refused("CreateKey", Description="d", Origin=plaintext)
    client.refused("NoSuch", Plaintext=plaintext)
    signatures = [signed_call(server, client, action, plaintext) for action in ("DescribeRegions", "Encrypt", "NoSuch")]
    return [plaintext.encode(), context.encode(), base64.b64decode(data_key), *signatures]


def work_with_pairs(server: Server, client: Client) -> list[bytes]:
    """Keys of other kinds, made here and imported; returns their secrets, the wrapping keys' among them."""
    for spec in ("RSA_2048", "EC_P256"):
        client.create_key(KeySpec=spec)
    for usage, requests in REQUESTS.items():
        pair = pair_in(client, "Enabled", usage)
        for operation, request in requests.items():
            client.call(operation, **request(pair))
    wrapping = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_256"}
    given = {"KeyId": client.create_key(KeySpec="Aliyun_SM4"), "PublicKeyBlob": rsa_spki(), **wrapping}
    exported = client.call("GenerateAndExportDataKey", **given)["ExportedDataKey"]
    data_key = rsa_key().decrypt(base64.b64decode(exported), OAEP(MGF1(hashes.SHA256()), hashes.SHA256(), None))
    return [data_key, *work_with_imports(server, client)]


def work_with_imports(server: Server, client: Client) -> list[bytes]:
    """Material that stays, and material that is refused, with the wrapping keys of their tokens."""
    known: list[bytes] = []
    for spec in ("Aliyun_AES_256", "EC_P256", "EC_SM2"):
        key_id, material, other = (
            client.create_key(Origin="EXTERNAL", KeySpec=spec),
            new_material(spec),
            new_material(spec),
        )
        given = parameters_for(client, key_id, spec, material)
        client.call("ImportKeyMaterial", **given)
        client.refused("ImportKeyMaterial", **parameters_for(client, key_id, spec, other))
        client.refused("ImportKeyMaterial", **{**given, "EncryptedKeyMaterial": base64.b64encode(other).decode()})
        token = open_token(DataFolder(server.data).sealer(None), key_id, given["ImportToken"], int(time.time() * 1000))
        wrapping_key = token.wrapping_key.reveal()
        known += [material, other, wrapping_key, *numbers(material), *numbers(other), *numbers(wrapping_key)]
    return known


def signed_call(server: Server, client: Client, action: str, plaintext: str) -> bytes:
    """One call with a version 1 signature, sent twice so that the second is refused; the raw signature."""
    signed = v1_parameters(client.account, action, {"Plaintext": plaintext})
    for _ in range(2):
        send(server.address, "POST", "/?" + query_of(signed))
    return base64.b64decode(signed["Signature"])


def test_no_secret_is_in_any_file(own: Server):
    accounts = [own.account, create_account(own.data, "1234567890123456")]
    known = [account.access_key_secret.encode() for account in accounts]
    for account in accounts:
        known += work(own, Client(own.address, account))
        known += work(own, Client(own.address, account, version=1))
    known += material(own.data)
    assert len(known) == 2 + 4 * 6 + 4
    require_absent(known, files(own))


def test_no_secret_of_pairs_and_imports_is_in_any_file(own: Server):
    client = Client(own.address, own.account)
    known = work_with_pairs(own, client)
    kept = material(own.data)
    assert len(kept) == 8
    known += [*kept, *(number for one in kept for number in numbers(one))]
    assert max(map(len, known)) > 1000
    require_absent(known, files(own))


def require_absent(known: list[bytes], content: dict[str, bytes]) -> None:
    assert min(map(len, known)) >= 16
    found = [
        (name, known.index(secret))
        for name, bytes_ in content.items()
        for secret in known
        for form in forms(secret)
        if form in bytes_
    ]
    assert found == []


def test_the_search_would_find_what_is_there(own: Server):
    Client(own.address, own.account).create_key(Description="a-marker")
    content = files(own)
    assert any(b"a-marker" in one for one in content.values())
    assert any(own.account.access_key_id.encode() in one for name, one in content.items() if "audit" in name)
    assert {"the log", "audit/audit.jsonl", "replay/data.mdb", "keyreeve.db-wal"} <= content.keys()
    root_key = (own.data / "root-key.json").read_text().split('"')
    raw = max((base64.b64decode(text) for text in root_key if text.endswith("=")), key=len)
    assert len(raw) == 32
    assert not any(form in one for form in forms(raw) for one in content.values())


def test_files_are_for_their_owner_only(own: Server):
    Client(own.address, own.account).create_key()
    assert own.data.stat().st_mode & 0o777 == 0o700
    names = ["root-key.json", "config.json", "audit/audit.jsonl", "audit/head", "replay/data.mdb"]
    assert {name: oct((own.data / name).stat().st_mode & 0o777) for name in names} == dict.fromkeys(names, "0o600")
    folders = ["audit", "replay", "run"]
    assert {name: oct((own.data / name).stat().st_mode & 0o777) for name in folders} == dict.fromkeys(folders, "0o700")


def test_a_directory_that_was_there_before_is_closed_to_others_or_its_database_is(tmp_path: Path):
    data = tmp_path / "prepared"
    data.mkdir()
    data.chmod(0o755)
    previous = os.umask(0o022)
    try:
        init(data)
    finally:
        os.umask(previous)
    readable = data.stat().st_mode & 0o077 and (data / "keyreeve.db").stat().st_mode & 0o044
    assert not readable

"""Every mistake in an instance's JSON is one line that names the field, and holds no value."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from keyreeve.errors import StartRefused
from keyreeve.instances.key_pairs import generate_key_pair
from keyreeve.instances.model import Engine, Instance, Tls, TlsMode
from keyreeve.instances.parsing import instance_as_json, parse_instance
from tests.support.certificates import Authority

PAIR = generate_key_pair("")
HOST_KEY = f"web1,10.0.0.1 {PAIR.public_key}"
PEM = PAIR.private_key.reveal().decode()
CA = Authority().pem
DATABASE: dict[str, Any] = {
    "id": "db",
    "engine": "mariadb",
    "host": "db.internal",
    "user": "keeper",
    "password": "hush",
}
HOST: dict[str, Any] = {"id": "web", "engine": "ssh", "host": "10.0.0.1", "user": "keeper", "host_key": HOST_KEY}


def parsed(base: dict[str, Any], **changes: object) -> Instance:
    """Changed; a field that is None is left out."""
    fields = {name: value for name, value in {**base, **changes}.items() if value is not None}
    return parse_instance(json.dumps(fields))


def refusal(base: dict[str, Any], **changes: object) -> str:
    with pytest.raises(StartRefused) as caught:
        parsed(base, **changes)
    assert "hush" not in caught.value.detail
    assert "\n" not in caught.value.detail
    assert len(caught.value.detail) < 200
    return caught.value.detail


@pytest.mark.parametrize(("engine", "port"), [("mariadb", 3306), ("mysql", 3306), ("postgresql", 5432)], ids=str)
def test_a_database_with_what_it_needs(engine: str, port: int):
    found = parsed(DATABASE, engine=engine)
    assert (found.instance_id, found.engine, found.host, found.port) == ("db", Engine(engine), "db.internal", port)
    assert (found.user, found.tls, found.host_key, found.private_key) == ("keeper", Tls(), None, None)
    assert found.password is not None
    assert found.password.reveal() == b"hush"
    assert parsed(DATABASE, engine=engine, port=1234).port == 1234


def test_a_host_with_either_credential():
    found = parsed(HOST, password="hush")
    assert (found.port, found.host_key) == (22, HOST_KEY)
    assert parsed(HOST, private_key=PEM).private_key is not None


@pytest.mark.parametrize("key", [ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())])
@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.OpenSSH, PrivateFormat.TraditionalOpenSSL])
def test_a_private_key_in_any_form_that_is_not_encrypted(
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, form: PrivateFormat
):
    if form is PrivateFormat.TraditionalOpenSSL and isinstance(key, ed25519.Ed25519PrivateKey):
        pytest.skip("there is no such form")
    plain = key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
    assert parsed(HOST, private_key=plain).private_key is not None
    if form is not PrivateFormat.OpenSSH:
        encrypted = key.private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"hush")).decode()
        assert refusal(HOST, private_key=encrypted) == "private_key is no PEM or OpenSSH key, or it is encrypted"


def test_an_encrypted_key_of_openssh_is_refused(tmp_path: Path):
    file = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "hush", "-f", str(file)], check=True)
    assert refusal(HOST, private_key=file.read_text()).endswith("or it is encrypted")


@pytest.mark.parametrize(
    ("given", "tls"),
    [
        (False, Tls()),
        (True, Tls(TlsMode.VERIFIED)),
        ({"ca": CA}, Tls(TlsMode.VERIFIED, CA)),
        ({"verify": False}, Tls(TlsMode.UNVERIFIED)),
        ({"verify": True}, Tls(TlsMode.VERIFIED)),
    ],
    ids=["false", "true", "ca", "unverified", "verified"],
)
def test_tls_in_each_of_its_forms_comes_back_from_what_is_sealed(given: object, tls: Tls):
    found = parsed(DATABASE, tls=given)
    assert found.tls == tls
    assert parse_instance(instance_as_json(found).reveal()).tls == tls


@pytest.mark.parametrize("field", ["id", "engine", "host", "user"])
@pytest.mark.parametrize("base", [DATABASE, {**HOST, "private_key": PEM}], ids=["database", "host"])
def test_a_field_that_is_missing_or_of_a_wrong_type_is_named(base: dict[str, Any], field: str):
    assert refusal(base, **{field: None}) == f"{field} is missing"
    assert refusal(base, **{field: 5}) == f"{field} is text"
    assert refusal(base, **{field: ["hush"]}) == f"{field} is text"
    assert refusal(base, **{field: ""}).startswith(field)


@pytest.mark.parametrize(
    ("base", "changes", "field"),
    [
        (DATABASE, {"id": "x" * 65}, "id is 1-64"),
        (DATABASE, {"id": "a/b"}, "id is 1-64"),
        (DATABASE, {"id": "a\n"}, "id is 1-64"),
        (DATABASE, {"id": "hush hush"}, "id is 1-64"),
        (DATABASE, {"engine": "hush"}, "engine is one of mariadb, mysql, postgresql, ssh"),
        (DATABASE, {"host": "/run/hush"}, "host is a name"),
        (DATABASE, {"host": "a,b"}, "host is a name"),
        (DATABASE, {"host": "a b"}, "host is a name"),
        (DATABASE, {"host": "x" * 254}, "host is a name"),
        (DATABASE, {"port": 0}, "port is"),
        (DATABASE, {"port": 65536}, "port is"),
        (DATABASE, {"port": "hush"}, "port is a number"),
        (DATABASE, {"user": "x" * 129}, "user is"),
        (DATABASE, {"user": "hush\0"}, "user is"),
        (DATABASE, {"password": None}, "password is missing"),
        (DATABASE, {"password": ""}, "password is 1-1024"),
        (DATABASE, {"password": "hush" * 300}, "password is 1-1024"),
        (DATABASE, {"password": "hush\n"}, "password is one line"),
        (DATABASE, {"password": 5}, "password is text"),
        (DATABASE, {"password": None, "private_key": PEM}, "private_key is for ssh only"),
        (DATABASE, {"host_key": HOST_KEY}, "host_key is for ssh only"),
        (DATABASE, {"colour": "hush"}, "the instance has an unknown field colour"),
        (DATABASE, {"tls": "hush"}, "tls is true, false"),
        (DATABASE, {"tls": {"ca": "hush"}}, "tls.ca is not a PEM certificate"),
        (DATABASE, {"tls": {"ca": CA, "verify": False}}, "tls: ca and verify"),
        (DATABASE, {"tls": {"verify": "hush"}}, "tls.verify is true or false"),
        (DATABASE, {"tls": {"cert": "x"}}, "the instance has an unknown field"),
        (HOST, {}, "password or private_key is missing"),
        (HOST, {"password": "hush", "private_key": PEM}, "password and private_key: give one"),
        (HOST, {"private_key": "hush"}, "private_key is no PEM"),
        (HOST, {"private_key": PEM.replace("A", "B")}, "private_key is no PEM"),
        (HOST, {"private_key": "x" * 70000}, "private_key is too long"),
        (HOST, {"password": "hush", "tls": True}, "tls is for databases only"),
        (HOST, {"password": "hush", "user": "a b"}, "user is 1-32"),
        (HOST, {"password": "hush", "host_key": None}, "host_key is missing"),
        (HOST, {"password": "hush", "host_key": "hush"}, "host_key is not"),
        (HOST, {"password": "hush", "host_key": PAIR.public_key}, "host_key is not"),
        (HOST, {"password": "hush", "host_key": "web ssh-ed25519 hush"}, "host_key is not"),
        (HOST, {"password": "hush", "host_key": f"@cert-authority {HOST_KEY}"}, "host_key is not"),
        (HOST, {"password": "hush", "host_key": f"{HOST_KEY}\n{HOST_KEY}"}, "host_key is not"),
        (HOST, {"password": "hush", "host_key": f"# {HOST_KEY}"}, "host_key is not"),
        (HOST, {"password": "hush", "host_key": "x" * 70000}, "host_key is too long"),
    ],
)
def test_a_field_that_is_wrong_is_named(base: dict[str, Any], changes: dict[str, Any], field: str):
    assert refusal(base, **changes).startswith(field)


@pytest.mark.parametrize(
    "text", ["", "hush", "{", "[]", '"hush"', "null", '{"id": "a"} x', b"\xff", "{}" + " " * (1 << 20)]
)
def test_what_is_no_json_object_is_refused(text: str | bytes):
    with pytest.raises(StartRefused) as caught:
        parse_instance(text)
    assert "hush" not in caught.value.detail
    assert "\n" not in caught.value.detail


@pytest.mark.parametrize(
    "line",
    [
        HOST_KEY,
        f"*  {PAIR.public_key} root@web",
        f"|1|q83vEjRWeJA=|q83vEjRWeJA= {PAIR.public_key}",
        f"[web]:2222 {generate_key_pair('ssh-rsa').public_key}",
        f"  {HOST_KEY}\n",
    ],
    ids=range(5),
)
def test_a_host_key_in_each_form_of_known_hosts(line: str):
    assert parsed(HOST, password="hush", host_key=line).host_key == line.strip()


def test_nothing_secret_is_in_the_text_form():
    for found in (parsed(DATABASE), parsed(HOST, private_key=PEM)):
        assert "hush" not in repr(found)
        assert "PRIVATE" not in repr(found)


def test_the_administrators_own_account_is_told():
    assert parsed(DATABASE).administers("keeper")
    assert not parsed(DATABASE).administers("Keeper")

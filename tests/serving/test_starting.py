"""How a server begins: where it listens, with TLS or without, and what it refuses in one line."""

import http.client
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.processes import serving
from tests.support.client import Client, send, v3_headers
from tests.support.server import Account, Server, init, keyreeve


@pytest.fixture
def account(data: Path) -> Account:
    return init(data)


@pytest.fixture
def server(data: Path, account: Account) -> Iterator[Server]:
    with serving(Server(data, account)) as server:
        yield server


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    words = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    subject = ["-subj", "/CN=keyreeve", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", *words, *subject, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture
def tls_server(data: Path, account: Account, certificate: tuple[Path, Path]) -> Iterator[Server]:
    cert, key = certificate
    with serving(Server(data, account, words=("--tls-cert", str(cert), "--tls-key", str(key)))) as server:
        yield server


def refused_start(data: Path, *words: str) -> str:
    """The one line that a server ends with which does not start."""
    if "--listen" not in words:
        words = (*words, "--listen", "127.0.0.1:0")
    done = keyreeve("serve", "--data", str(data), "--workers", "1", *words)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("keyreeve: ")
    return lines[0]


def test_tls_serves_who_trusts_the_certificate(tls_server: Server, certificate: tuple[Path, Path]):
    assert tls_server.scheme == "https"
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    connection = http.client.HTTPSConnection(tls_server.address, context=trusting, timeout=30)
    headers = v3_headers(tls_server.account, "CreateKey", "", tls_server.address)
    connection.request("POST", "/", headers=headers)
    assert connection.getresponse().status == 200
    connection.close()


def test_a_tls_client_that_keeps_its_connection_does_not_hold_up_the_end(
    tls_server: Server, certificate: tuple[Path, Path]
):
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    connection = http.client.HTTPSConnection(tls_server.address, context=trusting, timeout=30)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b"ok\n"
    began = time.monotonic()
    assert tls_server.stop() == 0
    assert time.monotonic() - began < 15
    connection.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_tls_versions_before_1_2_are_refused(tls_server: Server):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection((tls_server.host, tls_server.port), timeout=30) as raw,
        pytest.raises((ssl.SSLError, OSError)),
    ):
        old.wrap_socket(raw)


def test_a_tls_port_does_not_answer_plain_http(tls_server: Server):
    with pytest.raises((http.client.HTTPException, OSError)):
        send(tls_server.address, "GET", "/healthz")


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"])
def test_plain_http_where_others_could_read_it_is_refused(data: Path, account: Account, listen: str):
    assert "--insecure-http" in refused_start(data, "--listen", listen)


def test_plain_http_for_others_is_served_to_who_insists(data: Path, account: Account):
    with serving(Server(data, account, host="0.0.0.0", words=("--insecure-http",))) as server:  # noqa: S104  # what the test is about
        assert send(f"127.0.0.1:{server.port}", "GET", "/healthz").body == b"ok\n"


def test_a_port_in_use_is_refused_and_harms_nobody(server: Server, tmp_path: Path):
    client = Client(server.address, server.account)
    client.create_key()
    other = tmp_path / "other"
    init(other)
    assert "Address already in use" in refused_start(other, "--listen", server.address)
    assert client.call("ListKeys")["TotalCount"] == 1


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--tls-cert", "nothing.pem"), "--tls-key"),
        (("--tls-cert", "nothing.pem", "--tls-key", "nothing.pem"), "nothing.pem"),
        (("--listen", "127.0.0.1"), "HOST:PORT"),
        (("--listen", "127.0.0.1:99999"), "HOST:PORT"),
        (("--listen", "127.0.0.1:http"), "HOST:PORT"),
        (("--listen", "256.0.0.1:0", "--insecure-http"), "cannot listen"),
        (("--listen", "a..b:0", "--insecure-http"), "a..b"),
        (("--database-url", "mysql://x/y"), "sqlite and postgresql"),
        (("--database-url", "no url"), "database URL"),
    ],
)
def test_a_mistake_at_the_start_is_named_in_one_line(data: Path, account: Account, words: tuple[str, ...], hint: str):
    assert hint in refused_start(data, *words)


def test_a_certificate_that_cannot_be_used_is_refused_before_anything_is_served(
    data: Path, account: Account, tmp_path: Path
):
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    words = ("--tls-cert", str(broken), "--tls-key", str(broken))
    assert "broken.pem" in refused_start(data, "--listen", "127.0.0.1:0", *words)


def test_a_directory_that_was_not_initialised_is_refused(data: Path):
    assert "keyreeve init" in refused_start(data)

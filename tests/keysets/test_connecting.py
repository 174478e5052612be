"""What is known of the KMS, and how it is called, without a server of ours."""

import http.server
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from keyreeve import keysets, remote
from keyreeve.keysets.errors import KeysetError, KmsRefused, KmsUnreachable, NotConnected
from keyreeve.keysets.wrapping import services
from keyreeve.keysets.wrapping.settings import settings_of
from tests.support.certificates import Authority
from tests.support.server import Server, init

ARN = "acs:kms:cn-hangzhou:1234567890123456:key/k"
BUSY = (503, {"Code": "ServiceUnavailable", "Message": "busy"})
THROTTLED = (429, {"Code": "Throttling.User", "Message": "too many"})
DENIED = (403, {"Code": "Forbidden.NoPermission", "Message": "no"})
ENCRYPTED = (200, {"CiphertextBlob": "YmxvYg=="})


@contextmanager
def answering(*answers: tuple[int, Any]) -> Generator[tuple[str, list[bytes]]]:
    """A service that gives these answers in turn, the last for ever; its address, and the bodies that it was sent."""
    bodies: list[bytes] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, answer = answers[min(len(bodies), len(answers) - 1)]
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            text = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's name
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", bodies
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_PAUSES", (0.0, 0.0))


@pytest.mark.parametrize("passing", [BUSY, THROTTLED])
def test_what_passes_is_tried_three_times(passing: tuple[int, Any]) -> None:
    with answering(passing, passing, ENCRYPTED) as (address, bodies):
        keysets.connect(address, "id", "secret")
        assert keysets.new_wrapped_keyset(ARN, "", "AES-GCM-256") == b"YmxvYg=="
        assert len(set(bodies)) == 1
    with answering(passing) as (address, bodies):
        keysets.connect(address, "id", "secret")
        with pytest.raises(KmsRefused, match=passing[1]["Code"]):
            keysets.new_wrapped_keyset(ARN, "", "AES-GCM-256")
        assert len(bodies) == 3


def test_a_refusal_is_not_tried_again() -> None:
    with answering(DENIED) as (address, bodies):
        keysets.connect(address, "id", "secret")
        with pytest.raises(KmsRefused, match=r"Encrypt was refused: Forbidden\.NoPermission: no"):
            keysets.new_wrapped_keyset(ARN, "", "AES-GCM-256")
        assert len(bodies) == 1


@pytest.mark.parametrize("answer", [b"<html>", b"", b"[]", b"{}"])
@pytest.mark.parametrize("status", [200, 404])
def test_an_answer_of_another_service_is_said_to_be_that(status: int, answer: bytes) -> None:
    if (status, answer) == (404, b"{}"):
        return
    with answering((status, answer)) as (address, _):
        keysets.connect(address, "id", "secret")
        with pytest.raises(KmsUnreachable, match="is the endpoint right"):
            keysets.new_wrapped_keyset(ARN, "", "AES-GCM-256")


def test_no_message_of_a_failing_kms_holds_what_it_was_sent() -> None:
    with answering(DENIED) as (address, bodies):
        connection = keysets.connect(address, "id", "the-access-key-secret")
        with pytest.raises(KeysetError) as refused:
            keysets.new_wrapped_keyset(ARN, "", "AES-GCM-256")
        plaintext = bodies[0].decode().partition("Plaintext=")[2]
        assert len(plaintext) > 100
        assert plaintext[:20] not in repr(refused.value)
        assert "the-access-key-secret" not in repr(vars(connection))


def test_a_process_that_knows_no_kms_or_key_is_told_how_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotConnected, match="KEYREEVE_ENDPOINT"):
        keysets.use_wrapped_keyset(ARN, "", "YQ==")
    monkeypatch.setenv("KEYREEVE_ENDPOINT", "kms.internal")
    with pytest.raises(NotConnected, match="ALIBABA_CLOUD_ACCESS_KEY_ID"):
        keysets.use_wrapped_keyset(ARN, "", "YQ==")
    with pytest.raises(NotConnected, match="ALIBABA_CLOUD_ACCESS_KEY_ID"):
        keysets.connect(access_key_id="id")


@pytest.mark.parametrize(
    ("kms", "sts"),
    [
        ("kms.cn-hangzhou.aliyuncs.com", "https://sts.cn-hangzhou.aliyuncs.com"),
        ("https://kms-vpc.ap-southeast-1.aliyuncs.com", "https://sts-vpc.ap-southeast-1.aliyuncs.com"),
        ("https://kms.internal:8567", "https://kms.internal:8567"),
        ("127.0.0.1:8567", "127.0.0.1:8567"),
    ],
)
def test_sts_is_beside_a_kms_of_the_cloud_and_elsewhere_the_same(kms: str, sts: str) -> None:
    assert settings_of(kms, None, None).sts_endpoint == sts
    assert settings_of(kms, "sts.other", None).sts_endpoint == "sts.other"


@pytest.mark.parametrize(
    ("address", "scheme"),
    [
        ("127.0.0.1:1", "http"),
        ("localhost:1", "http"),
        ("[::1]:1", "http"),
        ("10.0.0.1:1", "https"),
        ("kms.internal", "https"),
        ("http://kms.internal", "http"),
    ],
)
def test_without_a_scheme_only_this_machine_is_spoken_to_in_plain(address: str, scheme: str) -> None:
    assert remote._url(address).scheme == scheme


@pytest.mark.parametrize("address", ["", "ftp://a", "http://", "a:b", "http://a:0"])
def test_what_is_no_endpoint_is_said_to_be_none(address: str) -> None:
    with pytest.raises(remote.Unreachable, match="not an endpoint"):
        remote._url(address)


def test_tls_is_verified_by_the_certificates_given(tmp_path: Path, data: Path, authority: Authority) -> None:
    issued = authority.issue("127.0.0.1")
    texts = {"cert": issued.certificate, "key": issued.key, "ca": authority.pem}
    files = {name: tmp_path / f"{name}.pem" for name in texts}
    for name, text in texts.items():
        files[name].write_text(text)
    words = ("--tls-cert", str(files["cert"]), "--tls-key", str(files["key"]))
    server = Server(data, init(data), workers=1, words=words).start()
    try:
        keys = (f"https://{server.address}", server.account.access_key_id, server.account.access_key_secret)
        for ca_file, error, why in (
            (str(files["ca"]), KmsRefused, "KeyNotFound"),
            (None, KmsUnreachable, "CERTIFICATE_VERIFY_FAILED"),
            ("/nowhere", KmsUnreachable, "cannot be read"),
        ):
            keysets.connect(*keys, ca_file=ca_file)
            with pytest.raises(error, match=why):
                keysets.new_wrapped_keyset(ARN, "", "AES-GCM-256")
    finally:
        assert server.stop() == 0

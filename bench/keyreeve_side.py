"""Keyreeve as it runs by default, with signatures verified and audit on."""

import json
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from process import BenchError, free_port, require_records, run, server
from replay import Constant, Signed
from signing import Call, Credentials, Form, signed
from wire import answer, exchange, http

BINARY = ".venv/bin/keyreeve"


@dataclass(frozen=True)
class Keyreeve:
    port: int
    credentials: Credentials
    plaintext: str
    key_id: str = ""
    ciphertext: str = ""

    def request(self, operation: str, form: Form) -> Signed:
        """Signed with the time of this moment, so it is made right before it is sent."""
        parameters = {
            "Encrypt": {"KeyId": self.key_id, "Plaintext": self.plaintext},
            "Decrypt": {"CiphertextBlob": self.ciphertext},
            "GenerateDataKey": {"KeyId": self.key_id},
        }
        return self.call(operation, parameters.get(operation, {}), form)

    def empty(self) -> Constant:
        """What the HTTP server answers without a key management service behind it."""
        return Constant(http("GET", "/healthz", self.port))

    def empty_signed(self, form: Form) -> Signed:
        """The empty answer to a request as long and as costly to replay as a signed Encrypt."""
        encrypt = self.request("Encrypt", form)
        return replace(encrypt, data=encrypt.data.replace(b"POST /?", b"GET /healthz?", 1))

    def call(self, operation: str, parameters: dict[str, str], form: Form = "V3") -> Signed:
        return signed(form, Call(operation, parameters, f"127.0.0.1:{self.port}"), self.credentials)

    def ask(self, operation: str, parameters: dict[str, str]) -> dict[str, Any]:
        return json.loads(answer(self.port, self.call(operation, parameters).once()))


@contextmanager
def keyreeve(data: Path, plaintext: bytes, workers: int) -> Generator[Keyreeve]:
    """Start a new server under `data` with one key."""
    made: dict[str, str] = json.loads(run([BINARY, "init", "--data", str(data), "--json"]))
    credentials = Credentials(made["access_key_id"], made["access_key_secret"])
    port = free_port()
    place = ["--data", str(data), "--listen", f"127.0.0.1:{port}"]
    command = [BINARY, "serve", *place, "--workers", str(workers)]
    health = http("GET", "/healthz", port)
    with server(command, data.with_suffix(".log"), lambda: exchange(port, health)):
        yield _prepared(Keyreeve(port, credentials, b64encode(plaintext).decode()))
        require_records(data / "audit" / "audit.jsonl")


def _prepared(own: Keyreeve) -> Keyreeve:
    key_id = own.ask("CreateKey", {})["KeyMetadata"]["KeyId"]
    encrypted = own.ask("Encrypt", {"KeyId": key_id, "Plaintext": own.plaintext})["CiphertextBlob"]
    if own.ask("Decrypt", {"CiphertextBlob": encrypted})["Plaintext"] != own.plaintext:
        raise BenchError("Keyreeve decrypted to something else")
    return replace(own, key_id=key_id, ciphertext=encrypted)

"""OpenBao as the other side: transit on raft storage, with the file audit device on."""

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from asymmetric import OPERATIONS, Operation, require_signature
from cores import bound
from process import BenchError, free_port, require_records, server
from replay import Constant
from wire import answer, exchange, http

BINARY = "bench/.work/venv/bin/bao"
ACTIVE_SECONDS = 30

CONFIG = """
storage "raft" {{
  path = "{data}/raft"
  node_id = "bench"
}}
listener "tcp" {{
  address = "127.0.0.1:{port}"
  tls_disable = true
}}
audit "file" "bench" {{
  options {{
    file_path = "{data}/audit.log"
  }}
}}
api_addr = "http://127.0.0.1:{port}"
cluster_addr = "http://127.0.0.1:{cluster}"
disable_mlock = true
log_level = "warn"
"""


Prepared = tuple[str, dict[str, Any]]
"""A path under transit with the body that is posted to it."""


@dataclass(frozen=True)
class OpenBao:
    """`prepared` has what is asked in each operation that is measured."""

    port: int
    token: str = ""
    prepared: Mapping[str, Prepared] = field(default_factory=dict[str, Prepared])

    def request(self, operation: str) -> Constant:
        """A token is sent as it is, so one request serves a whole round."""
        path, body = self.prepared[operation]
        return Constant(self.post(f"transit/{path}", body))

    def post(self, path: str, body: object) -> bytes:
        return http("POST", f"/v1/{path}", self.port, {"X-Vault-Token": self.token}, body)

    def ask(self, path: str, body: object) -> dict[str, Any]:
        return json.loads(answer(self.port, self.post(path, body), (200, 204)) or b"{}")

    def transit(self, path: str, body: object) -> dict[str, Any]:
        return self.ask(f"transit/{path}", body)["data"]

    def public_key(self, name: str) -> str:
        """In PEM, of the only version of a key."""
        request = http("GET", f"/v1/transit/keys/{name}", self.port, {"X-Vault-Token": self.token})
        return json.loads(answer(self.port, request))["data"]["keys"]["1"]["public_key"]


@contextmanager
def openbao(data: Path, payload: bytes, cores: Sequence[int]) -> Generator[OpenBao]:
    """Start a new server under `data` with a transit key for each operation on `payload`, a plaintext or a digest."""
    (data / "raft").mkdir(parents=True)
    port, config = free_port(), data / "config.hcl"
    config.write_text(CONFIG.format(data=data, port=port, cluster=free_port()))
    status = http("GET", "/v1/sys/seal-status", port)
    processors = ["env", f"GOMAXPROCS={len(cores)}"]
    command = [*processors, *bound([BINARY, "server", f"-config={config}"], cores)]
    with server(command, data / "log", lambda: exchange(port, status)):
        bao = _opened(OpenBao(port))
        yield replace(bao, prepared={**_symmetric(bao, payload), **_asymmetric(bao, payload)})
        require_records(data / "audit.log")


def _opened(bao: OpenBao) -> OpenBao:
    opened = bao.ask("sys/init", {"secret_shares": 1, "secret_threshold": 1})
    bao.ask("sys/unseal", {"key": opened["keys_base64"][0]})
    _wait_until_active(bao.port)
    bao = replace(bao, token=opened["root_token"])
    bao.ask("sys/mounts/transit", {"type": "transit"})
    return bao


def _symmetric(bao: OpenBao, plaintext: bytes) -> dict[str, Prepared]:
    bao.ask("transit/keys/k", {"type": "aes256-gcm96"})
    encrypt = {"plaintext": b64encode(plaintext).decode()}
    return {
        "Encrypt": ("encrypt/k", encrypt),
        "Decrypt": ("decrypt/k", _decrypting(bao, "k", encrypt)),
        "GenerateDataKey": ("datakey/plaintext/k", {}),
    }


def _asymmetric(bao: OpenBao, payload: bytes) -> dict[str, Prepared]:
    prepared: dict[str, Prepared] = {}
    for operation in OPERATIONS:
        if operation.transit is None:
            continue
        name = operation.transit_key
        bao.ask(f"transit/keys/{name}", {"type": operation.transit})
        if operation.kind == "Sign":
            prepared[operation.name] = (f"sign/{name}", _signing(bao, operation, payload))
        else:
            body = _decrypting(bao, name, {"plaintext": b64encode(payload).decode()})
            prepared[operation.name] = (f"decrypt/{name}", body)
    return prepared


def _signing(bao: OpenBao, operation: Operation, digest: bytes) -> dict[str, Any]:
    """The signature algorithm counts for RSA only; ECDSA signatures are DER like Keyreeve's."""
    body = {
        "input": b64encode(digest).decode(),
        "prehashed": True,
        "hash_algorithm": "sha2-256",
        "signature_algorithm": "pkcs1v15",
    }
    signature: str = bao.transit(f"sign/{operation.transit_key}", body)["signature"]
    plain = b64decode(signature.removeprefix("vault:v1:"))
    require_signature(operation, bao.public_key(operation.transit_key), digest, plain)
    return body


def _decrypting(bao: OpenBao, name: str, encrypt: dict[str, Any]) -> dict[str, Any]:
    decrypt = {"ciphertext": bao.transit(f"encrypt/{name}", encrypt)["ciphertext"]}
    if bao.transit(f"decrypt/{name}", decrypt)["plaintext"] != encrypt["plaintext"]:
        raise BenchError(f"OpenBao decrypted to something else with {name}")
    return decrypt


def _wait_until_active(port: int) -> None:
    """An unsealed node answers 429 or 503 until its raft has a leader."""
    health, deadline = http("GET", "/v1/sys/health", port), time.monotonic() + ACTIVE_SECONDS
    while exchange(port, health)[0] != HTTPStatus.OK:
        if time.monotonic() > deadline:
            raise BenchError("OpenBao did not become active")
        time.sleep(0.1)

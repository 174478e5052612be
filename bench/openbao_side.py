"""OpenBao as the other side: transit on raft storage, with the file audit device on."""

import json
import time
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class OpenBao:
    port: int
    token: str = ""
    plaintext: str = ""
    ciphertext: str = ""

    def request(self, operation: str) -> Constant:
        """A token is sent as it is, so one request serves a whole round."""
        path, body = {
            "Encrypt": ("encrypt/k", {"plaintext": self.plaintext}),
            "Decrypt": ("decrypt/k", {"ciphertext": self.ciphertext}),
            "GenerateDataKey": ("datakey/plaintext/k", {}),
        }[operation]
        return Constant(self.post(f"transit/{path}", body))

    def post(self, path: str, body: object) -> bytes:
        return http("POST", f"/v1/{path}", self.port, {"X-Vault-Token": self.token}, body)

    def ask(self, path: str, body: object) -> dict[str, Any]:
        return json.loads(answer(self.port, self.post(path, body), (200, 204)) or b"{}")


@contextmanager
def openbao(data: Path, plaintext: bytes) -> Generator[OpenBao]:
    """Start a new server under `data` with the transit key `k`."""
    (data / "raft").mkdir(parents=True)
    port, config = free_port(), data / "config.hcl"
    config.write_text(CONFIG.format(data=data, port=port, cluster=free_port()))
    status = http("GET", "/v1/sys/seal-status", port)
    with server([BINARY, "server", f"-config={config}"], data / "log", lambda: exchange(port, status)):
        yield _prepared(OpenBao(port, plaintext=b64encode(plaintext).decode()))
        require_records(data / "audit.log")


def _prepared(bao: OpenBao) -> OpenBao:
    opened = bao.ask("sys/init", {"secret_shares": 1, "secret_threshold": 1})
    bao.ask("sys/unseal", {"key": opened["keys_base64"][0]})
    _wait_until_active(bao.port)
    bao = replace(bao, token=opened["root_token"])
    bao.ask("sys/mounts/transit", {"type": "transit"})
    bao.ask("transit/keys/k", {"type": "aes256-gcm96"})
    encrypted = bao.ask("transit/encrypt/k", {"plaintext": bao.plaintext})["data"]["ciphertext"]
    decrypted = bao.ask("transit/decrypt/k", {"ciphertext": encrypted})["data"]["plaintext"]
    if decrypted != bao.plaintext:
        raise BenchError("OpenBao decrypted to something else")
    return replace(bao, ciphertext=encrypted)


def _wait_until_active(port: int) -> None:
    """An unsealed node answers 429 or 503 until its raft has a leader."""
    health, deadline = http("GET", "/v1/sys/health", port), time.monotonic() + ACTIVE_SECONDS
    while exchange(port, health)[0] != HTTPStatus.OK:
        if time.monotonic() > deadline:
            raise BenchError("OpenBao did not become active")
        time.sleep(0.1)

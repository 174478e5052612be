"""Secrets, read and written, beside OpenBao's KV store of version 2, which keeps ten versions of a secret as well."""

import json
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from keyreeve_side import Keyreeve
from lanes import Lane, Served
from load import Wrk
from openbao_side import OpenBao
from process import BenchError
from replay import NONCE, Constant, Request, Signed, Spread
from report import OPENBAO
from signing import Form
from wire import answer, exchange, http

SECRETS = tuple(f"bench-{number:02}" for number in range(16))
"""Written in turn, as many as wrk has connections: OpenBao locks each by itself and hardly meets its own locks."""

READ = SECRETS[0]
MOUNT_SECONDS = 30


@dataclass(frozen=True)
class Kept:
    """Both servers with the same value under the same names."""

    bao: OpenBao
    own: Keyreeve
    value: str

    def reads(self, wrk: Wrk) -> list[Lane]:
        user = partial(replace, self.own, credentials=self.own.user)
        return [
            self._theirs(wrk, lambda: bao_read(self.bao)),
            self._ours("V3 signature", wrk, lambda: own_read(self.own, "V3")),
            self._ours("V1 signature", wrk, lambda: own_read(self.own, "V1")),
            self._ours("V3, RAM user", wrk, lambda: own_read(user(), "V3")),
        ]

    def writes(self, wrk: Wrk) -> list[Lane]:
        return [
            self._theirs(wrk, lambda: bao_writes(self.bao, self.value)),
            self._ours("V3 signature", wrk, lambda: own_writes(self.own, self.value)),
        ]

    def _theirs(self, wrk: Wrk, request: Callable[[], Request]) -> Lane:
        return Served(OPENBAO, self.bao.port, request, wrk)

    def _ours(self, what: str, wrk: Wrk, request: Callable[[], Request]) -> Lane:
        return Served(f"Keyreeve, {what}", self.own.port, request, wrk)


def kept(bao: OpenBao, own: Keyreeve, payload: bytes) -> Kept:
    """Make the secrets on both sides, and see that each reads what was written and writes anew every time."""
    value = b64encode(payload).decode()
    _mount(bao)
    for request in bao_writes(bao, value).each:
        answer(bao.port, request.once())
    for name in SECRETS:
        own.ask("CreateSecret", {"SecretName": name, "VersionId": "first", "SecretData": value})
    found = _told(bao.port, bao_read(bao))["data"]["data"]["value"], _told(own.port, own_read(own, "V3"))["SecretData"]
    if found != (value, value):
        raise BenchError("a secret is read as something else")
    written = own_writes(own, value)
    if _told(own.port, written)["VersionId"] == _told(own.port, written)["VersionId"]:
        raise BenchError("two requests write one version")
    return Kept(bao, own, value)


LANES: dict[str, Callable[[Kept, Wrk], list[Lane]]] = {"GetSecretValue": Kept.reads, "PutSecretValue": Kept.writes}


def bao_read(bao: OpenBao) -> Constant:
    return Constant(http("GET", f"/v1/secret/data/{READ}", bao.port, {"X-Vault-Token": bao.token}))


def bao_writes(bao: OpenBao, value: str) -> Spread[Constant]:
    return Spread([Constant(bao.post(f"secret/data/{name}", {"data": {"value": value}})) for name in SECRETS])


def own_read(own: Keyreeve, form: Form) -> Signed:
    return own.call("GetSecretValue", {"SecretName": READ}, form)


def own_writes(own: Keyreeve, value: str) -> Spread[Signed]:
    """The nonce is the version too, for a version that is there already would not be written again."""
    put = {"VersionId": NONCE, "SecretData": value}
    return Spread([own.call("PutSecretValue", {"SecretName": name, **put}) for name in SECRETS])


def _told(port: int, request: Request) -> dict[str, Any]:
    return json.loads(answer(port, request.once()))


def _mount(bao: OpenBao) -> None:
    """A new KV store refuses what it is asked until it has prepared itself."""
    bao.ask("sys/mounts/secret", {"type": "kv", "options": {"version": "2"}})
    config = http("GET", "/v1/secret/config", bao.port, {"X-Vault-Token": bao.token})
    deadline = time.monotonic() + MOUNT_SECONDS
    while exchange(bao.port, config)[0] != HTTPStatus.OK:
        if time.monotonic() > deadline:
            raise BenchError("OpenBao's KV store did not become ready")
        time.sleep(0.1)

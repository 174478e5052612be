"""Signed requests made by hand, so that no code under test takes part in making them."""

import base64
import hashlib
import hmac
import http.client
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.support.server import Account

VERSION = "2016-01-20"


def now_text(offset: float = 0) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + offset))


def pct(text: str) -> str:
    return quote(text, safe="-_.~")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error's code, or OK."""
        return "OK" if self.status == 200 else str(self.json["Code"])


class KmsRefused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body.decode())
        self.answer = answer
        self.code = answer.code
        self.status = answer.status
        self.message: str = answer.json["Message"]


def v1_parameters(
    account: Account, action: str, parameters: Mapping[str, str], method: str = "POST", **common: str
) -> dict[str, str]:
    """All parameters of a version 1 request, with its signature; `common` overrides or adds."""
    every = {
        "Action": action,
        "Version": VERSION,
        "Format": "JSON",
        "AccessKeyId": account.access_key_id,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": str(uuid.uuid4()),
        "Timestamp": now_text(),
        **parameters,
        **common,
    }
    canonical = "&".join(f"{pct(name)}={pct(every[name])}" for name in sorted(every))
    text = f"{method}&%2F&{pct(canonical)}"
    digest = hmac.new(f"{account.access_key_secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return {**every, "Signature": base64.b64encode(digest).decode()}


def query_of(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{pct(name)}={pct(value)}" for name, value in parameters.items())


def v3_headers(
    account: Account,
    action: str,
    query: str,
    host: str,
    body: bytes = b"",
    method: str = "POST",
    **extra: str,
) -> dict[str, str]:
    """The signed headers of a version 3 request; underscores in `extra` names become hyphens."""
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-version": VERSION,
        "x-acs-date": now_text(),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        **{name.replace("_", "-"): value for name, value in extra.items()},
    }
    pairs = sorted(tuple(piece.partition("=")[::2]) for piece in query.split("&") if piece)
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    canonical = "\n".join(
        [
            method,
            "/",
            "&".join(f"{name}={value}" for name, value in pairs),
            lines,
            names,
            headers["x-acs-content-sha256"],
        ]
    )
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(account.access_key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers["Authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={account.access_key_id},SignedHeaders={names},Signature={signature}"
    )
    return headers


def send(
    address: str,
    method: str,
    target: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    connection = http.client.HTTPConnection(address, timeout=60)
    try:
        connection.request(method, target, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()


@dataclass(frozen=True)
class Client:
    """Calls as one account, signed with version 3, or 1 where `version` says so."""

    address: str
    account: Account
    version: int = 3

    def answer(self, action: str, /, **parameters: str) -> Answer:
        if self.version == 1:
            return send(self.address, "POST", "/?" + query_of(v1_parameters(self.account, action, parameters)))
        query = query_of(parameters)
        headers = v3_headers(self.account, action, query, self.address)
        return send(self.address, "POST", f"/?{query}" if query else "/", headers)

    def call(self, action: str, /, **parameters: str) -> Any:
        """The JSON of a success. Raises KmsRefused."""
        answer = self.answer(action, **parameters)
        if answer.status != 200:
            raise KmsRefused(answer)
        return answer.json

    def refused(self, action: str, /, **parameters: str) -> str:
        """The code of a refusal, which there must be."""
        answer = self.answer(action, **parameters)
        assert answer.status != 200, answer.body
        return answer.code

    def create_key(self, **parameters: str) -> str:
        return str(self.call("CreateKey", **parameters)["KeyMetadata"]["KeyId"])

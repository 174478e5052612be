"""Requests to the Huawei door signed by hand, so that no code under test takes part, nor the SDK, which sends less."""

import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from tests.support.server import Account

_ALGORITHM = "SDK-HMAC-SHA256"


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
        """The error's code, or OK; the gateway's errors are flat, IAM's have a number."""
        if self.status < 400:
            return "OK"
        error = self.json.get("error", self.json)
        return str(error.get("error_code", error.get("code")))


class Raw:
    """Calls as an account or an AccessKey; `session_token` is that of temporary credentials."""

    def __init__(self, address: str, account: Account, session_token: str = "") -> None:
        self.address = address
        self.account = account
        self.session_token = session_token

    def send(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Answer:
        """`path` behind the project, such as kms/aliases, and `query` as they go on the wire; see `send_to`."""
        return self.send_to(method, f"/v1.0/{self.account.project_id}/{path}", body, query, **headers)

    def post(self, word: str, **members: Any) -> Answer:
        """What most calls are: `word` behind kms/, and the members of the JSON body."""
        return self.send("POST", f"kms/{word}", members)

    def send_to(self, method: str, path: str, body: Any = None, query: str = "", **headers: str) -> Answer:
        """Any path of the server.

        Bytes are the body as they are, None is no body, everything else becomes JSON. A header's underscores become
        hyphens; one that is given replaces that of the same name, and is signed.
        """
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        every = {
            "content-type": "application/json;charset=utf-8",
            "host": self.address,
            "x-sdk-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
            **({"x-security-token": self.session_token} if self.session_token else {}),
            **{name.lower().replace("_", "-"): value for name, value in headers.items()},
        }
        every.setdefault("authorization", self._authorization(method, path, query, every, data))
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            connection.putrequest(method, f"{path}?{query}" if query else path, skip_host=True)
            for name, value in {**every, "content-length": str(len(data))}.items():
                connection.putheader(name, value.encode())
            connection.endheaders(data or None)
            reply = connection.getresponse()
            received = {name.lower(): value for name, value in reply.getheaders()}
            return Answer(reply.status, received, reply.read())
        finally:
            connection.close()

    def _authorization(self, method: str, path: str, query: str, headers: dict[str, str], data: bytes) -> str:
        names = ";".join(sorted(headers))
        canonical = "\n".join(
            [
                method,
                canonical_path(path),
                canonical_query(query),
                "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers)),
                names,
                hashlib.sha256(data).hexdigest(),
            ]
        )
        text = "\n".join([_ALGORITHM, headers["x-sdk-date"], hashlib.sha256(canonical.encode()).hexdigest()])
        signature = hmac.new(self.account.access_key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return f"{_ALGORITHM} Access={self.account.access_key_id}, SignedHeaders={names}, Signature={signature}"


def canonical_path(path: str) -> str:
    """Decoded, and all but the slashes encoded again, with a slash behind the last."""
    joined = "/".join(_encoded(segment) for segment in unquote(path).split("/"))
    return joined if joined.endswith("/") else f"{joined}/"


def canonical_query(query: str) -> str:
    pairs = sorted(tuple(unquote_plus(part) for part in piece.partition("=")[::2]) for piece in query.split("&"))
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs if name or value)


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")

"""A client small enough for the command line: one signed request (ACS3-HMAC-SHA256), one answer."""

import http.client
import os
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import msgspec

from keyreeve.access.authentication import timestamp
from keyreeve.access.signatures import acs3
from keyreeve.access.signatures.canonical import encode
from keyreeve.crypto.secret import Secret
from keyreeve.operations import Operation

_SECONDS = 60
_OK = 200


@dataclass(frozen=True, slots=True)
class Endpoint:
    address: str
    access_key_id: str
    secret: Secret
    ca_file: str | None = None
    security_token: str = ""


class Unreachable(Exception):  # a fact, not a failure of ours
    pass


class Refused(Exception):  # likewise
    """The service's answer was an error."""

    def __init__(self, code: str, message: str, body: bytes) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.body = body


class _ErrorBody(msgspec.Struct, rename="pascal"):
    code: str = ""
    message: str = ""


def send(endpoint: Endpoint, operation: Operation, parameters: dict[str, str]) -> object:
    """The answer's JSON value. Raises Refused or Unreachable."""
    url = _url(endpoint.address)
    query = "&".join(f"{encode(name)}={encode(value)}" for name, value in parameters.items())
    headers = _signed_headers(endpoint, url.netloc, operation, query)
    try:
        connection = _connection(url.scheme, url.netloc, endpoint.ca_file)
        connection.request("POST", f"/?{query}", headers=headers)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{endpoint.address} cannot be reached: {_why(error)}") from None
    return _read(response.status, body)


def _url(address: str) -> SplitResult:
    try:
        url = urlsplit(address if "://" in address else f"http://{address}")
        if url.scheme in ("http", "https") and url.hostname and url.port != 0:
            return url
    except ValueError:
        pass
    raise Unreachable(f"{address} is not an endpoint, such as http://127.0.0.1:8567")


def _signed_headers(endpoint: Endpoint, host: str, operation: Operation, query: str) -> dict[str, str]:
    headers = {
        "host": host,
        "x-acs-action": operation.name,
        "x-acs-content-sha256": acs3.EMPTY_SHA256,
        "x-acs-date": timestamp(int(time.time())),
        "x-acs-signature-nonce": os.urandom(16).hex(),
        "x-acs-version": operation.service.version,
    }
    if endpoint.security_token:
        headers["x-acs-security-token"] = endpoint.security_token
    names = ";".join(sorted(headers))
    text = acs3.string_to_sign("POST", "/", query, headers, names, acs3.EMPTY_SHA256)
    signature = acs3.signature(endpoint.secret, text)
    headers["authorization"] = (
        f"{acs3.ALGORITHM} Credential={endpoint.access_key_id},SignedHeaders={names},Signature={signature}"
    )
    return headers


def _connection(scheme: str, netloc: str, ca_file: str | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(netloc, timeout=_SECONDS)
    context = ssl.create_default_context(cafile=ca_file)
    return http.client.HTTPSConnection(netloc, timeout=_SECONDS, context=context)


def _read(status: int, body: bytes) -> object:
    try:
        if status == _OK:
            return msgspec.json.decode(body)
        error = msgspec.json.decode(body, type=_ErrorBody)
    except msgspec.DecodeError:
        raise Unreachable(f"the answer ({status}) is not one of a KMS: is the endpoint right?") from None
    raise Refused(error.code, error.message, body)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__

"""One signed request (ACS3-HMAC-SHA256) to a service that speaks the cloud's RPC protocol, and its answer."""

import hashlib
import http.client
import ipaddress
import os
import ssl
import time
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

import msgspec

from keyreeve.access.signatures import acs3
from keyreeve.access.signatures.canonical import encode
from keyreeve.crypto.secret import Secret
from keyreeve.wire_time import to_wire

_OK = 200
_FORM = "application/x-www-form-urlencoded"
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Without a scheme, `address` means HTTP on this machine and HTTPS elsewhere."""

    address: str
    ca_file: str | None = None
    seconds: float = 60


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key_id: str
    secret: Secret
    security_token: str = ""


class Unreachable(Exception):  # a fact, not a failure of ours
    pass


class Refused(Exception):  # likewise
    """The service's answer was an error."""

    def __init__(self, status: int, code: str, message: str, body: bytes) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.body = body


class _ErrorBody(msgspec.Struct, rename="pascal"):
    code: str = ""
    message: str = ""


def send(
    endpoint: Endpoint,
    credentials: Credentials,
    action: str,
    version: str,
    parameters: dict[str, str],
    answer: type[Answer],
) -> Answer:
    """The answer, decoded. Parameters go into the body: addresses get into logs. Raises Refused or Unreachable."""
    url = _url(endpoint.address)
    form = "&".join(f"{encode(name)}={encode(value)}" for name, value in parameters.items()).encode()
    headers = _signed_headers(credentials, url.netloc, action, version, form)
    connection = _connection(url, endpoint)
    try:
        connection.request("POST", "/", form, headers)
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(f"{endpoint.address} cannot be reached: {_why(error)}") from None
    finally:
        connection.close()
    return _read(response.status, body, answer)


def _url(address: str) -> SplitResult:
    try:
        url = urlsplit(address if "://" in address else f"//{address}")
        if url.scheme in ("http", "https", "") and url.hostname and url.port != 0:
            return url if url.scheme else url._replace(scheme="http" if _is_here(url.hostname) else "https")
    except ValueError:
        pass
    raise Unreachable(f"{address} is not an endpoint, such as http://127.0.0.1:8567")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _signed_headers(credentials: Credentials, host: str, action: str, version: str, form: bytes) -> dict[str, str]:
    body_sha256 = hashlib.sha256(form).hexdigest()
    headers = {
        "content-type": _FORM,
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": body_sha256,
        "x-acs-date": to_wire(int(time.time() * 1000)),
        "x-acs-signature-nonce": os.urandom(16).hex(),
        "x-acs-version": version,
    }
    if credentials.security_token:
        headers["x-acs-security-token"] = credentials.security_token
    names = ";".join(sorted(headers))
    text = acs3.string_to_sign("POST", "/", "", headers, names, body_sha256)
    signature = acs3.signature(credentials.secret, text)
    headers["authorization"] = (
        f"{acs3.ALGORITHM} Credential={credentials.access_key_id},SignedHeaders={names},Signature={signature}"
    )
    return headers


def _connection(url: SplitResult, endpoint: Endpoint) -> http.client.HTTPConnection:
    """Raises Unreachable, if the certificates to trust cannot be read."""
    if url.scheme == "http":
        return http.client.HTTPConnection(url.netloc, timeout=endpoint.seconds)
    try:
        context = ssl.create_default_context(cafile=endpoint.ca_file)
    except OSError as error:
        raise Unreachable(f"the certificates in {endpoint.ca_file} cannot be read: {_why(error)}") from None
    return http.client.HTTPSConnection(url.netloc, timeout=endpoint.seconds, context=context)


def _read(status: int, body: bytes, answer: type[Answer]) -> Answer:
    try:
        if status == _OK:
            return msgspec.json.decode(body, type=answer)
        error = msgspec.json.decode(body, type=_ErrorBody)
    except msgspec.DecodeError:
        raise Unreachable(f"the answer ({status}) is not one of a KMS: is the endpoint right?") from None
    raise Refused(status, error.code, error.message, body)


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__

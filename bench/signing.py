"""The two signatures of the API, in the bytes that the vendor's two Python clients send.

Everything but the nonce is the same in each request of a round, so the text to sign is cut at the nonce once. A
parameter may be the nonce too (`NONCE`), then it changes with it.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote, urlencode

from replay import NONCE, SIGNATURE, Signed

Form = Literal["V3", "V1"]

VERSION = "2016-01-20"
CLIENT = "AlibabaCloud (Linux; x86_64) Python/3.11.7"
HAVE_A_FORM = {"Decrypt", "GenerateDataKey", "AsymmetricDecrypt", "GetSecretValue", "PutSecretValue", "CreateSecret"}
"""The actions for which the current client knows a parameter in the body; most have only Recipient, empty here."""

IN_THE_BODY = {"SecretData"}


@dataclass(frozen=True)
class Credentials:
    key_id: str
    secret: str


@dataclass(frozen=True)
class Call:
    """One operation with its parameters and the host it is sent to, which V3 signs."""

    action: str
    parameters: Mapping[str, str]
    host: str


def signed(form: Form, call: Call, credentials: Credentials) -> Signed:
    return (sign_v3 if form == "V3" else sign_v1)(call, credentials)


def sign_v3(call: Call, credentials: Credentials) -> Signed:
    """ACS3-HMAC-SHA256: parameters in the query, the rest in headers; a secret's value in the body."""
    query, body = (canonical(part) for part in _parts(call.parameters))
    hashed_body = hashlib.sha256(body.encode()).hexdigest()
    headers = v3_headers(call, hashed_body)
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    text = f"POST\n/\n{query}\n{lines}\n{names}\n{hashed_body}"
    before, *after = text.encode().split(NONCE.encode())
    started, secret = hashlib.sha256(before), credentials.secret.encode()

    def sign(nonce: bytes) -> bytes:
        hashed = started.copy()
        hashed.update(nonce + nonce.join(after))
        to_sign = b"ACS3-HMAC-SHA256\n" + hashed.hexdigest().encode()
        return hmac.digest(secret, to_sign, "sha256").hex().encode()

    proof = f"Credential={credentials.key_id},SignedHeaders={names},Signature={SIGNATURE}"
    headers = {"Accept-Encoding": "identity", **headers, "Authorization": f"ACS3-HMAC-SHA256 {proof}"}
    return Signed(message(query, headers, body), sign)


def v3_headers(call: Call, hashed_body: str) -> dict[str, str]:
    """The headers that the current client (Tea) signs, in the order in which it sends them."""
    with_form = {"content-type": "application/x-www-form-urlencoded"}
    return {
        "host": call.host,
        "x-acs-version": VERSION,
        "x-acs-action": call.action,
        "user-agent": CLIENT + " Core/0.4.3 TeaDSL/2",
        "x-acs-date": timestamp(),
        "x-acs-signature-nonce": NONCE,
        "accept": "application/json",
        **(with_form if call.action in HAVE_A_FORM else {}),
        "x-acs-content-sha256": hashed_body,
        "x-acs-credentials-provider": "static_ak",
    }


def sign_v1(call: Call, credentials: Credentials) -> Signed:
    """HMAC-SHA1: everything in the query, in this order and not sorted."""
    parameters = {
        **call.parameters,
        "Version": VERSION,
        "Action": call.action,
        "Format": "JSON",
        "RegionId": "cn-hangzhou",
        "Timestamp": timestamp(),
        "SignatureMethod": "HMAC-SHA1",
        "SignatureType": "",
        "SignatureVersion": "1.0",
        "SignatureNonce": NONCE,
        "AccessKeyId": credentials.key_id,
    }
    text = f"POST&%2F&{quote(canonical(parameters), safe='')}"
    pieces, secret = text.encode().split(NONCE.encode()), f"{credentials.secret}&".encode()

    def sign(nonce: bytes) -> bytes:
        signature = b64encode(hmac.digest(secret, nonce.join(pieces), "sha1"))
        return signature.replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D")

    query = urlencode({**parameters, "Signature": SIGNATURE}, quote_via=quote, safe="")
    return Signed(message(query, v1_headers(call)), sign)


def v1_headers(call: Call) -> dict[str, str]:
    return {
        "Host": call.host,
        "User-Agent": CLIENT + " Core/2.16.1 python-requests/2.18.3",
        "Accept-Encoding": "identity",
        "Accept": "*/*",
        "Connection": "keep-alive",
        "x-acs-action": call.action,
        "x-acs-version": VERSION,
        "x-sdk-invoke-type": "normal",
        "x-sdk-client": "python/2.0.0",
    }


def _parts(parameters: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What the current client sends in the query, and what in the body."""
    body = {name: value for name, value in parameters.items() if name in IN_THE_BODY}
    return {name: value for name, value in parameters.items() if name not in body}, body


def canonical(parameters: Mapping[str, str]) -> str:
    return urlencode(sorted(parameters.items()), quote_via=quote, safe="")


def message(query: str, headers: Mapping[str, str], body: str = "") -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /?{query} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def timestamp() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

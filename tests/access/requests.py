"""Requests signed by hand from any set of parts, complete or not."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Collection

from tests.support.client import VERSION, now_text, pct, query_of
from tests.support.server import Account


def v1(account: Account, *, method: str = "POST", without: Collection[str] = (), **parts: str) -> dict[str, str]:
    """The parameters of a version 1 request for DescribeRegions, signed; `parts` replace or add."""
    every = {
        "Action": "DescribeRegions",
        "Version": VERSION,
        "AccessKeyId": account.access_key_id,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": uuid.uuid4().hex,
        "Timestamp": now_text(),
        **parts,
    }
    sent = {name: value for name, value in every.items() if name not in without}
    canonical = "&".join(f"{pct(name)}={pct(sent[name])}" for name in sorted(sent))
    text = f"{method}&%2F&{pct(canonical)}"
    digest = hmac.new(f"{account.access_key_secret}&".encode(), text.encode(), hashlib.sha1).digest()
    signature = {"Signature": base64.b64encode(digest).decode()}
    return {**sent, **({} if "Signature" in without else signature)}


def v1_target(account: Account, **parts: str) -> str:
    return "/?" + query_of(v1(account, **parts))


def v3(
    account: Account,
    host: str,
    *,
    query: str = "",
    body: bytes = b"",
    method: str = "POST",
    without: Collection[str] = (),
    unsigned: Collection[str] = (),
    headers: dict[str, str] | None = None,
) -> dict[str, str]:
    """The headers of a version 3 request for DescribeRegions, all but the `unsigned` ones signed."""
    every = {
        "host": host,
        "x-acs-action": "DescribeRegions",
        "x-acs-version": VERSION,
        "x-acs-date": now_text(),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        **(headers or {}),
    }
    sent = {name: value for name, value in every.items() if name not in without}
    signed = sorted(set(sent) - set(unsigned))
    lines = "".join(f"{name}:{sent[name].strip()}\n" for name in signed)
    sorted_query = "&".join(sorted(query.split("&")))
    payload = hashlib.sha256(body).hexdigest()
    canonical = "\n".join([method, "/", sorted_query, lines, ";".join(signed), payload])
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(account.access_key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={account.access_key_id}"
    sent["authorization"] = f"ACS3-HMAC-SHA256 {credential},SignedHeaders={';'.join(signed)},Signature={signature}"
    return sent

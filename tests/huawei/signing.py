"""Requests to the Huawei door as clients other than its Python SDK sign them, right and wrong (reference 5.1)."""

import hashlib
import hmac
import time
from collections.abc import Collection, Mapping

from tests.huawei.raw import Answer, canonical_path, canonical_query
from tests.support.client import send
from tests.support.server import Account

ALGORITHM = "SDK-HMAC-SHA256"
REGION = "cn-north-4"


def date_text(offset: float = 0) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + offset))


def signed(
    account: Account,
    path: str,
    body: bytes = b"{}",
    *,
    method: str = "POST",
    query: str = "",
    headers: Mapping[str, str] | None = None,
    unsigned: Collection[str] = (),
    scoped: bool = False,
) -> dict[str, str]:
    """The headers of a request; all are signed but the `unsigned` ones.

    The scoped form is that of gophertelekomcloud, whose key is derived for day, region and service.
    """
    every = {"content-type": "application/json", "host": "kms.test", "x-sdk-date": date_text(), **(headers or {})}
    names = sorted(set(every) - set(unsigned))
    lines = "".join(f"{name}:{every[name].strip()}\n" for name in names)
    payload = every.get("x-sdk-content-sha256", hashlib.sha256(body).hexdigest())
    parts = [method, canonical_path(path), canonical_query(query), lines, ";".join(names), payload]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    date, key = every["x-sdk-date"], account.access_key_secret.encode()
    text, who = f"{ALGORITHM}\n{date}\n{digest}", f"Access={account.access_key_id}"
    if scoped:
        scope = f"{date[:8]}/{REGION}/kms/sdk_request"
        text, who = f"{ALGORITHM}\n{date}\n{scope}\n{digest}", f"Credential={account.access_key_id}/{scope}"
        key = _derived(b"SDK" + key, scope)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return {**every, "authorization": f"{ALGORITHM} {who}, SignedHeaders={';'.join(names)}, Signature={signature}"}


def _derived(key: bytes, scope: str) -> bytes:
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def list_keys_path(account: Account) -> str:
    """Of a call that needs nothing but a caller."""
    return f"/v1.0/{account.project_id}/kms/list-keys"


def sent(address: str, path: str, headers: Mapping[str, str], body: bytes = b"{}", method: str = "POST") -> Answer:
    answer = send(address, method, path, headers, body)
    return Answer(answer.status, answer.headers, answer.body)

"""The hand-made requests are what the SDK's own signer makes, and the server takes them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.huawei.raw import Raw, canonical_query
from tests.huawei.sdk import Huawei
from tests.support.server import Account, Server


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/", ""),
        ("/v1.0/p/kms/k/tags/a%2Fb%20c", ""),
        ("/v1.0/p/kms/aliases", "limit=10&key_id=a%2Fb&marker="),
        ("/v1.0/p/kms/aliases", "name=%C3%A9+x&z=~"),
    ],
)
def test_the_sdks_own_signer_makes_the_same_signature(server: Server, path: str, query: str) -> None:
    raw = Raw(server.address, server.account)
    headers = {"host": server.address, "x-sdk-date": "20261121T210444Z", "user-agent": "é ok "}
    given = raw._authorization("POST", path, query, headers, b'{"a": 1}')
    assert given == _signed_by_the_sdk(server, path, query, dict(headers))


def test_a_query_is_sorted_by_its_decoded_names() -> None:
    assert canonical_query("b=1&a=%41&c=") == "a=A&b=1&c="


def test_the_server_takes_them(server: Server, new_account: Callable[[], Account]) -> None:
    account = new_account()
    raw = Raw(server.address, account)
    answer = raw.send_to("GET", "/v3/projects", query=f"name={account.region_id}")
    assert (answer.status, answer.json["projects"][0]["id"]) == (200, account.project_id)
    assert raw.post("encrypt-data").code == "KMS.0204"
    assert raw.send("POST", "kms/encrypt-data", b"[]").code == "KMS.0202"
    assert raw.send("POST", "kms/encrypt-data", {}, authorization="SDK-HMAC-SHA256 nothing").status == 401


def _signed_by_the_sdk(server: Server, path: str, query: str, headers: dict[str, str]) -> Any:
    from huaweicloudsdkcore.sdk_request import SdkRequest  # noqa: PLC0415  # behind sdk.py, which moves its home
    from huaweicloudsdkcore.signer.signer import Signer  # noqa: PLC0415

    pairs: list[tuple[str, object]] = [*parse_qsl(query, keep_blank_values=True)]
    request = SdkRequest(
        method="POST",
        schema="http",
        host=server.address,
        resource_path=path,
        uri=path,
        query_params=pairs,
        header_params=headers,
        body='{"a": 1}',
        stream=False,
    )
    return (
        Signer(Huawei(server.address, server.account).client._credentials).sign(request).header_params["Authorization"]
    )

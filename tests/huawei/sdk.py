"""The Huawei cloud's own SDK, as it is installed, at a Keyreeve server."""

import os
from pathlib import Path
from tempfile import gettempdir
from typing import Any

# Importing a client writes an application id below the home directory.
_HOME = Path(gettempdir()) / "keyreeve-huawei-sdk-home"
_BEFORE = os.environ.get("HOME")
_HOME.mkdir(exist_ok=True)
os.environ["HOME"] = str(_HOME)
from huaweicloudsdkcore.auth.credentials import BasicCredentials  # noqa: E402
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException  # noqa: E402
from huaweicloudsdkcore.region.region import Region  # noqa: E402
from huaweicloudsdkkms.v2 import KmsClient, model  # noqa: E402

from tests.support.server import Account  # noqa: E402

if _BEFORE is not None:
    os.environ["HOME"] = _BEFORE


class HuaweiRefused(Exception):
    """What the SDK raised: its class's name, the status, the code and the message."""

    def __init__(self, raised: Any) -> None:
        super().__init__(f"{raised.status_code} {raised.error_code}: {raised.error_msg}")
        self.kind = type(raised).__name__
        self.status: int = raised.status_code
        self.code: str = raised.error_code
        self.message: str = raised.error_msg
        self.request_id: str = raised.request_id


class Huawei:
    """Calls by the names of the SDK's methods; a request's model and its body's model are looked up there."""

    def __init__(self, address: str, account: Account, token: str = "") -> None:
        credentials = BasicCredentials(account.access_key_id, account.access_key_secret, account.project_id)
        builder = KmsClient.new_builder().with_credentials(credentials).with_endpoint(f"http://{address}")
        self.client: Any = builder.build()
        if token:
            # The SDK leaves a request alone that has an Authorization header already; the server sees the token only.
            self.client.preset_headers = {"X-Auth-Token": token}

    def call(self, method: str, /, **given: Any) -> Any:
        """The SDK's response. What the request's model does not know is of its body."""
        word = "".join(part.capitalize() for part in method.split("_"))
        request = getattr(model, f"{word}Request")()
        inside = {name: value for name, value in given.items() if name not in request.openapi_types}
        for name in given.keys() - inside.keys():
            setattr(request, name, given[name])
        if "body" in request.openapi_types:
            request.body = inside
        try:
            return getattr(self.client, method)(request)
        except ServiceResponseException as raised:
            raise HuaweiRefused(raised) from None
        finally:
            # It keeps its connection until the garbage is collected, and there are thousands of tests.
            self.client.get_http_client()._session.close()

    def refused(self, method: str, /, **given: Any) -> str:
        """The code that a call is refused with, or OK."""
        try:
            self.call(method, **given)
        except HuaweiRefused as refused:
            return refused.code
        return "OK"


def without_project(address: str, account: Account, region_id: str = "") -> Huawei:
    """A client that was told no project: with a region it asks IAM for one, which is at the same address."""
    made, endpoint = Huawei(address, account), f"http://{address}"
    credentials: Any = BasicCredentials(account.access_key_id, account.access_key_secret)
    builder: Any = KmsClient.new_builder().with_credentials(credentials.with_iam_endpoint(endpoint))
    located = builder.with_region(Region(region_id, endpoint)) if region_id else builder.with_endpoint(endpoint)
    made.client = located.build()
    return made


def create(huawei: Huawei, name: str, **more: str) -> str:
    return str(huawei.call("create_key", key_alias=name, **more).key_info.key_id)

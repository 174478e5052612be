"""aliyun-python-sdk-kms, the older Python client."""

import importlib
import json
from typing import Any

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient

from tests.sdk.sdk import SdkError
from tests.support.server import Account


class Classic:
    def __init__(self, address: str, account: Account) -> None:
        self._address = address
        self._client = AcsClient(account.access_key_id, account.access_key_secret, account.region_id)

    def offers(self, operation: str, *parameters: str) -> bool:
        try:
            request = self._request(operation)
        except ModuleNotFoundError:
            return False
        return all(hasattr(request, f"set_{name}") for name in parameters)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        request = self._request(operation)
        for name, value in parameters.items():
            # It sends a RegionId by itself, and its names of lists are plurals.
            if name != "RegionId":
                setter = f"set_{name}s" if isinstance(value, list) else f"set_{name}"
                # Its users build the JSON themselves, usually with what json.dumps does by default.
                getattr(request, setter)(json.dumps(value) if isinstance(value, dict) else value)
        try:
            return json.loads(self._client.do_action_with_exception(request) or b"")
        except ServerException as error:
            raise SdkError(error.get_error_code(), error.get_error_msg()) from error

    def _request(self, operation: str) -> Any:
        module = importlib.import_module(f"aliyunsdkkms.request.v20160120.{operation}Request")
        request = getattr(module, f"{operation}Request")()
        request.set_protocol_type("http")
        request.set_endpoint(self._address)
        return request

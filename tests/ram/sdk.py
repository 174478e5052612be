"""alibabacloud-ram20150501, unmodified, by the wire names of operations and parameters."""

from typing import Any

from alibabacloud_ram20150501 import models
from alibabacloud_ram20150501.client import Client
from alibabacloud_tea_openapi import utils_models
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

from tests.sdk.sdk import SdkError, snake
from tests.support.server import Account


class RamSdk:
    """`signature_algorithm` None is version 3, "v2" is version 1."""

    def __init__(self, address: str, account: Account, signature_algorithm: str | None = None) -> None:
        settings: dict[str, Any] = {
            "access_key_id": account.access_key_id,
            "access_key_secret": account.access_key_secret,
            "region_id": account.region_id,
            "endpoint": address,
            "protocol": "HTTP",
            "signature_algorithm": signature_algorithm,
        }
        self._client = Client(utils_models.Config(**settings))

    def offers(self, operation: str, *parameters: str) -> bool:
        return hasattr(self._client, snake(operation)) and not parameters

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        request = getattr(models, f"{operation}Request")().from_map(parameters)
        # It makes an empty list of tags where there are none.
        known = {name: value for name, value in request.to_map().items() if value != []}
        assert known == parameters, "the client does not have all of these parameters"
        try:
            response = getattr(self._client, snake(operation))(request)
        except AlibabaCloudException as error:
            raise SdkError(str(error.code), str(error.message)) from error
        assert response.body is not None, "the client made nothing of the answer"
        return response.body.to_map()


def understood(operation: str, body: dict[str, Any]) -> Any:
    """What of a JSON answer the client's model keeps."""
    return getattr(models, f"{operation}ResponseBody")().from_map(body).to_map()

"""alibabacloud-kms20160120: its request classes, and the generic call_api beneath them."""

from typing import Any, Literal

from alibabacloud_kms20160120 import models
from alibabacloud_kms20160120.client import Client
from alibabacloud_tea_openapi import utils_models
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from darabonba.runtime import RuntimeOptions

from tests.sdk.sdk import SdkError, snake
from tests.support.server import Account


def connect(address: str, account: Account, signature_algorithm: str | None = None, **more: Any) -> Client:
    settings: dict[str, Any] = {
        "access_key_id": account.access_key_id,
        "access_key_secret": account.access_key_secret,
        "region_id": account.region_id,
        "endpoint": address,
        "protocol": "HTTP",
        "signature_algorithm": signature_algorithm,
    }
    return Client(utils_models.Config(**settings, **more))


class Tea:
    """`signature_algorithm` None is version 3, "v2" is version 1."""

    def __init__(self, address: str, account: Account, signature_algorithm: str | None = None, **more: Any) -> None:
        self._client = connect(address, account, signature_algorithm, **more)

    def offers(self, operation: str, *parameters: str) -> bool:
        if not hasattr(self._client, snake(operation)):
            return False
        return not parameters or set(_request(operation, dict.fromkeys(parameters, "x")).to_map()) == {*parameters}

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        method = getattr(self._client, snake(operation))
        arguments = []
        if hasattr(models, f"{operation}Request"):
            request = _request(operation, parameters)
            assert request.to_map() == parameters, "the client does not have all of these parameters"
            arguments = [request]
        try:
            response = method(*arguments)
        except AlibabaCloudException as error:
            raise SdkError(str(error.code), str(error.message)) from error
        assert response.body is not None, "the client made nothing of the answer"
        return response.body.to_map()


class GenericTea:
    """call_api with the parameters in a body, as people call what no generated client has."""

    def __init__(self, address: str, account: Account, body: Literal["formData", "json"]) -> None:
        self._client = connect(address, account)
        self._body = body

    def offers(self, operation: str, *parameters: str) -> bool:
        del operation, parameters
        return True

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        params = utils_models.Params(
            action=operation,
            version="2016-01-20",
            protocol="HTTP",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type=self._body,
            body_type="json",
        )
        request = utils_models.OpenApiRequest(body=parameters)
        try:
            return self._client.call_api(params, request, RuntimeOptions())["body"]
        except AlibabaCloudException as error:
            raise SdkError(str(error.code), str(error.message)) from error


def _request(operation: str, parameters: dict[str, Any]) -> Any:
    return getattr(models, f"{operation}Request")().from_map(parameters)

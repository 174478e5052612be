"""alibabacloud-sts20150401, unmodified, and the KMS client with the token of a session."""

from typing import Any

from alibabacloud_sts20150401 import models
from alibabacloud_sts20150401.client import Client
from alibabacloud_tea_openapi import utils_models
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException

from tests.sdk.sdk import SdkError, snake
from tests.sdk.tea import Tea
from tests.support.server import Account


class StsSdk:
    """`signature_algorithm` None is version 3, "v2" is version 1."""

    def __init__(self, address: str, account: Account, signature_algorithm: str | None = None, **more: Any) -> None:
        settings: dict[str, Any] = {
            "access_key_id": account.access_key_id,
            "access_key_secret": account.access_key_secret,
            "region_id": account.region_id,
            "endpoint": address,
            "protocol": "HTTP",
            "signature_algorithm": signature_algorithm,
        }
        self._client = Client(utils_models.Config(**settings, **more))

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        method = getattr(self._client, snake(operation))
        arguments = []
        if hasattr(models, f"{operation}Request"):
            request = getattr(models, f"{operation}Request")().from_map(parameters)
            assert request.to_map() == parameters, "the client does not have all of these parameters"
            arguments = [request]
        try:
            response = method(*arguments)
        except AlibabaCloudException as error:
            raise SdkError(str(error.code), str(error.message)) from error
        assert response.body is not None, "the client made nothing of the answer"
        return response.body.to_map()


def tea_of_session(address: str, credentials: dict[str, str], region_id: str, algorithm: str | None) -> Tea:
    """The KMS client with temporary credentials."""
    key = credentials["AccessKeyId"], credentials["AccessKeySecret"]
    account = Account("", region_id, "", *key)
    return Tea(address, account, algorithm, security_token=credentials["SecurityToken"])

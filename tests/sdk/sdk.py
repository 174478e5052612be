"""One face over the official clients, so that each of them can drive the same life.

Operations and parameters go by their wire names; what a client makes of them is its own business.
"""

import re
from typing import Any, Protocol

import pytest

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class SdkError(Exception):
    """What a client raised for a refusal, in the client's own words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Sdk(Protocol):
    def offers(self, operation: str, *parameters: str) -> bool:
        """Whether this client has the operation, with these parameters."""
        ...

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """The members of a success. Raises SdkError."""
        ...


def snake(operation: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


class Recorded:
    """A client, and which operations it has been asked for."""

    def __init__(self, sdk: Sdk) -> None:
        self.sdk = sdk
        self.asked: set[str] = set()

    def call(self, operation: str, /, **parameters: Any) -> dict[str, Any]:
        self.asked.add(operation)
        answer = self.sdk.call(operation, **parameters)
        assert _UUID.fullmatch(answer["RequestId"])
        return answer

    def refused(self, operation: str, /, **parameters: Any) -> str:
        self.asked.add(operation)
        with pytest.raises(SdkError) as raised:
            self.sdk.call(operation, **parameters)
        return raised.value.code

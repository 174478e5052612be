"""Secrets to test with, and what the server says of them."""

from typing import Any, Protocol
from uuid import uuid4

from tests.support.client import Answer

DAY = 86_400
CURRENT, PREVIOUS = "ACSCurrent", "ACSPrevious"
NOT_FOUND, IN_WINDOW = "Forbidden.ResourceNotFound", "Rejected.ResourceInDeleteWindow"
EXISTS, EXCEEDED, INVALID = "Rejected.ResourceExist", "Rejected.LimitExceeded", "InvalidParameter"


class Asked(Protocol):
    """A client of a server, or a server in this process."""

    def answer(self, action: str, /, **parameters: str) -> Answer: ...

    def call(self, action: str, /, **parameters: str) -> Any: ...

    def refused(self, action: str, /, **parameters: str) -> str: ...


def new_name() -> str:
    return f"secret/{uuid4()}"


def create(asked: Asked, value: str = "first", **more: str) -> str:
    """A new secret of one version, v1; its name."""
    name = new_name()
    asked.call("CreateSecret", **{"SecretName": name, "VersionId": "v1", "SecretData": value, **more})
    return name


def put(asked: Asked, name: str, version: str, value: str = "x", **more: str) -> Answer:
    return asked.answer("PutSecretValue", SecretName=name, VersionId=version, SecretData=value, **more)


def read(asked: Asked, name: str, **which: str) -> str:
    """The value, or the code of the refusal."""
    answer = asked.answer("GetSecretValue", SecretName=name, **which)
    return str(answer.json["SecretData"]) if answer.status == 200 else answer.code


def stages(asked: Asked, name: str) -> dict[str, str]:
    """Which version each stage marks."""
    listed = versions(asked, name, deprecated=True)
    return {stage: version for version, marks in listed.items() for stage in marks}


def versions(asked: Asked, name: str, *, deprecated: bool) -> dict[str, list[str]]:
    """The stages of each version, from the newest."""
    answer = asked.call(
        "ListSecretVersionIds", SecretName=name, IncludeDeprecated=str(deprecated).lower(), PageSize="100"
    )
    found = answer["VersionIds"]["VersionId"]
    assert answer["TotalCount"] == len(found)
    return {one["VersionId"]: one["VersionStages"]["VersionStage"] for one in found}


def described(asked: Asked, name: str) -> dict[str, Any]:
    return dict(asked.call("DescribeSecret", SecretName=name))


def names_parameter(answer: Answer, parameter: str, code: str = INVALID) -> bool:
    return (answer.status, answer.code) == (400, code) and f'"{parameter}"' in answer.json["Message"]

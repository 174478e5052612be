"""What RotateSecret and UpdateSecretRotationPolicy refuse; tests/catalogue and tests/permissions ask the rest."""

from uuid import uuid4

import pytest

from tests.rotation.managed import Managed, create
from tests.rotation.places import Place, Served, call
from tests.rotation.subjects import ram_user

ROTATE = {"VersionId": "v2"}
SCHEDULE = {"EnableAutomaticRotation": "true", "RotationInterval": "7d"}
BOTH = pytest.mark.parametrize(
    ("operation", "request_"), [("RotateSecret", ROTATE), ("UpdateSecretRotationPolicy", SCHEDULE)]
)


@pytest.fixture
def secret(served: Served) -> Managed:
    return create(served, ram_user(served))


def refused(place: Place, operation: str, **parameters: str) -> tuple[int, str]:
    answer = place.answer(operation, **parameters)
    return answer.status, answer.code


@BOTH
def test_a_secret_that_is_not_there(served: Served, operation: str, request_: dict[str, str]):
    answer = refused(served, operation, SecretName=f"none-{uuid4()}", **request_)
    assert answer == (404, "Forbidden.ResourceNotFound")


@BOTH
def test_a_generic_secret(served: Served, operation: str, request_: dict[str, str]):
    name = f"generic-{uuid4()}"
    call(served, "CreateSecret", SecretName=name, VersionId="v1", SecretData="x")
    assert refused(served, operation, SecretName=name, **request_) == (400, "UnsupportedOperation")


@BOTH
def test_a_secret_whose_deletion_is_planned(secret: Managed, operation: str, request_: dict[str, str]):
    call(secret.place, "DeleteSecret", SecretName=secret.name)
    answer = refused(secret.place, operation, SecretName=secret.name, **request_)
    assert answer == (409, "Rejected.ResourceInDeleteWindow")


@pytest.mark.parametrize("interval", ["", "5h", "21599s", "366d", "8761h", "7", "d", "-7d", "7.5d", "7 d", "7D", "1w"])
def test_an_interval_that_is_none(secret: Managed, interval: str):
    policy = {"EnableAutomaticRotation": "true", "RotationInterval": interval}
    code = "InvalidParameter" if interval else "MissingParameter"
    assert refused(secret.place, "UpdateSecretRotationPolicy", SecretName=secret.name, **policy) == (400, code)
    assert secret.described()["AutomaticRotation"] == "Disabled"


@pytest.mark.parametrize("version_id", ["", "x" * 65])
def test_a_version_that_cannot_be(secret: Managed, version_id: str):
    code = "InvalidParameter" if version_id else "MissingParameter"
    assert refused(secret.place, "RotateSecret", SecretName=secret.name, VersionId=version_id) == (400, code)
    assert secret.value()["VersionId"] == "v1"


def test_a_version_that_is_there_is_not_made_again(secret: Managed):
    """Whether a rotation made it or CreateSecret."""
    credential = secret.credential()
    secret.rotate("v1")
    assert (secret.value()["VersionId"], secret.credential()) == ("v1", credential)
    assert "LastRotationDate" not in secret.described()

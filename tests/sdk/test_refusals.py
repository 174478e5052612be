"""What each official client tells its user when the server refuses."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from darabonba.exceptions import UnretryableException

from tests.sdk.sdk import Sdk, SdkError
from tests.sdk.tea import Tea
from tests.support.server import Account, Server

Connect = Callable[[Account], Sdk]


@pytest.fixture
def server(sqlite_server: Server) -> Server:
    """The database plays no part in what is tested here."""
    return sqlite_server


def refusal(sdk: Sdk, operation: str, **parameters: object) -> SdkError:
    with pytest.raises(SdkError) as raised:
        sdk.call(operation, **parameters)
    return raised.value


def test_a_wrong_secret_is_told_apart_from_a_wrong_signature_by_the_client_that_can(
    connect: Connect, server: Server, client_name: str
):
    sdk = connect(replace(server.account, access_key_secret="wrong"))
    code = refusal(sdk, "DescribeKey", KeyId="中文 a+b*c~").code
    # The older client compares the server's string to sign with its own, and knows more if they are equal.
    expected = "InvalidAccessKeySecret" if client_name == "classic" else "SignatureDoesNotMatch"
    assert code == expected


def test_an_unknown_access_key_is_named_as_such(connect: Connect, server: Server):
    sdk = connect(replace(server.account, access_key_id="LTAInobody"))
    assert refusal(sdk, "DescribeKey", KeyId="x").code == "InvalidAccessKeyId.NotFound"


def test_a_missing_parameter_is_named_in_the_message(shared_sdk: Sdk):
    error = refusal(shared_sdk, "Encrypt", KeyId="x")
    assert error.code == "MissingParameter"
    assert 'The parameter "Plaintext" is needed but not provided.' in error.message


def test_a_dry_run_ends_in_its_documented_error(shared_sdk: Sdk):
    if not shared_sdk.offers("Encrypt", "KeyId", "DryRun"):
        return
    key_id = shared_sdk.call("CreateKey")["KeyMetadata"]["KeyId"]
    dry = {"KeyId": key_id, "DryRun": "true"}
    assert refusal(shared_sdk, "Encrypt", Plaintext="eA==", **dry).code == "DryRunOperationError"
    assert refusal(shared_sdk, "GenerateDataKey", NumberOfBytes=5000, **dry).code == "ValidationError"


def test_an_operation_that_does_not_exist_is_told_so(shared_sdk: Sdk, client_name: str):
    if client_name in ("tea-v3", "tea-v1", "classic", "npm-kms"):
        return
    assert refusal(shared_sdk, "MakeTea").code == "InvalidAction.NotFound"


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_a_security_token_does_not_go_with_a_lasting_access_key(server: Server, algorithm: str | None):
    sdk = Tea(server.address, server.account, algorithm, security_token="TOKEN+/=")
    assert refusal(sdk, "DescribeRegions").code == "InvalidSecurityToken.MismatchWithAccessKey"


def test_signature_version_4_is_refused(server: Server):
    sdk = Tea(server.address, server.account, signature_version="v4")
    with pytest.raises(UnretryableException, match="IncompleteSignature"):
        sdk.call("DescribeRegions")

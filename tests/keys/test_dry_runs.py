"""DryRun of the operations with pairs: what a call would be refused for, its dry run is refused for."""

import base64

import pytest

from tests.keys.imports import rsa_spki
from tests.keys.pairs import DIGEST, ENCRYPTS, REQUESTS, SIGNS, Pair
from tests.keys.still import StillServer

pytestmark = pytest.mark.parametrize("still", ["sqlite"], indirect=True)


def answers(still: StillServer, operation: str, given: dict[str, str]) -> tuple[str, str]:
    """The code of the call, and of its dry run."""
    dry = still.answer(operation, **given, DryRun="true")
    return still.answer(operation, **given).code, dry.code


def new_pair(still: StillServer, usage: str, spec: str = "EC_SM2") -> Pair:
    key_id = still.create_key(KeySpec=spec, KeyUsage=usage)
    return Pair(key_id, still.versions(key_id)[0], "eA==")


def test_a_call_that_would_succeed_says_so(still: StillServer):
    for usage in (SIGNS, ENCRYPTS):
        pair = new_pair(still, usage)
        if usage == ENCRYPTS:
            encrypted = still.call("AsymmetricEncrypt", **REQUESTS[usage]["AsymmetricEncrypt"](pair))
            pair = Pair(pair.key_id, pair.version_id, encrypted["CiphertextBlob"])
        for operation, request in REQUESTS[usage].items():
            assert answers(still, operation, request(pair)) == ("OK", "DryRunOperationError")


@pytest.mark.parametrize(("length", "code", "dry"), [(6047, "OK", "DryRunOperationError"),
                                                     (6048, "InvalidParameter", "ValidationError")])  # fmt: skip
def test_a_plaintext_that_is_too_long_for_sm2_fails_dry_too(still: StillServer, length: int, code: str, dry: str):
    pair = new_pair(still, ENCRYPTS)
    plaintext = base64.b64encode(bytes(length)).decode()
    given = {**REQUESTS[ENCRYPTS]["AsymmetricEncrypt"](pair), "Plaintext": plaintext}
    assert answers(still, "AsymmetricEncrypt", given) == (code, dry)


@pytest.mark.parametrize(("length", "code", "dry"), [(190, "OK", "DryRunOperationError"),
                                                     (191, "InvalidParameter", "ValidationError")])  # fmt: skip
def test_a_data_key_that_is_too_long_for_a_public_key_fails_dry_too(
    still: StillServer, length: int, code: str, dry: str
):
    wrapping = {"WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_256"}
    given = {"KeyId": still.create_key(), "NumberOfBytes": str(length), "PublicKeyBlob": rsa_spki(), **wrapping}
    assert answers(still, "GenerateAndExportDataKey", given) == (code, dry)


def test_an_algorithm_of_another_key_fails_dry_with_its_own_code(still: StillServer):
    pair = new_pair(still, SIGNS)
    given = {"KeyId": pair.key_id, "KeyVersionId": pair.version_id, "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST}
    assert answers(still, "AsymmetricSign", given) == ("Rejected.UnsupportedOperation",) * 2

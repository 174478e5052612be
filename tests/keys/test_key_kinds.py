"""CreateKey's specs and usages (API reference 8.1), and what a key of another kind is refused."""

import json
from time import gmtime, strftime

import pytest

from tests.keys.pairs import ENCRYPTS, REQUESTS, SIGNS, Pair
from tests.keys.still import StillServer

SYMMETRIC = ("Aliyun_AES_256", "Aliyun_AES_192", "Aliyun_AES_128", "Aliyun_SM4")
RSA = ("RSA_2048", "RSA_3072", "RSA_4096")
USAGES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(SYMMETRIC, (ENCRYPTS,)),
    **dict.fromkeys((*RSA, "EC_SM2"), (SIGNS, ENCRYPTS)),
    **dict.fromkeys(("EC_P256", "EC_P256K"), (SIGNS,)),
}
PAIRS = [spec for spec in USAGES if spec not in SYMMETRIC]
OFFERED = [(spec, usage) for spec, usages in USAGES.items() for usage in usages]
NOT_OFFERED = [(spec, usage) for spec, usages in USAGES.items() for usage in (SIGNS, ENCRYPTS) if usage not in usages]

# The database plays no part in it.
pytestmark = pytest.mark.parametrize("still", ["sqlite"], indirect=True)


def created(still: StillServer, **parameters: str) -> dict[str, str]:
    return dict(still.call("CreateKey", **parameters)["KeyMetadata"])


def count(still: StillServer) -> int:
    return int(still.call("ListKeys")["TotalCount"])


@pytest.mark.parametrize(("spec", "usage"), OFFERED)
def test_a_key_of_an_offered_usage_is_described_in_full(still: StillServer, spec: str, usage: str):
    key = created(still, KeySpec=spec, KeyUsage=usage, Description="of a kind")
    now = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(still.now))
    (version,) = still.versions(key["KeyId"])
    account = still.account
    assert key == {
        "KeyId": key["KeyId"],
        "Arn": f"acs:kms:{account.region_id}:{account.account_id}:key/{key['KeyId']}",
        "Creator": account.account_id,
        "CreationDate": now,
        "Description": "of a kind",
        "KeySpec": spec,
        "KeyUsage": usage,
        "KeyState": "Enabled",
        "Origin": "Aliyun_KMS",
        "ProtectionLevel": "SOFTWARE",
        "DeleteDate": "",
        "MaterialExpireTime": "",
        "AutomaticRotation": "Disabled",
        "LastRotationDate": now,
        **({"PrimaryKeyVersion": version} if spec in SYMMETRIC else {}),
    }
    assert still.metadata(key["KeyId"]) == {**key, "DeletionProtection": "Disabled"}


@pytest.mark.parametrize(("spec", "usage"), NOT_OFFERED)
@pytest.mark.parametrize("origin", ["Aliyun_KMS", "EXTERNAL"])
def test_a_usage_that_a_spec_does_not_have_is_refused_and_named(still: StillServer, spec: str, usage: str, origin: str):
    before = count(still)
    answer = still.answer("CreateKey", KeySpec=spec, KeyUsage=usage, Origin=origin)
    assert (answer.status, answer.code) == (400, "UnsupportedOperation")
    assert "KeyUsage" in answer.json["Message"]
    assert count(still) == before


@pytest.mark.parametrize("spec", USAGES)
@pytest.mark.parametrize("origin", ["Aliyun_KMS", "EXTERNAL"])
def test_a_key_is_for_signing_by_default_if_it_can_sign(still: StillServer, spec: str, origin: str):
    key = created(still, KeySpec=spec, Origin=origin)
    assert key["KeyUsage"] == (ENCRYPTS if spec in SYMMETRIC else SIGNS)
    assert key["KeyState"] == ("Enabled" if origin == "Aliyun_KMS" else "PendingImport")


@pytest.mark.parametrize("spec", USAGES)
def test_a_key_of_external_origin_has_no_version_yet(still: StillServer, spec: str):
    key = created(still, KeySpec=spec, Origin="EXTERNAL")
    assert (key["KeyState"], key["Origin"]) == ("PendingImport", "EXTERNAL")
    assert "PrimaryKeyVersion" not in key
    assert still.versions(key["KeyId"]) == []


@pytest.mark.parametrize("spec", PAIRS)
@pytest.mark.parametrize("origin", ["Aliyun_KMS", "EXTERNAL"])
def test_a_pair_does_not_rotate_by_itself(still: StillServer, spec: str, origin: str):
    before = count(still)
    rotation = {"EnableAutomaticRotation": "true", "RotationInterval": "30d"}
    answer = still.answer("CreateKey", KeySpec=spec, Origin=origin, **rotation)
    assert (answer.status, answer.code) == (400, "UnsupportedOperation")
    assert "EnableAutomaticRotation" in answer.json["Message"]
    assert count(still) == before


@pytest.mark.parametrize("spec", ["EC_P256", "EC_SM2"])
@pytest.mark.parametrize("on", [{"EnableAutomaticRotation": "false"}, {"EnableAutomaticRotation": "true"}], ids=str)
def test_a_pair_takes_no_rotation_policy(still: StillServer, spec: str, on: dict[str, str]):
    key = created(still, KeySpec=spec)
    given = {"KeyId": key["KeyId"], **on, "RotationInterval": "30d"}
    answer = still.answer("UpdateRotationPolicy", **given)
    assert (answer.status, answer.code) == (400, "Rejected.UnsupportedOperation")
    assert still.metadata(key["KeyId"])["AutomaticRotation"] == "Disabled"


@pytest.mark.parametrize("spec", SYMMETRIC)
def test_a_symmetric_key_of_any_spec_rotates(still: StillServer, spec: str):
    key = created(still, KeySpec=spec, EnableAutomaticRotation="true", RotationInterval="30d")
    assert (key["AutomaticRotation"], key["RotationInterval"]) == ("Enabled", "2592000s")
    still.wait(30 * 86_400)
    still.run_jobs()
    assert len(still.versions(key["KeyId"])) == 2


@pytest.mark.parametrize("spec", USAGES)
def test_without_a_token_there_are_no_hsm_keys(still: StillServer, spec: str):
    answer = still.answer("CreateKey", KeySpec=spec, ProtectionLevel="HSM")
    assert (answer.status, answer.code) == (400, "Unsupported.ProtectionLevel")


def test_lists_tell_keys_by_spec_and_usage(still: StillServer):
    made = {(spec, usage): still.create_key(KeySpec=spec, KeyUsage=usage) for spec, usage in OFFERED if spec not in RSA}
    for (spec, usage), key_id in made.items():
        wanted = [{"Key": "KeySpec", "Values": [spec]}, {"Key": "KeyUsage", "Values": [usage]}]
        listed = still.call("ListKeys", PageSize="100", Filters=json.dumps(wanted))["Keys"]["Key"]
        found = {key["KeyId"] for key in listed} & set(made.values())
        assert found == {key_id}


@pytest.mark.parametrize(
    ("given", "usage"),
    [
        ({"KeySpec": "EC_SM2", "KeyUsage": ENCRYPTS}, SIGNS),
        ({"KeySpec": "EC_SM2", "KeyUsage": SIGNS}, ENCRYPTS),
        ({"KeySpec": "Aliyun_SM4"}, SIGNS),
        ({"KeySpec": "Aliyun_AES_256"}, ENCRYPTS),
    ],
    ids=str,
)
def test_a_key_is_refused_what_its_kind_or_usage_is_not_for(still: StillServer, given: dict[str, str], usage: str):
    key_id = still.create_key(**given)
    (version,) = still.versions(key_id)
    for operation, request in REQUESTS[usage].items():
        if operation != "GetPublicKey":
            answer = still.answer(operation, **request(Pair(key_id, version, "eA==")))
            assert (answer.status, answer.code) == (400, "Rejected.UnsupportedOperation")


@pytest.mark.parametrize("spec", SYMMETRIC)
def test_a_symmetric_key_has_no_public_key(still: StillServer, spec: str):
    key_id = still.create_key(KeySpec=spec)
    given = {"KeyId": key_id, "KeyVersionId": still.versions(key_id)[0]}
    assert still.refused("GetPublicKey", **given) == "UnsupportedOperation"


@pytest.mark.parametrize("usage", [SIGNS, ENCRYPTS])
def test_a_pair_does_not_encrypt_like_a_symmetric_key(still: StillServer, usage: str):
    key_id = still.create_key(KeySpec="EC_SM2", KeyUsage=usage)
    for operation in ("Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"):
        assert still.refused(operation, KeyId=key_id, Plaintext="aa") == "UnsupportedOperation"

"""What a key for message authentication codes is not for, and what other keys are not for."""

import pytest

from tests.keys.pairs import DIGEST
from tests.keys.states import renamed
from tests.keys.still import StillServer
from tests.keys.test_macs import ALGORITHMS, MESSAGE, REJECTED, request, specs

# The database plays no part in it.
pytestmark = pytest.mark.parametrize("still", ["sqlite"], indirect=True)


@specs
@pytest.mark.parametrize("other", [*(name for name, _ in ALGORITHMS.values())])
def test_only_the_algorithm_of_its_spec_is_a_keys(still: StillServer, spec: str, other: str):
    key_id = still.create_key(KeySpec=spec)
    given = {**request(key_id, spec), "Algorithm": other}
    expected = "OK" if other == ALGORITHMS[spec][0] else REJECTED
    assert still.answer("GenerateMac", **given).code == expected
    assert still.answer("VerifyMac", **given, Mac="eA==").code == expected


@pytest.mark.parametrize("spec", ["Aliyun_AES_256", "Aliyun_SM4", "RSA_2048", "EC_P256", "EC_SM2"])
def test_a_key_of_another_kind_authenticates_nothing(still: StillServer, spec: str):
    given = {"KeyId": still.create_key(KeySpec=spec), "Algorithm": "HMAC_SHA_256", "Message": MESSAGE}
    for operation, more in (("GenerateMac", {}), ("VerifyMac", {"Mac": "eA=="})):
        answer = still.answer(operation, **given, **more)
        assert (answer.status, answer.code) == (400, REJECTED)


@specs
def test_a_key_for_codes_does_nothing_else(still: StillServer, spec: str):
    key_id = still.create_key(KeySpec=spec)
    key, other = {"KeyId": key_id}, still.create_key()
    version = {**key, "KeyVersionId": still.versions(key_id)[0]}
    for operation, given in {
        "Encrypt": {**key, "Plaintext": "eA=="},
        "GenerateDataKey": key,
        "GenerateDataKeyWithoutPlaintext": key,
        "GetPublicKey": version,
        "ReEncrypt": {
            "CiphertextBlob": still.call("Encrypt", KeyId=other, Plaintext="eA==")["CiphertextBlob"],
            "DestinationKeyId": key_id,
        },
        "CreateSecret": {"EncryptionKeyId": key_id, "SecretName": f"s-{spec}", "SecretData": "x", "VersionId": "1"},
    }.items():
        assert still.refused(operation, **given) == "UnsupportedOperation", operation
    for operation, given in {
        "AsymmetricSign": {**version, "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST},
        "AsymmetricVerify": {**version, "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST, "Value": "eA=="},
        "AsymmetricEncrypt": {**version, "Algorithm": "SM2PKE", "Plaintext": "eA=="},
        "AsymmetricDecrypt": {**version, "Algorithm": "SM2PKE", "CiphertextBlob": "eA=="},
        "CreateKeyVersion": key,
        "UpdateRotationPolicy": {**key, "EnableAutomaticRotation": "true", "RotationInterval": "30d"},
    }.items():
        assert still.refused(operation, **given) == REJECTED, operation


@pytest.mark.parametrize("usage", ["ENCRYPT/DECRYPT", "SIGN/VERIFY"])
def test_a_key_for_codes_has_no_other_usage(still: StillServer, usage: str):
    answer = still.answer("CreateKey", KeySpec="HMAC_256", KeyUsage=usage)
    assert (answer.status, answer.code) == (400, "UnsupportedOperation")
    assert "KeyUsage" in answer.json["Message"]
    for spec in ("Aliyun_AES_256", "RSA_2048", "EC_P256"):
        assert still.refused("CreateKey", KeySpec=spec, KeyUsage="GENERATE/VERIFY_MAC") == "UnsupportedOperation"


@specs
def test_a_key_for_codes_neither_rotates_nor_is_in_a_token(still: StillServer, spec: str):
    rotation = {"EnableAutomaticRotation": "true", "RotationInterval": "30d"}
    for origin in ("Aliyun_KMS", "EXTERNAL"):
        assert still.refused("CreateKey", KeySpec=spec, Origin=origin, **rotation) == "UnsupportedOperation"
    assert still.refused("CreateKey", KeySpec=spec, ProtectionLevel="HSM") == "Unsupported.ProtectionLevel"


def test_a_renamed_blob_is_not_opened_with_a_key_for_codes(still: StillServer):
    blob = still.call("Encrypt", KeyId=still.create_key(), Plaintext="eA==")["CiphertextBlob"]
    theirs = renamed(blob, still.create_key(KeySpec="HMAC_256"))
    assert still.refused("Decrypt", CiphertextBlob=theirs) == "InvalidParameter"

"""Which keys are made in a token."""

import pytest

from tests.hardware.box import AES, EC, RSA, SIGN, Box
from tests.support.client import Client
from tests.support.server import Server

# The kind, the type and the size of what must be in the token; an EC key's size is its curve.
KINDS = {
    **{spec: ("SECRET_KEY", "AES", int(spec[-3:])) for spec in AES},
    **{spec: ("PRIVATE_KEY", "RSA", int(spec[-4:])) for spec in RSA},
    **dict.fromkeys(EC, ("PRIVATE_KEY", "EC", 0)),
}
NOT_IN_SOFTHSM = ("Aliyun_SM4", "EC_SM2", "HMAC_256", "HMAC_SM3")


@pytest.mark.parametrize("spec", KINDS)
def test_a_key_of_every_spec_is_made_in_the_token(box: Box, spec: str) -> None:
    key_id = box.key(spec, SIGN if spec not in AES else "")
    metadata = box.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]
    assert (metadata["ProtectionLevel"], metadata["KeySpec"], metadata["Origin"]) == ("HSM", spec, "Aliyun_KMS")
    assert metadata["KeyState"] == "Enabled"
    [found] = box.objects_of(key_id)
    assert (found.kind, found.type, found.bits) == KINDS[spec]
    assert found.label == f"keyreeve/{box.version(key_id)}"


@pytest.mark.parametrize("origin", ["Aliyun_KMS", "EXTERNAL"])
@pytest.mark.parametrize("spec", NOT_IN_SOFTHSM)
def test_what_the_token_cannot_do_is_refused(box: Box, spec: str, origin: str) -> None:
    answer = box.client.answer("CreateKey", KeySpec=spec, ProtectionLevel="HSM", Origin=origin)
    assert (answer.status, answer.code) == (400, "Unsupported.ProtectionLevel")
    assert spec in answer.json["Message"]


@pytest.mark.parametrize("spec", NOT_IN_SOFTHSM)
def test_what_the_token_cannot_do_is_there_in_software(box: Box, spec: str) -> None:
    key_id = box.client.create_key(KeySpec=spec, ProtectionLevel="SOFTWARE")
    assert box.objects_of(key_id) == []


def test_a_software_key_of_the_same_server_is_not_in_the_token(box: Box) -> None:
    key_id = box.client.create_key()
    assert box.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["ProtectionLevel"] == "SOFTWARE"
    assert box.objects_of(key_id) == []


@pytest.mark.parametrize("origin", ["Aliyun_KMS", "EXTERNAL"])
@pytest.mark.parametrize("spec", ["Aliyun_AES_256", "RSA_2048", "EC_P256"])
def test_without_an_hsm_there_are_no_hsm_keys(sqlite_server: Server, spec: str, origin: str) -> None:
    client = Client(sqlite_server.address, sqlite_server.account)
    answer = client.answer("CreateKey", KeySpec=spec, ProtectionLevel="HSM", Origin=origin)
    assert (answer.status, answer.code) == (400, "Unsupported.ProtectionLevel")

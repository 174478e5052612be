"""The built-in policies: each a policy, and each with the rights that its name says."""

import json

import pytest

from keyreeve.access.policies.language import PolicyKind, parse_policy
from keyreeve.access.policies.policy_set import NamedPolicy, PolicySet
from keyreeve.access.policies.system import SYSTEM_POLICIES, default_key_policy, default_secret_policy
from keyreeve.catalogue import CATALOGUE
from tests.access.policies.documents import OWNER, request

SECRET = f"acs:kms:cn-hangzhou:{OWNER}:secret/db/password"
ALIAS = f"acs:kms:cn-hangzhou:{OWNER}:alias/a"


def allowed(name: str, action: str, resource: str | None = None) -> bool:
    policy = NamedPolicy(name, parse_policy(SYSTEM_POLICIES[name].document, PolicyKind.IDENTITY))
    one = request(action, resource) if resource else request(action)
    return PolicySet([policy]).permission(one) is not None


def test_the_names():
    assert sorted(SYSTEM_POLICIES) == [
        *("AdministratorAccess", "AliyunKMSCryptoAdminAccess", "AliyunKMSCryptoUserAccess", "AliyunKMSFullAccess"),
        *("AliyunKMSReadOnlyAccess", "AliyunKMSSecretAdminAccess", "AliyunKMSSecretUserAccess"),
        *("AliyunRAMFullAccess", "AliyunSTSAssumeRoleAccess"),
    ]


def test_none_denies_and_all_have_a_description():
    for one in SYSTEM_POLICIES.values():
        assert one.description.endswith(".")
        assert '"Deny"' not in one.document


METADATA = [
    *("GetPublicKey", "GetKeyPolicy", "GetSecretPolicy", "GetKmsInstance", "GetDefaultKmsInstance"),
    "GetKmsInstanceQuotaInfos",
]
CRYPTOGRAPHIC = [
    *("Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "AsymmetricSign"),
    *("AsymmetricVerify", "AsymmetricEncrypt", "AsymmetricDecrypt", "GetPublicKey", "GenerateMac", "VerifyMac"),
]


@pytest.mark.parametrize("operation", [*CATALOGUE])
def test_operations_on_keys(operation: str):
    action = f"kms:{operation}"
    reads = operation.startswith(("List", "Describe")) or operation in METADATA
    assert allowed("AliyunKMSFullAccess", action)
    assert allowed("AdministratorAccess", action)
    assert allowed("AliyunKMSCryptoAdminAccess", action)
    assert allowed("AliyunKMSReadOnlyAccess", action) == reads
    assert allowed("AliyunKMSCryptoUserAccess", action) == (operation in CRYPTOGRAPHIC)
    # It is asked on nothing in particular, so whoever administers secrets has it everywhere.
    assert allowed("AliyunKMSSecretAdminAccess", action) == (operation == "GetRandomPassword")
    assert not allowed("AliyunRAMFullAccess", action)
    assert not allowed("AliyunSTSAssumeRoleAccess", action)


def test_operations_on_secrets():
    for action in ("kms:GetSecretValue", "kms:DescribeSecret", "kms:DeleteSecret"):
        assert allowed("AliyunKMSSecretAdminAccess", action, SECRET)
        assert allowed("AliyunKMSSecretUserAccess", action, SECRET) == (action != "kms:DeleteSecret")
        assert allowed("AliyunKMSReadOnlyAccess", action, SECRET) == (action == "kms:DescribeSecret")
        assert not allowed("AliyunKMSCryptoAdminAccess", action, SECRET)
    assert allowed("AliyunKMSSecretAdminAccess", "kms:GetRandomPassword", "*")
    assert allowed("AliyunKMSCryptoAdminAccess", "kms:CreateAlias", ALIAS)


def test_ram_and_sts():
    assert allowed("AliyunRAMFullAccess", "ram:CreateUser", f"acs:ram::{OWNER}:user/alice")
    assert allowed("AliyunSTSAssumeRoleAccess", "sts:AssumeRole", f"acs:ram::{OWNER}:role/r")


def test_default_policies():
    texts = {
        "kms default key policy": default_key_policy(OWNER),
        "kms default secret policy": default_secret_policy(OWNER),
    }
    for sid, text in texts.items():
        statement = json.loads(text)["Statement"][0]
        assert statement["Principal"] == {"RAM": [f"acs:ram::{OWNER}:*"]}
        assert parse_policy(text, PolicyKind.RESOURCE).statements[0].label == statement["Sid"] == sid

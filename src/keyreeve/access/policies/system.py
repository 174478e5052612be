"""The policies that every account has. Their rights follow the documents that the cloud shows for the same names.

Left out are rights on services that do not exist here (ECS, RDS, ROS).
"""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SystemPolicy:
    name: str
    description: str
    document: str


def default_key_policy(owner_account_id: str) -> str:
    return _default_policy("kms default key policy", owner_account_id)


def default_secret_policy(owner_account_id: str) -> str:
    return _default_policy("kms default secret policy", owner_account_id)


def _default_policy(sid: str, owner_account_id: str) -> str:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"RAM": [f"acs:ram::{owner_account_id}:*"]},
        "Action": ["kms:*"],
        "Resource": ["*"],
    }
    return json.dumps({"Version": "1", "Statement": [statement]})


def _allow(actions: list[str], resources: list[str]) -> dict[str, object]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _system(name: str, description: str, *statements: dict[str, object]) -> SystemPolicy:
    return SystemPolicy(name, description, json.dumps({"Version": "1", "Statement": statements}))


_READING_METADATA = [
    *("kms:List*", "kms:Describe*", "kms:GetPublicKey", "kms:GetKeyPolicy", "kms:GetSecretPolicy"),
    *("kms:GetKmsInstance", "kms:GetDefaultKmsInstance", "kms:GetKmsInstanceQuotaInfos"),
]
_CRYPTOGRAPHY = [
    *("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"),
    *("kms:AsymmetricEncrypt", "kms:AsymmetricDecrypt", "kms:AsymmetricSign", "kms:AsymmetricVerify"),
    *("kms:GetPublicKey", "kms:GenerateMac", "kms:VerifyMac"),
]
_READING_SECRETS = ["kms:GetSecretValue", "kms:DescribeSecret", "kms:ListSecretVersionIds"]

SYSTEM_POLICIES: dict[str, SystemPolicy] = {
    policy.name: policy
    for policy in (
        _system("AdministratorAccess", "Everything in the account.", _allow(["*"], ["*"])),
        _system("AliyunRAMFullAccess", "Users, groups, roles and policies.", _allow(["ram:*"], ["*"])),
        _system(
            "AliyunSTSAssumeRoleAccess", "Assuming roles that trust the caller.", _allow(["sts:AssumeRole"], ["*"])
        ),
        _system("AliyunKMSFullAccess", "Keys, secrets and certificates without limit.", _allow(["kms:*"], ["*"])),
        _system(
            "AliyunKMSReadOnlyAccess",
            "Seeing what keys, secrets and certificates there are, but no secret's value.",
            _allow(_READING_METADATA, ["*"]),
        ),
        _system(
            "AliyunKMSCryptoAdminAccess",
            "Everything with keys and aliases, their use included.",
            _allow(["kms:*"], ["acs:kms:*:*:key*", "acs:kms:*:*:alias*"]),
        ),
        _system(
            "AliyunKMSCryptoUserAccess",
            "Encrypting, signing and data keys with any key.",
            _allow(_CRYPTOGRAPHY, ["*"]),
        ),
        _system(
            "AliyunKMSSecretAdminAccess",
            "Everything with secrets, their values included.",
            _allow(["kms:*"], ["acs:kms:*:*:secret*"]),
            _allow(["kms:GetRandomPassword"], ["*"]),
        ),
        _system("AliyunKMSSecretUserAccess", "Reading the values of secrets.", _allow(_READING_SECRETS, ["*"])),
    )
}

"""The right or rights that each operation needs, and on what ("Use RAM to control access", reference 2.4).

The names in braces are those of a room, as its good requests use them.
"""

from tests.permissions.room import PAIR, Room, operation_of

Right = tuple[str, str]

KEY, OTHER, SIGNING = "key/{key}", "key/{other}", "key/{signing}"
ENCRYPTING, AUTHENTICATING, EXTERNAL = "key/{encrypting}", "key/{authenticating}", "key/{external}"
KEYS, ALIASES, ANY = "key", "alias", "*"
SECRETS, SECRET, PLANNED, MANAGED = "secret", "secret/{secret}", "secret/{planned}", "secret/{managed}"

CERTIFICATE = "certificate/{certificate}"

_ON_ONE: dict[str, tuple[str, ...]] = {
    KEYS: ("CreateKey", "ListKeys"),
    KEY: (
        *("DescribeKey", "UpdateKeyDescription", "EnableKey", "DisableKey", "ScheduleKeyDeletion"),
        *("CancelKeyDeletion", "SetDeletionProtection", "ListAliasesByKeyId", "DescribeKeyVersion"),
        *("ListKeyVersions", "UpdateRotationPolicy", "SetKeyPolicy", "GetKeyPolicy"),
        *("Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
        *("ExportDataKey", "GenerateAndExportDataKey"),
        *("TagResource", "UntagResource", "ListResourceTags"),
        *("TagResources", "UntagResources", "ListTagResources"),
    ),
    SIGNING: ("CreateKeyVersion", "AsymmetricSign", "AsymmetricVerify", "GetPublicKey"),
    AUTHENTICATING: ("GenerateMac", "VerifyMac"),
    ENCRYPTING: ("AsymmetricEncrypt", "AsymmetricDecrypt"),
    EXTERNAL: ("GetParametersForImport", "ImportKeyMaterial", "DeleteKeyMaterial"),
    ALIASES: ("ListAliases",),
    SECRETS: ("ListSecrets",),
    SECRET: (
        *("DescribeSecret", "DeleteSecret", "SetSecretPolicy", "GetSecretPolicy"),
        *("UpdateSecretVersionStage", "ListSecretVersionIds"),
    ),
    PLANNED: ("RestoreSecret",),
    MANAGED: ("UpdateSecret", "RotateSecret", "UpdateSecretRotationPolicy"),
    "certificate": ("CreateCertificate",),
    CERTIFICATE: (
        *("UploadCertificate", "GetCertificate", "DescribeCertificate", "UpdateCertificateStatus"),
        *("DeleteCertificate", "CertificatePrivateKeySign", "CertificatePublicKeyVerify"),
        *("CertificatePublicKeyEncrypt", "CertificatePrivateKeyDecrypt"),
    ),
    ANY: ("OpenKmsService", "DescribeAccountKmsStatus", "GetRandomPassword"),
}

NEEDS: dict[str, list[Right]] = {
    **{name: [(f"kms:{name}", resource)] for resource, names in _ON_ONE.items() for name in names},
    # There is no kms:ReEncrypt.
    "ReEncrypt": [("kms:ReEncryptFrom", KEY), ("kms:ReEncryptTo", OTHER)],
    PAIR: [("kms:ReEncryptFrom", ENCRYPTING), ("kms:ReEncryptTo", KEY)],
    "CreateAlias": [("kms:CreateAlias", "{alias}2"), ("kms:CreateAlias", KEY)],
    "UpdateAlias": [("kms:UpdateAlias", "{alias}"), ("kms:UpdateAlias", KEY)],
    "DeleteAlias": [("kms:DeleteAlias", "{alias}"), ("kms:DeleteAlias", KEY)],
    "CreateSecret": [("kms:CreateSecret", SECRETS), ("kms:GenerateDataKey", KEY)],
    "GetSecretValue": [("kms:GetSecretValue", SECRET), ("kms:Decrypt", KEY)],
    "PutSecretValue": [("kms:PutSecretValue", SECRET), ("kms:GenerateDataKey", KEY)],
    # What may not be read is told beside what may (tests/secrets).
    "BatchGetSecretValue": [],
    "DescribeRegions": [],
}
GUARDED = sorted(case for case, needed in NEEDS.items() if needed)

# The documented answer of a service that is open already (API reference 12).
ANSWERS = {"OpenKmsService": "Forbidden.Opened"}


def needs_in(room: Room, case: str) -> list[Right]:
    return [(action, resource.format(**room.names)) for action, resource in NEEDS[case]]


def success_of(case: str) -> str:
    return ANSWERS.get(operation_of(case), "OK")

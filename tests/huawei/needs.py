"""The right or rights that each operation of the Huawei door needs, and on what: those of the other door's.

The names in braces are those of a world (world.py), as its good requests use them.
"""

from typing import Any

from tests.huawei.world import World, good_requests
from tests.permissions.needs import Right

KEY, KEYS, ANY = "key/{key_id}", "key", "*"
# What is asked for is another right where a key pair has to encrypt or decrypt.
BY_PAIR = {"EncryptData": "EncryptData by a pair", "DecryptData": "DecryptData by a pair",
           "ReEncrypt": "ReEncrypt from a pair"}  # fmt: skip

_ON_ONE: dict[str, list[tuple[str, str]]] = {
    KEY: [
        *(("kms:DescribeKey", "DescribeKey"), ("kms:DescribeKey", "GetKeyRotationStatus")),
        *(("kms:DisableKey", "DisableKey"), ("kms:ScheduleKeyDeletion", "ScheduleKeyDeletion")),
        *(("kms:UpdateKeyDescription", "UpdateKeyAlias"), ("kms:UpdateKeyDescription", "UpdateKeyDescription")),
        *(
            ("kms:GenerateDataKey", "CreateDatakey"),
            ("kms:Encrypt", "EncryptDatakey"),
            ("kms:Decrypt", "DecryptDatakey"),
        ),
        ("kms:GenerateDataKeyWithoutPlaintext", "CreateDatakeyWithoutPlaintext"),
        *(("kms:Encrypt", "EncryptData"), ("kms:Decrypt", "DecryptData")),
        *(("kms:UpdateRotationPolicy", "EnableKeyRotation"), ("kms:CreateKeyVersion", "RotateOnDemand")),
        *(("kms:TagResource", "CreateKmsTag"), ("kms:TagResource", "BatchCreateKmsTags")),
        *(("kms:UntagResource", "DeleteTag"), ("kms:ListResourceTags", "ShowKmsTags")),
        ("kms:ListAliasesByKeyId", "ListAliases"),
    ],
    "key/{disabled}": [("kms:EnableKey", "EnableKey")],
    "key/{planned}": [("kms:CancelKeyDeletion", "CancelKeyDeletion")],
    "key/{rotating}": [
        ("kms:UpdateRotationPolicy", "DisableKeyRotation"),
        ("kms:UpdateRotationPolicy", "UpdateKeyRotationInterval"),
    ],
    "key/{signing}": [
        *(("kms:AsymmetricSign", "Sign"), ("kms:AsymmetricVerify", "Verify"), ("kms:GetPublicKey", "GetPublickey")),
    ],
    "key/{encrypting}": [
        ("kms:AsymmetricEncrypt", BY_PAIR["EncryptData"]),
        ("kms:AsymmetricDecrypt", BY_PAIR["DecryptData"]),
    ],
    "key/{authenticating}": [("kms:GenerateMac", "GenerateMac"), ("kms:VerifyMac", "VerifyMac")],
    "key/{external}": [("kms:GetParametersForImport", "GetParametersForImport")],
    "key/{importing}": [("kms:ImportKeyMaterial", "ImportKeyMaterial")],
    "key/{filled}": [("kms:DeleteKeyMaterial", "DeleteImportedKeyMaterial")],
    KEYS: [
        *(("kms:CreateKey", "CreateKey"), ("kms:ListKeys", "ListKeys"), ("kms:ListKeys", "ShowUserInstances")),
        *(("kms:ListKeys", "ShowUserQuotas"), ("kms:ListTagResources", "ListKmsTags")),
        ("kms:ListTagResources", "ListKmsByTags"),
    ],
    ANY: [("kms:GenRandom", "GenRandom")],
}

NEEDS: dict[str, list[Right]] = {
    **{name: [(action, resource)] for resource, needed in _ON_ONE.items() for action, name in needed},
    # There is no kms:ReEncrypt.
    "ReEncrypt": [("kms:ReEncryptFrom", KEY), ("kms:ReEncryptTo", KEY)],
    BY_PAIR["ReEncrypt"]: [("kms:ReEncryptFrom", "key/{encrypting}"), ("kms:ReEncryptTo", KEY)],
    "CreateAlias": [("kms:CreateAlias", "{alias}"), ("kms:CreateAlias", KEY)],
    "AssociateAlias": [("kms:UpdateAlias", "{taken}"), ("kms:UpdateAlias", KEY)],
    "DeleteAlias": [("kms:DeleteAlias", KEY), ("kms:DeleteAlias", "{taken}")],
    "ListProjects": [],
    "ShowVersions": [],
    "ShowVersion": [],
}
GUARDED = sorted(case for case, needed in NEEDS.items() if needed)


def needs_in(world: World, case: str) -> list[Right]:
    names: dict[str, Any] = {**{name: getattr(world, name) for name in world.__dataclass_fields__}}
    names["importing"] = world.importing["key_id"]
    return [(action, resource.format(**names)) for action, resource in NEEDS[case]]


def operation_of(case: str) -> str:
    return case.partition(" ")[0]


def request_of(world: World, case: str) -> dict[str, Any]:
    """A request that succeeds."""
    pair, algorithm = {"key_id": world.encrypting}, {"encryption_algorithm": "SM2_ENCRYPT"}
    from_pair = {"source_key_id": world.encrypting, "source_encryption_algorithm": "SM2_ENCRYPT"}
    by_pair: dict[str, dict[str, Any]] = {
        BY_PAIR["EncryptData"]: {**pair, **algorithm, "plain_text": "x"},
        BY_PAIR["DecryptData"]: {**pair, **algorithm, "cipher_text": world.public_data},
        BY_PAIR["ReEncrypt"]: {**from_pair, "cipher_text": world.public_data, "destination_key_id": world.key_id},
    }
    return {**by_pair, **good_requests(world)}[case]

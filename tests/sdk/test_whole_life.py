"""The life of everything as each official client drives it; every operation of the catalogue has a part in it."""

import base64
import json
import time

from keyreeve.catalogue import CATALOGUE
from tests.certificates.makers import pem, self_signed
from tests.sdk.certificates import certificate_is_held
from tests.sdk.exports import data_keys_are_exported
from tests.sdk.imports import material_is_imported
from tests.sdk.pairs import pair_encrypts, pair_signs
from tests.sdk.sdk import Recorded, Sdk
from tests.sdk.secrets import secrets_are_kept
from tests.sdk.tags import keys_are_tagged_together

DESCRIPTION = "key desc 中文 a+b*c~d/e !'()&=%"
CONTEXT = {"z": "1", "a": '中文 x+"\\'}


def test_a_client_drives_the_whole_life_of_keys_and_secrets(sdk: Sdk):
    life = Recorded(sdk)
    key_id = keys_are_made_and_found(life)
    described_and_tagged(life, key_id)
    keys_are_tagged_together(life, key_id)
    named_by_aliases(life, key_id)
    text_is_encrypted(life, key_id)
    data_keys_are_made(life, key_id)
    pair_signs(life, "EC_P256")
    pair_encrypts(life, "EC_SM2")
    data_keys_are_exported(life, "RSA_2048")
    messages_are_authenticated(life)
    material_is_imported(life, "Aliyun_AES_256")
    versions_and_rotation(life, key_id)
    the_key_has_a_policy(life, key_id)
    secrets_are_kept(life, key_id)
    certificates_are_held(life)
    states_change(life, key_id)
    the_account_is_described(life)
    assert life.asked == {name for name in CATALOGUE if sdk.offers(name)}


def certificates_are_held(life: Recorded) -> None:
    if not life.sdk.offers("CreateCertificate"):
        return
    root = self_signed(int(time.time()), "Root")
    certificate_is_held(life, "EC_P256", lambda csr: (pem(root.leaf(csr)), pem(root.certificate)))


def keys_are_made_and_found(life: Recorded) -> str:
    made = life.call(
        "CreateKey",
        Description=DESCRIPTION,
        KeySpec="Aliyun_AES_256",
        KeyUsage="ENCRYPT/DECRYPT",
        Origin="Aliyun_KMS",
        ProtectionLevel="SOFTWARE",
        EnableAutomaticRotation=True,
        RotationInterval="365d",
    )["KeyMetadata"]
    assert made["Description"] == DESCRIPTION
    assert (made["AutomaticRotation"], made["RotationInterval"]) == ("Enabled", "31536000s")
    others = {life.call("CreateKey", KeySpec="Aliyun_AES_128")["KeyMetadata"]["KeyId"] for _ in range(2)}
    found: set[str] = set()
    for page in (1, 2):
        answer = life.call("ListKeys", PageNumber=page, PageSize=2)
        assert (answer["PageNumber"], answer["PageSize"], answer["TotalCount"]) == (page, 2, 3)
        found |= {key["KeyId"] for key in answer["Keys"]["Key"]}
    assert found == {made["KeyId"], *others}
    if life.sdk.offers("ListKeys", "Filters"):
        filters = '[{"Key": "KeySpec", "Values": ["Aliyun_AES_256"]}, {"Key":"KeyState","Values":["Enabled"]}]'
        filtered = life.call("ListKeys", Filters=filters)
        assert filtered["Keys"]["Key"] == [{"KeyId": made["KeyId"], "KeyArn": made["Arn"]}]
    return made["KeyId"]


def described_and_tagged(life: Recorded, key_id: str) -> None:
    life.call("UpdateKeyDescription", KeyId=key_id, Description="a second one")
    assert life.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["Description"] == "a second one"
    tags = '[{"TagKey":"team","TagValue":"v 1"},{"TagKey":"gone","TagValue":"x"}]'
    life.call("TagResource", KeyId=key_id, Tags=tags)
    life.call("UntagResource", KeyId=key_id, TagKeys='["gone"]')
    listed = life.call("ListResourceTags", KeyId=key_id)["Tags"]["Tag"]
    assert listed == [{"KeyId": key_id, "TagKey": "team", "TagValue": "v 1"}]


def named_by_aliases(life: Recorded, key_id: str) -> None:
    other = life.call("CreateKey")["KeyMetadata"]["KeyId"]
    life.call("CreateAlias", KeyId=other, AliasName="alias/life")
    assert life.refused("CreateAlias", KeyId=other, AliasName="alias/life") == "AliasAlreadyExists"
    life.call("UpdateAlias", KeyId=key_id, AliasName="alias/life")
    life.call("CreateAlias", KeyId=key_id, AliasName="alias/brief")
    life.call("DeleteAlias", AliasName="alias/brief")
    assert life.refused("DeleteAlias", AliasName="alias/brief") == "Forbidden.AliasNotFound"
    [alias] = life.call("ListAliases", PageNumber=1, PageSize=20)["Aliases"]["Alias"]
    assert (alias["AliasName"], alias["KeyId"]) == ("alias/life", key_id)
    assert alias["AliasArn"].endswith(":alias/life")
    by_key = life.call("ListAliasesByKeyId", KeyId=key_id, PageNumber=1, PageSize=10)
    assert by_key["Aliases"]["Alias"] == [alias]


def text_is_encrypted(life: Recorded, key_id: str) -> None:
    made = life.call("Encrypt", KeyId="alias/life", Plaintext="SGVsbG8+/w==", EncryptionContext=CONTEXT)
    assert made["KeyId"] == key_id
    blob = made["CiphertextBlob"]
    opened = life.call("Decrypt", CiphertextBlob=blob, EncryptionContext=dict(reversed(CONTEXT.items())))
    assert (opened["Plaintext"], opened["KeyId"]) == ("SGVsbG8+/w==", key_id)
    assert opened["KeyVersionId"] == made["KeyVersionId"]
    assert life.refused("Decrypt", CiphertextBlob=blob) == "InvalidParameter"
    assert life.refused("Encrypt", KeyId=key_id) == "MissingParameter"
    if life.sdk.offers("ReEncrypt"):
        moved(life, blob)


def moved(life: Recorded, blob: str) -> None:
    destination = life.call("CreateKey")["KeyMetadata"]["KeyId"]
    again = life.call(
        "ReEncrypt",
        CiphertextBlob=blob,
        SourceEncryptionContext=CONTEXT,
        DestinationKeyId=destination,
        DestinationEncryptionContext={"only": "this"},
    )
    opened = life.call("Decrypt", CiphertextBlob=again["CiphertextBlob"], EncryptionContext={"only": "this"})
    assert (opened["Plaintext"], opened["KeyId"]) == ("SGVsbG8+/w==", destination)


def data_keys_are_made(life: Recorded, key_id: str) -> None:
    context = {"EncryptionContext": CONTEXT}
    made = life.call("GenerateDataKey", KeyId=key_id, KeySpec="AES_128", **context)
    assert len(base64.b64decode(made["Plaintext"], validate=True)) == 16
    opened = life.call("Decrypt", CiphertextBlob=made["CiphertextBlob"], **context)
    assert opened["Plaintext"] == made["Plaintext"]
    sealed = life.call("GenerateDataKeyWithoutPlaintext", KeyId=key_id, NumberOfBytes=1024, **context)
    assert sealed.get("Plaintext") is None
    opened = life.call("Decrypt", CiphertextBlob=sealed["CiphertextBlob"], **context)
    assert len(base64.b64decode(opened["Plaintext"], validate=True)) == 1024


def messages_are_authenticated(life: Recorded) -> None:
    if not life.sdk.offers("GenerateMac"):
        return
    made = life.call("CreateKey", KeySpec="HMAC_256", KeyUsage="GENERATE/VERIFY_MAC")["KeyMetadata"]
    how = {"KeyId": made["KeyId"], "Algorithm": "HMAC_SHA_256"}
    mac = life.call("GenerateMac", Message="SGVsbG8=", **how)["Mac"]
    assert len(base64.b64decode(mac, validate=True)) == 32
    assert life.call("VerifyMac", Message="SGVsbG8=", Mac=mac, **how)["Value"] is True
    assert life.call("VerifyMac", Message="SGVsbG8h", Mac=mac, **how)["Value"] is False
    assert life.refused("Encrypt", KeyId=made["KeyId"], Plaintext="eA==") == "UnsupportedOperation"


def versions_and_rotation(life: Recorded, key_id: str) -> None:
    answer = life.call("ListKeyVersions", KeyId=key_id, PageNumber=1, PageSize=10)
    [version] = answer["KeyVersions"]["KeyVersion"]
    described = life.call("DescribeKeyVersion", KeyId=key_id, KeyVersionId=version["KeyVersionId"])
    assert described["KeyVersion"] == version
    life.call("UpdateRotationPolicy", KeyId=key_id, EnableAutomaticRotation=True, RotationInterval="605800s")
    assert life.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["RotationInterval"] == "605800s"
    life.call("UpdateRotationPolicy", KeyId=key_id, EnableAutomaticRotation=False)
    assert life.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["AutomaticRotation"] == "Disabled"


def states_change(life: Recorded, key_id: str) -> None:
    life.call("DisableKey", KeyId=key_id)
    assert life.refused("Encrypt", KeyId=key_id, Plaintext="eA==") == "Rejected.Disabled"
    life.call("EnableKey", KeyId=key_id)
    if life.sdk.offers("SetDeletionProtection"):
        arn = life.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["Arn"]
        protection = {"ProtectedResourceArn": arn, "DeletionProtectionDescription": "needed"}
        life.call("SetDeletionProtection", EnableDeletionProtection=True, **protection)
        assert life.refused("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays=7).startswith("Rejected.")
        life.call("SetDeletionProtection", ProtectedResourceArn=arn, EnableDeletionProtection=False)
    life.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays=7)
    assert life.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert life.refused("Encrypt", KeyId=key_id, Plaintext="eA==") == "Rejected.PendingDeletion"
    life.call("CancelKeyDeletion", KeyId=key_id)
    assert life.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["KeyState"] == "Enabled"
    assert life.refused("DescribeKey", KeyId="no-such-key") == "Forbidden.KeyNotFound"


def the_key_has_a_policy(life: Recorded, key_id: str) -> None:
    if not life.sdk.offers("SetKeyPolicy"):
        return
    default = life.call("GetKeyPolicy", KeyId=key_id, PolicyName="default")["Policy"]
    life.call("SetKeyPolicy", KeyId=key_id, PolicyName="default", Policy=default)
    assert json.loads(life.call("GetKeyPolicy", KeyId=key_id, PolicyName="default")["Policy"]) == json.loads(default)


def the_account_is_described(life: Recorded) -> None:
    [region] = life.call("DescribeRegions")["Regions"]["Region"]
    assert region["RegionId"] == "cn-hangzhou"
    if life.sdk.offers("OpenKmsService"):
        assert life.refused("OpenKmsService") == "Forbidden.Opened"
        assert life.call("DescribeAccountKmsStatus")["AccountStatus"] == "Enabled"

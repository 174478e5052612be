"""A small world in an account, and a good request for every operation in it."""

from dataclasses import dataclass
from uuid import uuid4

from tests.support.client import Client


@dataclass(frozen=True)
class World:
    key_id: str
    arn: str
    version_id: str
    alias: str
    blob: str


def make_world(client: Client) -> World:
    alias = f"alias/{uuid4()}"
    key = client.call("CreateKey")["KeyMetadata"]
    client.call("CreateAlias", KeyId=key["KeyId"], AliasName=alias)
    blob = client.call("Encrypt", KeyId=key["KeyId"], Plaintext="eA==")["CiphertextBlob"]
    return World(key["KeyId"], key["Arn"], key["PrimaryKeyVersion"], alias, blob)


def good_requests(world: World) -> dict[str, dict[str, str]]:
    """By operation, parameters that are all there and all right, those left out that only ever refuse."""
    key = {"KeyId": world.key_id}
    page = {"PageNumber": "1", "PageSize": "10"}
    dry = {"DryRun": "false"}
    context = {"EncryptionContext": "{}"}
    data_key = {**key, **context, **dry, "KeySpec": "AES_256", "NumberOfBytes": "16"}
    rotation = {"EnableAutomaticRotation": "true", "RotationInterval": "7d"}
    creation = {"Description": "d", "KeySpec": "Aliyun_AES_256", "KeyUsage": "ENCRYPT/DECRYPT", **rotation}
    origin = {"Origin": "Aliyun_KMS", "ProtectionLevel": "SOFTWARE", "KeyStorageMechanism": "x"}
    protection = {"EnableDeletionProtection": "true", "DeletionProtectionDescription": "d"}
    destination = {"DestinationKeyId": world.key_id, "DestinationEncryptionContext": "{}"}
    source = {"CiphertextBlob": world.blob, "SourceEncryptionContext": "{}"}
    return {
        "CreateKey": {**creation, **origin, "Tags": '[{"TagKey":"a","TagValue":"b"}]'},
        "EnableKey": key,
        "DisableKey": key,
        "SetDeletionProtection": {**protection, "ProtectedResourceArn": world.arn},
        "ScheduleKeyDeletion": {**key, "PendingWindowInDays": "7"},
        "CancelKeyDeletion": key,
        "DescribeKey": key,
        "ListKeys": {**page, "Filters": '[{"Key":"KeyState","Values":["Enabled"]}]'},
        "UpdateKeyDescription": {**key, "Description": "d"},
        "DescribeKeyVersion": {**key, "KeyVersionId": world.version_id},
        "ListKeyVersions": {**key, **page},
        "UpdateRotationPolicy": {**key, **rotation},
        "Encrypt": {**key, "Plaintext": "eA==", **context, **dry},
        "Decrypt": {"CiphertextBlob": world.blob, **context, **dry},
        "ReEncrypt": {**source, **destination, **dry},
        "GenerateDataKey": data_key,
        "GenerateDataKeyWithoutPlaintext": data_key,
        "CreateAlias": {**key, "AliasName": world.alias + "2"},
        "UpdateAlias": {**key, "AliasName": world.alias},
        "DeleteAlias": {"AliasName": world.alias},
        "ListAliases": page,
        "ListAliasesByKeyId": {**key, **page},
        "TagResource": {**key, "Tags": '[{"TagKey":"a","TagValue":"b"}]'},
        "UntagResource": {**key, "TagKeys": '["a"]'},
        "ListResourceTags": key,
        "DescribeRegions": {},
        "OpenKmsService": {},
        "DescribeAccountKmsStatus": {},
    }

"""A small world in an account, and a good request for every operation in it."""

import base64
from dataclasses import dataclass, field
from uuid import uuid4

from tests.keys.imports import new_material, parameters_for, rsa_spki, wrapping
from tests.support.client import Client

KEY_POLICY = (
    '{"Version":"1","Statement":[{"Effect":"Allow","Principal":{"RAM":["acs:ram::1234567890123456:*"]},'
    '"Action":["kms:*"],"Resource":["*"]}]}'
)
_DIGEST = base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True)
class Pair:
    """An asymmetric key's version, and what it made: a signature or a ciphertext."""

    key_id: str = ""
    version_id: str = ""
    made: str = ""

    @property
    def version(self) -> dict[str, str]:
        return {"KeyId": self.key_id, "KeyVersionId": self.version_id}


@dataclass(frozen=True)
class World:
    """`importing` are the parameters of an import into the key whose material comes from outside."""

    key_id: str = ""
    arn: str = ""
    version_id: str = ""
    alias: str = ""
    blob: str = ""
    signing: Pair = Pair()
    encrypting: Pair = Pair()
    importing: dict[str, str] = field(default_factory=lambda: {"KeyId": ""})


def make_world(client: Client) -> World:
    alias = f"alias/{uuid4()}"
    key = client.call("CreateKey")["KeyMetadata"]
    client.call("CreateAlias", KeyId=key["KeyId"], AliasName=alias)
    blob = client.call("Encrypt", KeyId=key["KeyId"], Plaintext="eA==")["CiphertextBlob"]
    external = client.create_key(Origin="EXTERNAL")
    importing = parameters_for(client, external, "Aliyun_AES_256", new_material("Aliyun_AES_256"))
    pairs = _signing_pair(client), _encrypting_pair(client)
    return World(key["KeyId"], key["Arn"], key["PrimaryKeyVersion"], alias, blob, *pairs, importing)


def _signing_pair(client: Client) -> Pair:
    pair = _pair(client, KeySpec="EC_P256", KeyUsage="SIGN/VERIFY")
    signed = client.call("AsymmetricSign", **pair.version, Algorithm="ECDSA_SHA_256", Digest=_DIGEST)
    return Pair(pair.key_id, pair.version_id, signed["Value"])


def _encrypting_pair(client: Client) -> Pair:
    pair = _pair(client, KeySpec="EC_SM2", KeyUsage="ENCRYPT/DECRYPT")
    encrypted = client.call("AsymmetricEncrypt", **pair.version, Algorithm="SM2PKE", Plaintext="eA==")
    return Pair(pair.key_id, pair.version_id, encrypted["CiphertextBlob"])


def _pair(client: Client, **parameters: str) -> Pair:
    key_id = client.create_key(**parameters)
    (version,) = client.call("ListKeyVersions", KeyId=key_id)["KeyVersions"]["KeyVersion"]
    return Pair(key_id, version["KeyVersionId"])


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
    their_key = {"PublicKeyBlob": rsa_spki(), "WrappingKeySpec": "RSA_2048", "WrappingAlgorithm": "RSAES_OAEP_SHA_256"}
    signature = {**world.signing.version, **dry, "Algorithm": "ECDSA_SHA_256", "Digest": _DIGEST}
    encryption = {**world.encrypting.version, **dry, "Algorithm": "SM2PKE"}
    external = {"KeyId": world.importing["KeyId"]}
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
        "CreateKeyVersion": {"KeyId": world.signing.key_id},
        "UpdateRotationPolicy": {**key, **rotation},
        "GetParametersForImport": {**external, **wrapping("Aliyun_AES_256")},
        "ImportKeyMaterial": {**world.importing, "KeyMaterialExpireUnix": "0"},
        "DeleteKeyMaterial": external,
        "Encrypt": {**key, "Plaintext": "eA==", **context, **dry},
        "Decrypt": {"CiphertextBlob": world.blob, **context, **dry},
        "ReEncrypt": {**source, **destination, **dry},
        "GenerateDataKey": data_key,
        "GenerateDataKeyWithoutPlaintext": data_key,
        "ExportDataKey": {"CiphertextBlob": world.blob, **their_key, **context, **dry},
        "GenerateAndExportDataKey": {**data_key, **their_key},
        "AsymmetricSign": signature,
        "AsymmetricVerify": {**signature, "Value": world.signing.made},
        "SetKeyPolicy": {**key, "Policy": KEY_POLICY, "PolicyName": "default"},
        "GetKeyPolicy": {**key, "PolicyName": "default"},
        "GetPublicKey": {**world.signing.version, **dry},
        "AsymmetricEncrypt": {**encryption, "Plaintext": "eA=="},
        "AsymmetricDecrypt": {**encryption, "CiphertextBlob": world.encrypting.made},
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


def re_encryption_of_a_pair(world: World) -> dict[str, str]:
    """ReEncrypt's other request, whose ciphertext does not name its key."""
    pair = world.encrypting
    source = {"SourceKeyId": pair.key_id, "SourceKeyVersionId": pair.version_id, "SourceEncryptionAlgorithm": "SM2PKE"}
    return {"CiphertextBlob": pair.made, **source, "DestinationKeyId": world.key_id}

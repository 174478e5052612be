"""A small world in an account, and a good request for every operation in it."""

import base64
import json
from dataclasses import dataclass, field
from uuid import uuid4

from tests.catalogue.certificate import NO_CERTIFICATE, WorldsCertificate, certificate_of, certificate_requests
from tests.keys.imports import new_material, parameters_for, rsa_spki, wrapping
from tests.support.client import Client

KEY_POLICY = (
    '{"Version":"1","Statement":[{"Effect":"Allow","Principal":{"RAM":["acs:ram::1234567890123456:*"]},'
    '"Action":["kms:*"],"Resource":["*"]}]}'
)
RDS_CONFIG = '{"SecretSubType":"SingleUser","DBInstanceId":"rm-1","CustomData":{}}'
RDS_DATA = '{"Accounts":[{"AccountName":"a","AccountPassword":"p"}]}'
FIRST_VERSION = "v1"
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
class Authenticated:
    """A key for authentication codes, and the code of a message."""

    key_id: str = ""
    mac: str = ""


@dataclass(frozen=True)
class World:
    """`importing` are the parameters of an import into the key whose material comes from outside.

    `secret` is encrypted with the key, `managed` of a database; the deletion of `planned` is planned. The certificate
    is shared.
    """

    key_id: str = ""
    arn: str = ""
    version_id: str = ""
    alias: str = ""
    blob: str = ""
    signing: Pair = Pair()
    encrypting: Pair = Pair()
    importing: dict[str, str] = field(default_factory=lambda: {"KeyId": ""})
    secret: str = ""
    planned: str = ""
    managed: str = ""
    certificate: WorldsCertificate = NO_CERTIFICATE
    authenticating: Authenticated = Authenticated()


def make_world(client: Client) -> World:
    alias = f"alias/{uuid4()}"
    key = client.call("CreateKey")["KeyMetadata"]
    client.call("CreateAlias", KeyId=key["KeyId"], AliasName=alias)
    blob = client.call("Encrypt", KeyId=key["KeyId"], Plaintext="eA==")["CiphertextBlob"]
    external = client.create_key(Origin="EXTERNAL")
    importing = parameters_for(client, external, "Aliyun_AES_256", new_material("Aliyun_AES_256"))
    pairs = _signing_pair(client), _encrypting_pair(client)
    secrets = _secrets(client, key["KeyId"])
    return World(
        key["KeyId"],
        key["Arn"],
        key["PrimaryKeyVersion"],
        alias,
        blob,
        *pairs,
        importing,
        *secrets,
        certificate_of(client),
        _authenticating_key(client),
    )


def _secrets(client: Client, key_id: str) -> tuple[str, str, str]:
    secret, planned, managed = (f"{kind}-{uuid4()}" for kind in ("secret", "planned", "managed"))
    made = {"VersionId": FIRST_VERSION, "SecretData": "x"}
    client.call("CreateSecret", SecretName=planned, **made)
    client.call("DeleteSecret", SecretName=planned, RecoveryWindowInDays="7")
    database = {"SecretType": "Rds", "ExtendedConfig": RDS_CONFIG, "SecretData": RDS_DATA}
    client.call("CreateSecret", SecretName=managed, **{**made, **database})
    tags = '[{"TagKey":"a","TagValue":"b"}]'
    client.call("CreateSecret", SecretName=secret, EncryptionKeyId=key_id, Tags=tags, **made)
    return secret, planned, managed


def _authenticating_key(client: Client) -> Authenticated:
    key_id = client.create_key(KeySpec="HMAC_SM3")
    return Authenticated(key_id, client.call("GenerateMac", KeyId=key_id, Algorithm="HMAC_SM3", Message="eA==")["Mac"])


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
    authentication = {"KeyId": world.authenticating.key_id, **dry, "Algorithm": "HMAC_SM3", "Message": "eA=="}
    external = {"KeyId": world.importing["KeyId"]}
    tags = {"Tags": '[{"TagKey":"a","TagValue":"b"}]'}
    several = {"RegionId": "cn-hangzhou", "ResourceType": "key", "ResourceId": json.dumps([world.key_id])}
    return {
        **certificate_requests(world.certificate),
        **_secret_requests(world, {**page, **dry, **rotation, **tags}),
        "CreateKey": {**creation, **origin, **tags},
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
        "GenerateMac": authentication,
        "VerifyMac": {**authentication, "Mac": world.authenticating.mac},
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
        "TagResource": {**key, **tags},
        "UntagResource": {**key, "TagKeys": '["a"]'},
        "ListResourceTags": key,
        "TagResources": {**several, "Tag": '[{"Key":"a","Value":"b"}]'},
        "UntagResources": {**several, "TagKey": '["a"]', "All": "false"},
        "ListTagResources": {**several, "Tag": '[{"Key":"a"}]'},
        "DescribeRegions": {},
        "OpenKmsService": {},
        "DescribeAccountKmsStatus": {},
    }


def _secret_requests(world: World, common: dict[str, str]) -> dict[str, dict[str, str]]:
    def of(*names: str) -> dict[str, str]:
        return {name: common[name] for name in names}

    secret, managed = {"SecretName": world.secret}, {"SecretName": world.managed}
    version, stage = {"VersionId": FIRST_VERSION}, {"VersionStage": "ACSCurrent"}
    fetching = {"FetchTags": "true"}
    policy = {"Policy": KEY_POLICY}
    kind = {"SecretType": "Rds", "SecretDataType": "text", "ExtendedConfig": RDS_CONFIG}
    made = {"SecretName": f"{world.secret}2", "VersionId": FIRST_VERSION, "SecretData": RDS_DATA, "Description": "d"}
    rotation = of("EnableAutomaticRotation", "RotationInterval")
    left_out = {f"Exclude{one}": "false" for one in ("Lowercase", "Uppercase", "Numbers", "Punctuation")}
    put = {"VersionId": "v2", "SecretData": "y", "SecretDataType": "text"}
    password = {"PasswordLength": "32", "ExcludeCharacters": "aB1!", "RequireEachIncludedType": "true"}
    wanted = [{**secret, **version, **stage, "FetchExtendedConfig": True}, {"SecretName": "there-is-none"}]
    return {
        "CreateSecret": {**made, **kind, **rotation, **of("Tags"), **policy, "EncryptionKeyId": world.key_id},
        "DescribeSecret": {**secret, **fetching},
        "ListSecrets": {**of("PageNumber", "PageSize"), **fetching, "Filters": _only("SecretName", world.secret)},
        "UpdateSecret": {**managed, "Description": "e", "ExtendedConfig.CustomData": '{"a":"b"}'},
        # Of a version that is there already, so that no database is asked.
        "RotateSecret": {**managed, **version},
        "UpdateSecretRotationPolicy": {**managed, **rotation},
        "DeleteSecret": {**secret, "ForceDeleteWithoutRecovery": "false", "RecoveryWindowInDays": "7"},
        "RestoreSecret": {"SecretName": world.planned},
        "SetSecretPolicy": {**secret, **policy, "PolicyName": "default"},
        "GetSecretPolicy": {**secret, "PolicyName": "default"},
        "GetSecretValue": {**secret, **version, **stage, "FetchExtendedConfig": "true", **of("DryRun")},
        "BatchGetSecretValue": {"SecretsList": json.dumps(wanted)},
        "PutSecretValue": {
            **secret,
            **put,
            "VersionStages": '["ACSCurrent","mine"]',
        },
        "UpdateSecretVersionStage": {**secret, "VersionStage": "mine", "MoveToVersion": FIRST_VERSION},
        "ListSecretVersionIds": {**secret, **of("PageNumber", "PageSize"), "IncludeDeprecated": "true"},
        "GetRandomPassword": {**password, **left_out},
    }


def _only(name: str, value: str) -> str:
    return json.dumps([{"Key": name, "Values": [value]}])


def re_encryption_of_a_pair(world: World) -> dict[str, str]:
    """ReEncrypt's other request, whose ciphertext does not name its key."""
    pair = world.encrypting
    source = {"SourceKeyId": pair.key_id, "SourceKeyVersionId": pair.version_id, "SourceEncryptionAlgorithm": "SM2PKE"}
    return {"CiphertextBlob": pair.made, **source, "DestinationKeyId": world.key_id}

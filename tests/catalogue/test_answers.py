"""The answer to a good request for every operation: its shape as the client's models have it."""

from typing import Any

import pytest

from keyreeve.catalogue import CATALOGUE
from tests.catalogue.sdk_models import understood
from tests.catalogue.world import good_requests, make_world, re_encryption_of_a_pair
from tests.keys.moved import move
from tests.support.client import Client
from tests.support.server import Server

KEY = (
    "Arn AutomaticRotation CreationDate Creator DeleteDate Description KeyId KeySpec KeyState KeyUsage"
    " LastRotationDate MaterialExpireTime NextRotationDate Origin PrimaryKeyVersion ProtectionLevel RotationInterval"
)
SECRET_KIND = "SecretName SecretType"
VALUE = f"{SECRET_KIND} SecretData SecretDataType VersionId CreateTime"
VERSION, ALIAS = "CreationDate KeyId KeyVersionId", "AliasArn AliasName KeyId"
PAGE = {"PageNumber": int, "PageSize": int, "TotalCount": int}


def members(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), str)


NAME = members("SecretName")
TAGS = {"Tags": {"Tag": [members("TagKey TagValue")]}}
STAGES = {"VersionStages": {"VersionStage": [str]}}

# The response shapes of SDK 3.3.1, and RequestId everywhere.
SHAPES: dict[str, dict[str, Any]] = {
    "GetKeyPolicy": {"Policy": str},
    "CreateKey": {"KeyMetadata": members(KEY)},
    "DescribeKey": {"KeyMetadata": members(f"{KEY} DeletionProtection")},
    "ListKeys": {"Keys": {"Key": [members("KeyArn KeyId")]}, **PAGE},
    "DescribeKeyVersion": {"KeyVersion": members(VERSION)},
    "CreateKeyVersion": {"KeyVersion": members(VERSION)},
    "ListKeyVersions": {"KeyVersions": {"KeyVersion": [members(VERSION)]}, **PAGE},
    "GetParametersForImport": members("ImportToken KeyId PublicKey TokenExpireTime"),
    "Encrypt": members("CiphertextBlob KeyId KeyVersionId"),
    "Decrypt": members("KeyId KeyVersionId Plaintext"),
    "ReEncrypt": members("CiphertextBlob KeyId KeyVersionId"),
    "GenerateDataKey": members("CiphertextBlob KeyId KeyVersionId Plaintext"),
    "GenerateDataKeyWithoutPlaintext": members("CiphertextBlob KeyId KeyVersionId"),
    "ExportDataKey": members("ExportedDataKey KeyId KeyVersionId"),
    "GenerateAndExportDataKey": members("CiphertextBlob ExportedDataKey KeyId KeyVersionId"),
    "AsymmetricSign": members("KeyId KeyVersionId Value"),
    "AsymmetricVerify": {**members("KeyId KeyVersionId"), "Value": bool},
    "GenerateMac": members("Algorithm KeyId Mac"),
    "VerifyMac": {**members("Algorithm KeyId"), "Value": bool},
    "GetPublicKey": members("KeyId KeyVersionId PublicKey"),
    "AsymmetricEncrypt": members("CiphertextBlob KeyId KeyVersionId"),
    "AsymmetricDecrypt": members("KeyId KeyVersionId Plaintext"),
    "ListAliases": {"Aliases": {"Alias": [members(ALIAS)]}, **PAGE},
    "ListAliasesByKeyId": {"Aliases": {"Alias": [members(ALIAS)]}, **PAGE},
    "ListResourceTags": {"Tags": {"Tag": [members("KeyId TagKey TagValue")]}},
    "ListTagResources": {"TagResources": {"TagResource": [members("ResourceId ResourceType TagKey TagValue")]}},
    "CreateSecret": members(
        f"Arn {SECRET_KIND} VersionId AutomaticRotation ExtendedConfig NextRotationDate RotationInterval"
    ),
    "DescribeSecret": {**members(f"Arn {SECRET_KIND} Description CreateTime UpdateTime EncryptionKeyId"), **TAGS},
    "ListSecrets": {"SecretList": {"Secret": [{**members(f"{SECRET_KIND} CreateTime UpdateTime"), **TAGS}]}, **PAGE},
    "UpdateSecret": NAME,
    "RotateSecret": members("Arn SecretName VersionId"),
    "UpdateSecretRotationPolicy": NAME,
    "DeleteSecret": members("PlannedDeleteTime SecretName"),
    "RestoreSecret": NAME,
    "GetSecretPolicy": {"Policy": str},
    "GetSecretValue": {**members(VALUE), **STAGES},
    "BatchGetSecretValue": {
        "SecretValues": [{**members(VALUE), **STAGES}],
        "Errors": [members("SecretName Code HttpStatus Message")],
    },
    "PutSecretValue": {**members("SecretName VersionId"), **STAGES},
    "UpdateSecretVersionStage": NAME,
    "ListSecretVersionIds": {
        **NAME,
        "VersionIds": {"VersionId": [{**members("VersionId CreateTime"), **STAGES}]},
        **PAGE,
    },
    "GetRandomPassword": members("RandomPassword"),
    "CreateCertificate": members("Arn CertificateId Csr"),
    "GetCertificate": members("Certificate CertificateChain CertificateId Csr"),
    "DescribeCertificate": {
        **members(
            "Arn CertificateId CreatedAt Issuer KeySpec NotAfter NotBefore ProtectionLevel Serial Status Subject"
        ),
        **members("SignatureAlgorithm SubjectPublicKey UpdatedAt"),
        "ExportablePrivateKey": bool,
        "SubjectAlternativeNames": [str],
        "Tags": members("a"),
    },
    "CertificatePrivateKeySign": members("CertificateId SignatureValue"),
    "CertificatePublicKeyVerify": {**members("CertificateId"), "SignatureValid": bool},
    "CertificatePublicKeyEncrypt": members("CertificateId CiphertextBlob"),
    "CertificatePrivateKeyDecrypt": members("CertificateId Plaintext"),
    "DescribeRegions": {"Regions": {"Region": [members("RegionId")]}},
    "DescribeAccountKmsStatus": members("AccountStatus"),
}


def shape_of(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): shape_of(inner) for name, inner in value.items()}
    if isinstance(value, list):
        assert value, "an empty list shows no shape"
        return [shape_of(value[0])]
    return type(value)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_good_request_is_answered_in_the_shape_that_the_client_knows(server: Server, client: Client, name: str):
    world = make_world(client)
    request = good_requests(world)[name]
    if name == "DescribeKey":
        client.call("UpdateRotationPolicy", KeyId=world.key_id, EnableAutomaticRotation="true", RotationInterval="7d")
    if name == "CancelKeyDeletion":
        client.call("ScheduleKeyDeletion", KeyId=world.key_id, PendingWindowInDays="7")
    if name in ("ListResourceTags", "ListTagResources"):
        client.call("TagResource", KeyId=world.key_id, Tags='[{"TagKey":"a","TagValue":"b"}]')
    if name == "CreateKeyVersion":
        move(server.data, [world.signing.key_id], last_rotated_at=0)
    if name == "OpenKmsService":
        assert client.refused(name) == "Forbidden.Opened"
        return
    body = client.call(name, **request)
    assert shape_of(body) == {"RequestId": str, **SHAPES.get(name, {})}
    assert understood(name, body) == body


def test_a_ciphertext_of_a_pair_is_re_encrypted_with_an_answer_of_the_same_shape(client: Client):
    body = client.call("ReEncrypt", **re_encryption_of_a_pair(make_world(client)))
    assert shape_of(body) == {"RequestId": str, **SHAPES["ReEncrypt"]}
    assert understood("ReEncrypt", body) == body

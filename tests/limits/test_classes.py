"""Which rate every operation counts for (KMS documentation, "Performance quotas"; reference 3.0)."""

import pytest

from keyreeve.catalogue import CATALOGUE, IDENTITY_CATALOGUE
from keyreeve.limits import PUBLISHED_RATES
from keyreeve.rates import rate_of

SYMMETRIC, ASYMMETRIC, CREATE_KEY, READ, WRITE, TAGS, ACCOUNT = 750, 200, 10, 50, 30, 300, 1

# Calls a second, written from the published lists and not from the code.
PUBLISHED = {
    "CreateKey": CREATE_KEY,
    "DescribeKey": READ,
    "ListKeys": READ,
    "DescribeKeyVersion": READ,
    "ListKeyVersions": READ,
    "GetKeyPolicy": READ,
    "GetPublicKey": READ,
    "GetParametersForImport": READ,
    "ListAliases": READ,
    "ListAliasesByKeyId": READ,
    "DescribeRegions": READ,
    "EnableKey": WRITE,
    "DisableKey": WRITE,
    "SetDeletionProtection": WRITE,
    "ScheduleKeyDeletion": WRITE,
    "CancelKeyDeletion": WRITE,
    "UpdateKeyDescription": WRITE,
    "SetKeyPolicy": WRITE,
    "CreateKeyVersion": WRITE,
    "UpdateRotationPolicy": WRITE,
    "ImportKeyMaterial": WRITE,
    "DeleteKeyMaterial": WRITE,
    "CreateAlias": WRITE,
    "UpdateAlias": WRITE,
    "DeleteAlias": WRITE,
    "TagResource": WRITE,
    "UntagResource": WRITE,
    "TagResources": WRITE,
    "UntagResources": WRITE,
    "Encrypt": SYMMETRIC,
    "Decrypt": SYMMETRIC,
    "ReEncrypt": SYMMETRIC,
    "GenerateDataKey": SYMMETRIC,
    "GenerateDataKeyWithoutPlaintext": SYMMETRIC,
    "ExportDataKey": SYMMETRIC,
    "GenerateAndExportDataKey": SYMMETRIC,
    # Nor for message authentication codes.
    "GenerateMac": SYMMETRIC,
    "VerifyMac": SYMMETRIC,
    "AsymmetricSign": ASYMMETRIC,
    "AsymmetricVerify": ASYMMETRIC,
    "AsymmetricEncrypt": ASYMMETRIC,
    "AsymmetricDecrypt": ASYMMETRIC,
    "DescribeSecret": READ,
    "ListSecrets": READ,
    "GetSecretValue": READ,
    "BatchGetSecretValue": READ,
    "ListSecretVersionIds": READ,
    "GetRandomPassword": READ,
    "GetSecretPolicy": READ,
    "CreateSecret": WRITE,
    "DeleteSecret": WRITE,
    "RestoreSecret": WRITE,
    "RotateSecret": WRITE,
    "UpdateSecretRotationPolicy": WRITE,
    "PutSecretValue": WRITE,
    "UpdateSecret": WRITE,
    "UpdateSecretVersionStage": WRITE,
    "SetSecretPolicy": WRITE,
    # No rate is published for certificates: they count as what is like them.
    "GetCertificate": READ,
    "DescribeCertificate": READ,
    "CreateCertificate": WRITE,
    "UploadCertificate": WRITE,
    "UpdateCertificateStatus": WRITE,
    "DeleteCertificate": WRITE,
    "CertificatePrivateKeySign": ASYMMETRIC,
    "CertificatePublicKeyVerify": ASYMMETRIC,
    "CertificatePublicKeyEncrypt": ASYMMETRIC,
    "CertificatePrivateKeyDecrypt": ASYMMETRIC,
    "ListResourceTags": TAGS,
    "ListTagResources": TAGS,
    "OpenKmsService": ACCOUNT,
    "DescribeAccountKmsStatus": ACCOUNT,
}


def test_the_table_has_every_operation_of_the_service():
    assert PUBLISHED.keys() == CATALOGUE.keys()


@pytest.mark.parametrize("name", PUBLISHED)
def test_an_operation_has_the_published_rate(name: str):
    rate = rate_of(CATALOGUE[name])
    assert rate is not None
    assert PUBLISHED_RATES[rate] == PUBLISHED[name]


def test_an_operator_can_do_everything_about_identities_however_often_customers_call():
    assert {rate_of(operation) for operation in IDENTITY_CATALOGUE.values()} == {None}

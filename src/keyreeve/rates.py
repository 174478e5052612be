"""Which rate an operation of the KMS APIs counts for; at the Huawei door what the same thing is at the other."""

from keyreeve.limits import Rate
from keyreeve.operations import Needs, Operation, Service

_NAMED = {
    **dict.fromkeys(
        (
            "Encrypt",
            "Decrypt",
            "ReEncrypt",
            # What the Huawei door's re-encrypt asks for.
            "ReEncryptTo",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "GenerateAndExportDataKey",
            "ExportDataKey",
            "GenerateMac",
            "VerifyMac",
        ),
        Rate.SYMMETRIC,
    ),
    **dict.fromkeys(("AsymmetricSign", "AsymmetricVerify", "AsymmetricEncrypt", "AsymmetricDecrypt"), Rate.ASYMMETRIC),
    **dict.fromkeys(("CertificatePrivateKeySign", "CertificatePublicKeyVerify"), Rate.ASYMMETRIC),
    **dict.fromkeys(("CertificatePublicKeyEncrypt", "CertificatePrivateKeyDecrypt"), Rate.ASYMMETRIC),
    "CreateKey": Rate.CREATE_KEY,
    "ListResourceTags": Rate.TAGS,
    "ListTagResources": Rate.TAGS,
    "OpenKmsService": Rate.ACCOUNT,
    "DescribeAccountKmsStatus": Rate.ACCOUNT,
}


def rate_of(operation: Operation) -> Rate | None:
    """None for the operations that manage identities."""
    if operation.service not in (Service.KMS, Service.HUAWEI):
        return None
    named = _NAMED.get(operation.action.rpartition(":")[2])
    if named is not None:
        return named
    return Rate.WRITE if operation.needs is Needs.WRITE else Rate.READ

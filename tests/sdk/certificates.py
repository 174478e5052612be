"""The life of a certificate as a client drives it, with a CA that issues for a request."""

from collections.abc import Callable
from typing import Any

from tests.sdk.sdk import Recorded

SUBJECT = r"CN=服务+UID=x 1,OU=a\,b,OU=c+ST=浙江,O=Keyreeve & Söhne=,C=CN"
NAMES = '["a.example", "*.例え.テスト"]'
MESSAGE = "5raI5oGvKyY9JQ=="
SIGNING = {"RSA_2048": "RSA_PSS_SHA_256", "EC_P256": "ECDSA_SHA_256", "EC_SM2": "SM2DSA"}
ENCRYPTING = {"RSA_2048": "RSAES_OAEP_SHA_256", "EC_SM2": "SM2PKE"}

Issue = Callable[[str], tuple[str, str]]
"""A certificate for a request, and its chain."""


def certificate_is_held(life: Recorded, kind: str, issue: Issue) -> None:
    made = life.call(
        "CreateCertificate",
        KeySpec=kind,
        Subject=SUBJECT,
        SubjectAlternativeNames=NAMES,
        ExportablePrivateKey=False,
    )
    of: dict[str, Any] = {"CertificateId": made["CertificateId"]}
    assert made["Arn"].endswith(f":certificate/{made['CertificateId']}")
    certificate, chain = issue(made["Csr"])
    life.call("UploadCertificate", **of, Certificate=certificate, CertificateChain=chain)
    got = life.call("GetCertificate", **of)
    assert (got["Certificate"], got["CertificateChain"], got["Csr"]) == (certificate, chain, made["Csr"])
    life.call("TagResource", **of, Tags='[{"TagKey":"team","TagValue":"v 1"}]')
    described = life.call("DescribeCertificate", **of)
    assert (described["Status"], described["KeySpec"]) == ("ACTIVE", kind)
    assert (described["Tags"], described["ExportablePrivateKey"]) == ({"team": "v 1"}, False)
    life.call("UntagResource", **of, TagKeys='["team"]')
    message = {"Algorithm": SIGNING[kind], "Message": MESSAGE, "MessageType": "RAW"}
    signature = life.call("CertificatePrivateKeySign", **of, **message)["SignatureValue"]
    encrypts(life, of, kind)
    life.call("UpdateCertificateStatus", **of, Status="INACTIVE")
    assert life.refused("CertificatePrivateKeySign", **of, **message) == "Rejected.Disabled"
    life.call("UpdateCertificateStatus", **of, Status="REVOKED")
    verified = life.call("CertificatePublicKeyVerify", **of, **message, SignatureValue=signature)
    assert verified["SignatureValid"] is True
    life.call("DeleteCertificate", **of)
    assert life.refused("GetCertificate", **of) == "Certificate.NotFound"


def encrypts(life: Recorded, of: dict[str, Any], kind: str) -> None:
    if kind not in ENCRYPTING:
        algorithm = ENCRYPTING["EC_SM2"]
        plain = life.refused("CertificatePublicKeyEncrypt", **of, Algorithm=algorithm, Plaintext=MESSAGE)
        assert plain == "Rejected.UnsupportedOperation"
        opened = life.refused("CertificatePrivateKeyDecrypt", **of, Algorithm=algorithm, CiphertextBlob=MESSAGE)
        assert opened == "Rejected.UnsupportedOperation"
        return
    algorithm = {**of, "Algorithm": ENCRYPTING[kind]}
    ciphertext = life.call("CertificatePublicKeyEncrypt", **algorithm, Plaintext=MESSAGE)["CiphertextBlob"]
    opened = life.call("CertificatePrivateKeyDecrypt", **algorithm, CiphertextBlob=ciphertext)
    assert opened["Plaintext"] == MESSAGE

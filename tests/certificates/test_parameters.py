"""Every parameter of every certificate operation, wrong in ways of its own.

Missing, empty, over-long and odd ones are tested with every operation's in tests/catalogue/test_bad_parameters.py.
"""

import pytest

from tests.catalogue.refusals import names
from tests.certificates.held import NAMES, SUBJECT, Held
from tests.keys.still import StillServer

DEEP = ["[" * 10_000, "[" * 4000 + "]" * 4000]
NO_LISTS = ["{", "5", "null", "x", '"a.b"', "[5]", '[["a.b"]]', '["\\ud800"]', '["\\u0000"]', "{}", '["a.b"', *DEEP]
NO_BOOLEANS = ["x", "yes", "2", "[]", "null", "truee"]
NO_BASE64 = ["x", "eA", "eA=", "e A==", "eA==\n", "eA-_", "é", "===="]
NO_IDS = [
    "a b",
    "a/b",
    "x" * 65,
    "é",
    "acs:kms:a:b:key/x",
    "acs:kms:a:b",
    "acs:ram::1:certificate/x",
    "acs:kms:a:b:certificate/",
]
WRONG: dict[str, dict[str, list[str]]] = {
    "CreateCertificate": {
        "KeySpec": ["x", "RSA_3072", "RSA_4096", "EC_P256K", "Aliyun_AES_256", "rsa_2048", "null"],
        "Subject": ["x", "CN=a", "null", SUBJECT + ","],
        "SubjectAlternativeNames": NO_LISTS,
        "ExportablePrivateKey": NO_BOOLEANS,
        "ProtectionLevel": ["x", "hsm", "null"],
    },
    "UploadCertificate": {"CertificateId": NO_IDS, "Certificate": ["x", "null"]},
    "GetCertificate": {"CertificateId": NO_IDS},
    "DescribeCertificate": {"CertificateId": NO_IDS},
    "UpdateCertificateStatus": {"CertificateId": NO_IDS, "Status": ["PENDING", "active", "EXPIRED", "null"]},
    "DeleteCertificate": {"CertificateId": NO_IDS},
    "CertificatePrivateKeySign": {
        "CertificateId": NO_IDS,
        "Algorithm": ["x", "SM2PKE", "ecdsa_sha_256"],
        "Message": NO_BASE64,
        "MessageType": ["x", "raw", "Digest"],
    },
    "CertificatePublicKeyVerify": {
        "CertificateId": NO_IDS,
        "Algorithm": ["x", "RSAES_OAEP_SHA_1"],
        "Message": NO_BASE64,
        "MessageType": ["x", "raw"],
        "SignatureValue": NO_BASE64,
    },
    "CertificatePublicKeyEncrypt": {"CertificateId": NO_IDS, "Algorithm": ["x", "SM2DSA"], "Plaintext": NO_BASE64},
    "CertificatePrivateKeyDecrypt": {"CertificateId": NO_IDS, "Algorithm": ["x"], "CiphertextBlob": NO_BASE64},
    "TagResource": {"CertificateId": NO_IDS, "Tags": ["x", "{}", '[{"TagKey":"acs:a","TagValue":"b"}]']},
    "UntagResource": {"CertificateId": NO_IDS, "TagKeys": ['["acs:a"]', "[5]"]},
}
CASES = [(operation, parameter) for operation, parameters in WRONG.items() for parameter in parameters]


@pytest.fixture(scope="module")
def certificate_id(shared: StillServer) -> str:
    return Held.made(shared, "EC_SM2").certificate_id


@pytest.mark.parametrize(("operation", "parameter"), CASES)
def test_a_wrong_parameter_is_named(shared: StillServer, certificate_id: str, operation: str, parameter: str):
    good = {
        "CreateCertificate": {"KeySpec": "EC_P256", "Subject": SUBJECT, "SubjectAlternativeNames": NAMES},
        "CertificatePrivateKeySign": {"Algorithm": "SM2DSA", "Message": "eA=="},
        "CertificatePublicKeyVerify": {"Algorithm": "SM2DSA", "Message": "eA==", "SignatureValue": "eA=="},
        "CertificatePublicKeyEncrypt": {"Algorithm": "SM2PKE", "Plaintext": "eA=="},
        "CertificatePrivateKeyDecrypt": {"Algorithm": "SM2PKE", "CiphertextBlob": "eA=="},
        "UploadCertificate": {"Certificate": "x"},
        "UpdateCertificateStatus": {"Status": "ACTIVE"},
        "TagResource": {"Tags": '[{"TagKey":"a","TagValue":"b"}]'},
        "UntagResource": {"TagKeys": '["a"]'},
    }.get(operation, {})
    own = {} if operation == "CreateCertificate" else {"CertificateId": certificate_id}
    for value in WRONG[operation][parameter]:
        answer = shared.answer(operation, **{**own, **good, parameter: value})
        assert names(answer, "InvalidParameter", parameter), (value[:40], answer.body)

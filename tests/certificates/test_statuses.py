"""Every status with every operation."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.certificates.conftest import Authorities
from tests.certificates.held import SUBJECT, Held, b64
from tests.keys.still import StillServer

STATUSES = ("PENDING", "ACTIVE", "INACTIVE", "REVOKED")
PENDING, DISABLED, REVOKED = "Rejected.PendingImport", "Rejected.Disabled", "Rejected.Unavailable"
UNCHANGEABLE = "Rejected.StateModifiedFailed"
# In the order of the statuses.
ANSWERS: dict[str, tuple[str, ...]] = {
    "UploadCertificate": ("OK", "OK", "OK", REVOKED),
    "GetCertificate": ("OK", "OK", "OK", "OK"),
    "DescribeCertificate": ("OK", "OK", "OK", "OK"),
    "UpdateCertificateStatus ACTIVE": (UNCHANGEABLE, "OK", "OK", UNCHANGEABLE),
    "UpdateCertificateStatus INACTIVE": (UNCHANGEABLE, "OK", "OK", UNCHANGEABLE),
    "UpdateCertificateStatus REVOKED": (UNCHANGEABLE, "OK", "OK", "OK"),
    "UpdateCertificateStatus PENDING": ("InvalidParameter",) * 4,
    "DeleteCertificate": ("OK", "OK", "OK", "OK"),
    "CertificatePrivateKeySign": (PENDING, "OK", DISABLED, REVOKED),
    "CertificatePublicKeyVerify": ("OK", "OK", "OK", "OK"),
    "CertificatePublicKeyEncrypt": ("OK", "OK", "OK", REVOKED),
    "CertificatePrivateKeyDecrypt": (PENDING, "OK", DISABLED, REVOKED),
    "TagResource": ("OK", "OK", "OK", "OK"),
    "UntagResource": ("OK", "OK", "OK", "OK"),
}
# What the status is afterwards, where it is another.
AFTER = {
    ("PENDING", "UploadCertificate"): "ACTIVE",
    ("ACTIVE", "UpdateCertificateStatus INACTIVE"): "INACTIVE",
    ("ACTIVE", "UpdateCertificateStatus REVOKED"): "REVOKED",
    ("INACTIVE", "UpdateCertificateStatus ACTIVE"): "ACTIVE",
    ("INACTIVE", "UpdateCertificateStatus REVOKED"): "REVOKED",
}


@pytest.fixture
def in_status(shared: StillServer, authorities: Authorities) -> Callable[[str], tuple[Held, str]]:
    """A new certificate in a status, and what its CA issues."""

    def make(status: str) -> tuple[Held, str]:
        held, authority = Held.made(shared, "EC_SM2"), authorities("EC_SM2")
        issued = authority.issue(held.csr)
        if status != "PENDING":
            held.call("UploadCertificate", Certificate=issued, CertificateChain=authority.chain)
            held.call("UpdateCertificateStatus", Status=status)
        return held, issued

    return make


def request_of(held: Held, issued: str, case: str) -> dict[str, str]:
    # Whoever has the public key can encrypt; here another pair's ciphertext is as good, as the status comes first.
    ciphertext = ""
    if case == "CertificatePrivateKeyDecrypt":
        ciphertext = "eA==" if held.status == "REVOKED" else b64(held.encrypt("SM2PKE", b"x"))
    requests: dict[str, dict[str, str]] = {
        "UploadCertificate": {"Certificate": issued},
        "CertificatePrivateKeySign": {"Algorithm": "SM2DSA", "Message": "eA=="},
        "CertificatePublicKeyVerify": {"Algorithm": "SM2DSA", "Message": "eA==", "SignatureValue": "eA=="},
        "CertificatePublicKeyEncrypt": {"Algorithm": "SM2PKE", "Plaintext": "eA=="},
        "CertificatePrivateKeyDecrypt": {"Algorithm": "SM2PKE", "CiphertextBlob": ciphertext},
        "TagResource": {"Tags": '[{"TagKey":"a","TagValue":"b"}]'},
        "UntagResource": {"TagKeys": '["a"]'},
    }
    _, _, status = case.partition(" ")
    return {"Status": status} if status else requests.get(case, {})


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_answers_every_operation_as_it_should(
    shared: StillServer, in_status: Callable[[str], tuple[Held, str]], status: str
):
    for case, answers in ANSWERS.items():
        held, issued = in_status(status)
        answer: Any = shared.answer(
            case.partition(" ")[0], CertificateId=held.certificate_id, **request_of(held, issued, case)
        )
        expected = answers[STATUSES.index(status)]
        assert answer.code == expected, case
        assert answer.status == {"OK": 200, "InvalidParameter": 400}.get(expected, 409)
        if case != "DeleteCertificate":
            assert held.status == AFTER.get((status, case), status), case


def test_a_deleted_certificate_is_gone_for_every_operation(in_status: Callable[[str], tuple[Held, str]]):
    held, issued = in_status("ACTIVE")
    cases = {case: request_of(held, issued, case) for case in ANSWERS}
    held.call("DeleteCertificate")
    for case, request in cases.items():
        if case != "UpdateCertificateStatus PENDING":
            assert held.refused(case.partition(" ")[0], **request) == "Certificate.NotFound"


def test_tags_are_described_and_go_with_the_certificate(shared: StillServer):
    held = Held.made(shared, "EC_P256")
    held.call("TagResource", Tags='[{"TagKey":"a","TagValue":"b"},{"TagKey":"c","TagValue":"d"}]')
    held.call("TagResource", Tags='[{"TagKey":"a","TagValue":"e"}]')
    held.call("UntagResource", TagKeys='["c","x"]')
    assert held.described["Tags"] == {"a": "e"}
    tags = ",".join(f'{{"TagKey":"t{number}","TagValue":"v"}}' for number in range(20))
    assert held.refused("TagResource", Tags=f"[{tags}]") == "Rejected.LimitExceeded"
    two = {"Tags": '[{"TagKey":"a","TagValue":"b"}]', "SecretName": "x"}
    assert held.refused("TagResource", **two) == "InvalidParameter"
    held.call("DeleteCertificate")


def test_a_dry_run_changes_nothing(shared: StillServer, authorities: Authorities):
    words = {"KeySpec": "EC_P256", "Subject": SUBJECT, "DryRun": "true"}
    assert shared.refused("CreateCertificate", **words) == "DryRunOperationError"
    held = Held.made(shared, "EC_P256")
    issued = authorities("EC_P256").issue(held.csr)
    assert held.refused("UploadCertificate", Certificate=issued, DryRun="true") == "DryRunOperationError"
    assert held.refused("DeleteCertificate", DryRun="true") == "DryRunOperationError"
    assert held.status == "PENDING"

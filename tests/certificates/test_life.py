"""The whole life of a certificate of each key type, against a CA that OpenSSL's command line is."""

import re

from tests.certificates.authority import Authority
from tests.certificates.conftest import Authorities
from tests.certificates.held import NAMES, SIGNING, SUBJECT, Held
from tests.keys.still import StillServer


def test_a_certificate_is_requested_issued_used_renewed_and_deleted(
    shared: StillServer, authorities: Authorities, kind: str
):
    authority = authorities(kind)
    held = Held.made(shared, kind)
    assert held.status == "PENDING"
    assert authority.verifies(held.csr)
    certificate = authority.issue(held.csr)
    held.call("UploadCertificate", Certificate=certificate, CertificateChain=authority.chain)
    got = held.call("GetCertificate")
    assert (got["Certificate"], got["CertificateChain"], got["Csr"]) == (certificate, authority.chain, held.csr)
    assert authority.trusts(got["Certificate"], got["CertificateChain"])
    described_as_openssl_describes(held, authority, certificate)
    signature = held.sign(SIGNING[kind][0], b"message")
    held.call("UpdateCertificateStatus", Status="INACTIVE")
    assert held.refused("CertificatePrivateKeySign", Algorithm=SIGNING[kind][0], Message="eA==") == "Rejected.Disabled"
    renewed = authority.issue(held.csr, days=200)
    held.call("UploadCertificate", Certificate=renewed)
    assert "CertificateChain" not in held.call("GetCertificate")
    assert held.status == "INACTIVE"
    held.call("UpdateCertificateStatus", Status="REVOKED")
    assert held.verifies(SIGNING[kind][0], b"message", signature)
    held.call("DeleteCertificate")
    assert held.refused("GetCertificate") == "Certificate.NotFound"


def described_as_openssl_describes(held: Held, authority: Authority, certificate: str) -> None:
    described = held.described
    assert described["Status"] == "ACTIVE"
    assert described["KeySpec"] == held.kind
    assert described["Subject"] == authority.field(certificate, "-subject")
    assert described["Issuer"] == authority.field(certificate, "-issuer") == "CN=Issuer,OU=CA,O=Tests,C=CN"
    assert int(described["Serial"], 16) == int(authority.field(certificate, "-serial"), 16)
    shown = authority.field(certificate, "-ext subjectKeyIdentifier")
    assert described["SubjectKeyIdentifier"].replace(" ", ":") in shown
    assert described["SubjectAlternativeNames"] == ["service.test", "*.service.test"]
    assert described["SubjectPublicKey"] == authority.openssl.run("x509 -in shown.pem -noout -pubkey").decode()
    algorithms = {"RSA_2048": "RSA2048-SHA256", "EC_P256": "ECDSA-SHA256", "EC_SM2": "SM2-SM3"}
    assert described["SignatureAlgorithm"] == algorithms[held.kind]
    assert described["NotBefore"] < described["NotAfter"]
    assert all(
        re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T[0-9:]{8}Z", described[name]) for name in ("NotBefore", "NotAfter")
    )


def test_before_an_upload_a_certificate_is_described_as_it_was_asked_for(shared: StillServer):
    held = Held.made(shared, "EC_P256", ExportablePrivateKey="false")
    described = held.described
    assert (described["Subject"], described["SubjectAlternativeNames"]) == (SUBJECT, ["service.test", "*.service.test"])
    assert described["ExportablePrivateKey"] is False
    assert described["ProtectionLevel"] == "SOFTWARE"
    assert described["Arn"].endswith(f":certificate/{held.certificate_id}")
    assert described["Tags"] == {}
    absent = {"Issuer", "Serial", "NotBefore", "NotAfter", "SignatureAlgorithm", "SubjectKeyIdentifier"}
    assert not absent & described.keys()
    assert held.call("GetCertificate").keys() == {"RequestId", "CertificateId", "Csr"}


def test_another_kind_of_ca_signs_as_well(shared: StillServer, authorities: Authorities):
    for kind, other in (("EC_P256", "RSA_2048"), ("EC_SM2", "EC_P256"), ("EC_P256", "EC_SM2")):
        held = Held.made(shared, kind).uploaded(authorities(other))
        assert held.status == "ACTIVE"


def test_a_certificate_is_found_by_its_arn_and_not_by_another_accounts(shared: StillServer):
    held = Held.made(shared, "EC_P256", SubjectAlternativeNames=NAMES)
    arn = held.described["Arn"]
    assert shared.call("GetCertificate", CertificateId=arn)["CertificateId"] == held.certificate_id
    for changed in (
        arn.replace(shared.account.account_id, "9" * 16),
        arn.replace(shared.account.region_id, "elsewhere"),
    ):
        assert shared.refused("GetCertificate", CertificateId=changed) == "Certificate.NotFound"

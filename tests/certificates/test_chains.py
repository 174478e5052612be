"""What is refused on an upload, and that the parameter and the reason are named."""

import json
from collections.abc import Callable

import pytest

from tests.certificates.held import SUBJECT, Held
from tests.certificates.makers import Maker, pem, self_signed
from tests.keys.still import DAY, StillServer

Refuse = Callable[..., None]


@pytest.fixture
def held(shared: StillServer) -> Held:
    return Held.made(shared, "EC_P256")


@pytest.fixture
def refused(shared: StillServer, held: Held) -> Refuse:
    def check(parameter: str, reason: str, certificate: str, chain: str = "") -> None:
        more = {"CertificateChain": chain} if chain else {}
        answer = shared.answer("UploadCertificate", CertificateId=held.certificate_id, Certificate=certificate, **more)
        assert (answer.status, answer.code) == (400, "InvalidParameter"), answer.body
        assert f'"{parameter}"' in answer.json["Message"]
        assert reason in answer.json["Message"]
        assert held.status == "PENDING"

    return check


@pytest.fixture
def root(shared: StillServer) -> Maker:
    return self_signed(shared.now, "Root")


def test_a_chain_of_any_length_up_to_ten_is_taken(held: Held, root: Maker):
    issuers = [root]
    for number in range(9):
        issuers.append(issuers[-1].issuer(f"Issuer {number}"))
    leaf = issuers[-1].leaf(held.csr)
    chain = "".join(pem(issuer.certificate) for issuer in reversed(issuers))
    held.call("UploadCertificate", Certificate=pem(leaf), CertificateChain=chain)
    assert held.call("GetCertificate")["CertificateChain"] == chain


def test_a_chain_of_eleven_is_refused(held: Held, root: Maker, refused: Refuse):
    leaf = pem(root.leaf(held.csr))
    refused("CertificateChain", "not 1 to 10 certificates", leaf, pem(root.certificate) * 11)


def test_a_certificate_of_another_key_is_refused(shared: StillServer, refused: Refuse, root: Maker):
    other = Held.made(shared, "EC_P256")
    refused("Certificate", "not of this certificate's key", pem(root.leaf(other.csr)), pem(root.certificate))
    refused("Certificate", "not of this certificate's key", pem(root.certificate))


@pytest.mark.parametrize("kind", ["RSA_2048", "EC_SM2"])
def test_a_certificate_of_another_kind_of_key_is_refused(refused: Refuse, held_ones: Callable[[str], Held], kind: str):
    refused("Certificate", "not of this certificate's key", held_ones(kind).call("GetCertificate")["Certificate"])


def test_its_time_must_be_now(held: Held, root: Maker, refused: Refuse):
    chain = pem(root.certificate)
    refused("Certificate", "it has expired", pem(root.leaf(held.csr, not_after=-1)), chain)
    refused("Certificate", "it is not valid yet", pem(root.leaf(held.csr, not_before=60)), chain)


def test_the_time_of_every_issuer_must_be_now(shared: StillServer, held: Held, root: Maker, refused: Refuse):
    ended, begins = root.issuer("Issuer", not_after=-1), root.issuer("Issuer", not_before=60)
    for issuer, reason in ((ended, "has expired"), (begins, "is not valid yet")):
        chain = pem(issuer.certificate) + pem(root.certificate)
        refused("CertificateChain", f"certificate 1 {reason}", pem(issuer.leaf(held.csr)), chain)
    late = self_signed(shared.now + 2 * DAY, "Late")
    issuer = late.issuer("Issuer", not_before=-3 * DAY)
    chain = pem(issuer.certificate) + pem(late.certificate)
    refused(
        "CertificateChain", "certificate 2 is not valid yet", pem(issuer.leaf(held.csr, not_before=-3 * DAY)), chain
    )


def test_a_chain_is_in_order_and_whole(shared: StillServer, held: Held, root: Maker, refused: Refuse):
    first = root.issuer("First")
    second = first.issuer("Second")
    one, two, three = (pem(maker.certificate) for maker in (second, first, root))
    leaf = pem(second.leaf(held.csr))
    refused("CertificateChain", "certificate 1 is not the issuer", leaf, two + one + three)
    refused("CertificateChain", "certificate 2 is not the issuer", leaf, one + three + two)
    refused("CertificateChain", "certificate 2 is not the issuer", leaf, one + three)
    refused("CertificateChain", "certificate 1 is not the issuer", leaf, two + three)
    refused("CertificateChain", "certificate 1 is not the issuer", leaf, leaf + one + two + three)
    refused("CertificateChain", "not a root", leaf, one + two)
    refused("CertificateChain", "not a root", leaf, one)
    refused("CertificateChain", "certificate 4 is not the issuer", leaf, one + two + three + one)
    held.call("UploadCertificate", Certificate=leaf, CertificateChain=one + two + three)


def test_whoever_has_the_issuers_name_is_not_the_issuer(shared: StillServer, held: Held, root: Maker, refused: Refuse):
    impostor = self_signed(shared.now, "Root")
    leaf = pem(root.leaf(held.csr))
    refused("CertificateChain", "certificate 1 has not signed", leaf, pem(impostor.certificate))


def test_an_issuer_may_issue(held: Held, root: Maker, refused: Refuse):
    for issuer in (root.issuer("Issuer", ca=None), root.issuer("Issuer", ca=False), root.issuer("Issuer", signs=False)):
        chain = pem(issuer.certificate) + pem(root.certificate)
        refused("CertificateChain", "certificate 1 may not issue", pem(issuer.leaf(held.csr)), chain)


def test_no_path_is_longer_than_an_issuer_allows(held: Held, root: Maker, refused: Refuse):
    upper = root.issuer("Upper", path_length=0)
    lower = upper.issuer("Lower")
    chain = "".join(pem(maker.certificate) for maker in (lower, upper, root))
    refused("CertificateChain", "certificate 2 has more issuers below it", pem(lower.leaf(held.csr)), chain)
    held.call(
        "UploadCertificate",
        Certificate=pem(upper.leaf(held.csr)),
        CertificateChain=pem(upper.certificate) + pem(root.certificate),
    )


def test_an_issuer_insists_on_nothing_unknown(held: Held, root: Maker, refused: Refuse):
    issuer = root.issuer("Issuer", insists=True)
    chain = pem(issuer.certificate) + pem(root.certificate)
    refused("CertificateChain", "certificate 1 has a critical extension", pem(issuer.leaf(held.csr)), chain)


def test_what_is_no_pem_is_refused(held: Held, root: Maker, refused: Refuse):
    leaf, chain = pem(root.leaf(held.csr)), pem(root.certificate)
    body = leaf.replace("-----BEGIN CERTIFICATE-----", "").replace("-----END CERTIFICATE-----", "")
    for text in (
        *("x", body, leaf[:-30], leaf[30:], leaf.replace("CERTIFICATE", "X509 CRL"), held.csr, leaf + held.csr),
        *(
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            leaf.replace("M", "*"),
            leaf.replace("=", "")[:-40],
        ),
        leaf + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        leaf.replace("-----\nM", "-----\nA"),
    ):
        refused("Certificate", "", text)
        refused("CertificateChain", "", leaf, text)
    refused("Certificate", "not one certificate", leaf + leaf)
    refused("Certificate", "", leaf * 20)
    refused("CertificateChain", "", leaf, chain * 200)


def test_lines_may_end_in_any_way_and_text_may_stand_around(held: Held, root: Maker):
    leaf, chain = pem(root.leaf(held.csr)), pem(root.certificate)
    for certificate in (
        *(leaf.replace("\n", "\r\n"), leaf.replace("\n", " "), leaf.replace("\n", "")),
        f"Bag Attributes\n  friendlyName: x\n{leaf}\nthe end",
    ):
        held.call("UploadCertificate", Certificate=certificate, CertificateChain=f"root:\n{chain}")
        got = held.call("GetCertificate")
        assert (got["Certificate"], got["CertificateChain"]) == (leaf, chain)


def test_a_root_may_be_all_of_the_chain_and_names_fold(held: Held, shared: StillServer):
    root = self_signed(shared.now, "ROOT  ca")
    leaf = root.leaf(held.csr, issuer="root CA")
    held.call("UploadCertificate", Certificate=pem(leaf), CertificateChain=pem(root.certificate))


def test_what_the_ca_has_changed_is_described(held: Held, root: Maker):
    leaf = root.leaf(held.csr, subject="Another", names=["other.example"])
    held.call("UploadCertificate", Certificate=pem(leaf))
    described = held.described
    assert described["Subject"] == "CN=Another"
    assert described["SubjectAlternativeNames"] == ["other.example"]
    assert json.dumps(described).count(SUBJECT) == 0
    assert "SubjectKeyIdentifier" not in described

"""Roots as the world has them, and where in a chain one may stand."""

import re
from base64 import b64encode
from pathlib import Path

import certifi
import cryptography_vectors
import pytest

from keyreeve.crypto.x509.certificates import parse_certificate
from keyreeve.crypto.x509.pem import certificates_in
from keyreeve.crypto.x509.signatures import require_signed_by
from tests.certificates.authority import Authority
from tests.certificates.conftest import Authorities
from tests.certificates.held import Held
from tests.certificates.makers import Maker, pem, self_signed
from tests.interop.der import sequence, tlv
from tests.keys.still import StillServer

_VECTORS = Path(cryptography_vectors.__file__).parent / "x509"
ECDSA_WITH_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")


@pytest.fixture
def held(shared: StillServer) -> Held:
    return Held.made(shared, "EC_P256")


@pytest.fixture
def root(shared: StillServer) -> Maker:
    return self_signed(shared.now, "Root")


@pytest.fixture
def authority(authorities: Authorities) -> Authority:
    return authorities("RSA_2048")


def reason(held: Held, certificate: str, chain: str = "") -> str:
    """Why an upload is refused, with the parameter."""
    more = {"CertificateChain": chain} if chain else {}
    message = held.answer("UploadCertificate", Certificate=certificate, **more).json["Message"]
    found = re.fullmatch(r'The specified parameter "(\w+)" is not valid. \((.*)\)', message)
    assert found is not None, message
    return f"{found[1]}: {found[2]}"


# The reader warns of serial numbers that are 0.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_every_root_that_mozilla_trusts_is_read_as_one():
    """Go Daddy's and Starfield's have the serial number 0, which readers are to bear (RFC 5280 4.1.2.2)."""
    found = certificates_in(Path(certifi.where()).read_text())
    roots = [parse_certificate(der) for der in found]
    assert len(roots) > 100
    assert [root.subject for root in roots if not root.is_issuer or root.insists_on_unknown] == []
    assert [root.serial for root in roots].count(0) > 0
    for root in roots:
        require_signed_by(root, root)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_a_serial_number_may_be_0_and_not_less(held: Held, authority: Authority):
    for serial in ("0", "-5"):
        chain = authority.new_root(f"zero{serial}", f"-sha256 -set_serial {serial}")
        issued = authority.issue_by(f"zero{serial}", held.csr)
        assert authority.trusts(issued, chain)
        if serial == "0":
            held.call("UploadCertificate", Certificate=issued, CertificateChain=chain)
        else:
            assert reason(held, issued, chain) == "CertificateChain: a certificate in it cannot be read"


def test_a_root_may_be_signed_with_sha_1_and_not_with_md5(held: Held, authority: Authority):
    chain = authority.new_root("aged", "-sha1")
    held.call("UploadCertificate", Certificate=authority.issue_by("aged", held.csr), CertificateChain=chain)
    chain = authority.new_root("ancient", "-md5")
    refused = reason(held, authority.issue_by("ancient", held.csr), chain)
    assert refused == "CertificateChain: the last certificate is not a root, which signs itself"


@pytest.mark.parametrize("digest", ["md5", "sha1"])
def test_a_broken_digest_proves_nothing(held: Held, authority: Authority, digest: str):
    chain = authority.new_root("good", "-sha256")
    weak = authority.issue_by("good", held.csr, f"-{digest}")
    refused = reason(held, weak, chain)
    assert refused == "CertificateChain: certificate 1 signs with a digest or a key that proves nothing"


def test_a_key_that_anybody_can_factor_proves_nothing(held: Held, authority: Authority):
    """OpenSSL says so too, from its security level 1 on, where the next longer key is good enough."""
    for bits, trusted in ((512, False), (1024, True)):
        chain = authority.new_root(f"r{bits}", "-sha256", bits)
        issued = authority.issue_by(f"r{bits}", held.csr)
        authority.openssl.put("short.pem", issued)
        assert authority.openssl.says(f"verify -auth_level 1 -CAfile r{bits}.pem short.pem") is trusted
        if trusted:
            held.call("UploadCertificate", Certificate=issued, CertificateChain=chain)
        else:
            assert reason(held, issued, chain) == (
                "CertificateChain: certificate 1 signs with a digest or a key that proves nothing"
            )


def test_nothing_stands_behind_a_root(shared: StillServer, held: Held, root: Maker):
    """No certificate is in a path twice (RFC 5280 6.1)."""
    issuer, other = root.issuer("Issuer"), self_signed(shared.now, "Other")
    leaf, one, two = pem(issuer.leaf(held.csr)), pem(issuer.certificate), pem(root.certificate)
    crossed = pem(other.crossing(root).certificate) + pem(other.certificate)
    for chain in (one + two + two, one + two + crossed):
        assert reason(held, leaf, chain) == "CertificateChain: certificate 3 stands behind a root"
    held.call("UploadCertificate", Certificate=leaf, CertificateChain=one + crossed)


def test_who_signs_itself_needs_no_chain_and_has_none(held: Held, root: Maker, authority: Authority):
    held.call("UploadCertificate", Certificate=pem(root.leaf(held.csr)))
    signed = root.leaf(held.csr, issuer="Own", subject="Own").tbs_certificate_bytes
    signature = held.sign("ECDSA_SHA_256", signed)
    der = sequence(signed, ECDSA_WITH_SHA256, tlv(3, b"\0" + signature))
    own = f"-----BEGIN CERTIFICATE-----\n{b64encode(der).decode()}\n-----END CERTIFICATE-----\n"
    authority.openssl.put("own.pem", own)
    assert authority.openssl.says("verify -CAfile own.pem own.pem")
    held.call("UploadCertificate", Certificate=own)
    assert held.described["Issuer"] == "CN=Own"
    assert reason(held, own, own) == "CertificateChain: certificate 1 stands behind a root"


def test_who_says_to_sign_itself_and_does_not_is_refused(held: Held, root: Maker):
    """An issuer of the same name may have signed it; then the chain tells."""
    named_alike = pem(root.leaf(held.csr, subject="Root"))
    refused = reason(held, named_alike)
    assert refused == "CertificateChain: the last certificate is not a root, which signs itself"
    held.call("UploadCertificate", Certificate=named_alike, CertificateChain=pem(root.certificate))


def test_a_path_is_no_longer_for_an_issuer_of_the_same_name(held: Held, root: Maker):
    """Names are compared without case and spaces for this as well (RFC 5280 6.1 and 7.1)."""
    upper = root.issuer("An Issuer", path_length=0)
    again = upper.issuer("AN  ISSUER")
    chain = "".join(pem(maker.certificate) for maker in (again, upper, root))
    held.call("UploadCertificate", Certificate=pem(again.leaf(held.csr)), CertificateChain=chain)


def test_what_signs_is_said_twice_alike(held: Held):
    """RFC 5280 4.1.1.2; the vector's two algorithms differ."""
    der = (_VECTORS / "custom/mismatch_inner_outer_sig_algorithm.der").read_bytes()
    text = f"-----BEGIN CERTIFICATE-----\n{b64encode(der).decode()}\n-----END CERTIFICATE-----\n"
    assert reason(held, text) == "Certificate: a certificate in it cannot be read"

"""Roots as the world has them."""

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
from tests.keys.still import StillServer

_VECTORS = Path(cryptography_vectors.__file__).parent / "x509"


@pytest.fixture
def held(shared: StillServer) -> Held:
    return Held.made(shared, "EC_P256")


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


def test_what_signs_is_said_twice_alike(held: Held):
    """RFC 5280 4.1.1.2; the vector's two algorithms differ."""
    der = (_VECTORS / "custom/mismatch_inner_outer_sig_algorithm.der").read_bytes()
    text = f"-----BEGIN CERTIFICATE-----\n{b64encode(der).decode()}\n-----END CERTIFICATE-----\n"
    assert reason(held, text) == "Certificate: a certificate in it cannot be read"

"""What just fits and what just does not, dates of long ago, and uploads at once."""

import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from tests.certificates.conftest import Authorities
from tests.certificates.held import Held
from tests.certificates.makers import Maker, pem, self_signed
from tests.interop.der import sequence, tlv, values
from tests.keys.still import StillServer
from tests.support.client import Client


@pytest.fixture
def held(shared: StillServer) -> Held:
    return Held.made(shared, "EC_P256")


@pytest.fixture
def root(shared: StillServer) -> Maker:
    return self_signed(shared.now, "Root")


@pytest.mark.parametrize(("parameter", "most"), [("Certificate", 16_384), ("CertificateChain", 65_536)])
def test_a_text_that_just_fits_is_taken(held: Held, root: Maker, parameter: str, most: int):
    good = {"Certificate": pem(root.leaf(held.csr)), "CertificateChain": pem(root.certificate)}
    held.call("UploadCertificate", **{**good, parameter: good[parameter].ljust(most, "x")})
    answer = held.answer("UploadCertificate", **{**good, parameter: good[parameter].ljust(most + 1, "x")})
    assert (answer.status, answer.code) == (400, "InvalidParameter")
    assert f'"{parameter}"' in answer.json["Message"]


def test_a_subject_that_just_fits_is_asked_for(shared: StillServer, authorities: Authorities):
    subject = "CN=a,OU=b,O=c,C=CN" + ("," + "UID=" + "x" * 197) * 10
    longest = subject + ",L=" + "y" * (2048 - len(subject) - 3)
    assert (len(longest), longest.count("y") < 128) == (2048, True)
    held = Held.made(shared, "EC_P256", Subject=longest)
    assert authorities("EC_P256").verifies(held.csr)
    assert held.described["Subject"] == longest
    answer = shared.answer("CreateCertificate", KeySpec="EC_P256", Subject=longest + "y")
    assert (answer.status, answer.code) == (400, "InvalidParameter")
    assert '"Subject"' in answer.json["Message"]


def test_a_year_has_four_digits(held: Held, root: Maker):
    """As ISO 8601 and the API reference write it."""
    signed, algorithm, _ = values(root.leaf(held.csr).public_bytes(Encoding.DER))
    parts = values(signed)
    parts[4] = sequence(tlv(0x18, b"00010203040506Z"), tlv(0x18, b"99991231235959Z"))
    changed = sequence(*parts)
    signature = root.key.sign(changed, ec.ECDSA(hashes.SHA256()))
    der = sequence(changed, algorithm, tlv(3, b"\0" + signature))
    certificate = f"-----BEGIN CERTIFICATE-----\n{b64encode(der).decode()}\n-----END CERTIFICATE-----\n"
    held.call("UploadCertificate", Certificate=certificate, CertificateChain=pem(root.certificate))
    described = held.described
    assert (described["NotBefore"], described["NotAfter"]) == ("0001-02-03T04:05:06Z", "9999-12-31T23:59:59Z")


def test_of_uploads_at_once_one_is_kept_whole(client: Client):
    held, roots = Held.made(client, "EC_P256"), [self_signed(int(time.time()), f"Root {number}") for number in range(4)]
    uploads = [(pem(root.leaf(held.csr)), pem(root.certificate)) for root in roots]

    def upload(number: int) -> str:
        certificate, chain = uploads[number % 4]
        return held.answer("UploadCertificate", Certificate=certificate, CertificateChain=chain).code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(upload, range(16))) == {"OK"}
    got, described = held.call("GetCertificate"), held.described
    assert (got["Certificate"], got["CertificateChain"]) in uploads
    kept = x509.load_pem_x509_certificate(got["Certificate"].encode())
    assert (int(described["Serial"], 16), described["Status"]) == (kept.serial_number, "ACTIVE")
    assert described["Issuer"] == kept.issuer.rfc4514_string()

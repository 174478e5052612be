"""The certificates of PKITS and the edge cases of cryptography-vectors, uploaded: refused or accepted, never an error."""

import warnings
from base64 import b64encode
from pathlib import Path

import cryptography_vectors
import pytest

from tests.certificates.held import Held
from tests.keys.still import StillServer

_ROOT = Path(cryptography_vectors.__file__).parent / "x509"
_PKITS = _ROOT / "PKITS_data/certs"
# PKITS 4.6.1 of 2011: the trust anchor, and a chain that leads to it.
_VALID = ("GoodCACert.crt", "TrustAnchorRootCertificate.crt")


def as_pem(file: Path) -> str:
    content = file.read_bytes()
    if content.startswith(b"-----") or b"-----BEGIN" in content:
        return content.decode("latin-1")
    return f"-----BEGIN CERTIFICATE-----\n{b64encode(content).decode()}\n-----END CERTIFICATE-----\n"


def files() -> list[Path]:
    found = [path for path in _ROOT.rglob("*") if path.suffix in (".pem", ".der", ".crt")]
    assert len(found) > 500
    return sorted(found)


@pytest.fixture(scope="module")
def held(shared: StillServer) -> Held:
    return Held.made(shared, "EC_P256")


@pytest.mark.filterwarnings("ignore")
def test_no_certificate_and_no_chain_is_more_than_refused(shared: StillServer, held: Held):
    fitting = held.call("GetCertificate")["Csr"]
    for file in files():
        text = as_pem(file)
        for request in ({"Certificate": text}, {"Certificate": as_pem(_PKITS / _VALID[0]), "CertificateChain": text}):
            answer = shared.answer("UploadCertificate", CertificateId=held.certificate_id, **request)
            # Of none the server holds the key.
            assert (answer.status, answer.code) == (400, "InvalidParameter"), file.name
    assert held.call("GetCertificate")["Csr"] == fitting


@pytest.mark.filterwarnings("ignore")
def test_each_behaves_as_a_chain_too():
    """Behind the check of the key, where an upload would not get: the laws hold or are refused by name."""
    from keyreeve.crypto.x509.certificates import CertificateMalformed, parse_certificate  # noqa: PLC0415
    from keyreeve.crypto.x509.chains import ChainRefused, require_chain  # noqa: PLC0415
    from keyreeve.crypto.x509.pem import certificates_in  # noqa: PLC0415

    del warnings
    accepted = 0
    anchors = [parse_certificate((_PKITS / name).read_bytes()) for name in _VALID]
    now = anchors[0].not_before + 1
    for file in files():
        try:
            parsed = [parse_certificate(der) for der in certificates_in(as_pem(file))]
        except (ValueError, CertificateMalformed):
            continue
        for one in parsed:
            for chain in (anchors, anchors[1:], [one, *anchors], [one]):
                try:
                    require_chain(one, chain, now)
                    accepted += 1
                except ChainRefused:
                    continue
    assert accepted > 50

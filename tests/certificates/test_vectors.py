"""PKITS and the edge cases of cryptography-vectors, uploaded: refused or accepted, never an error."""

from base64 import b64encode
from collections import Counter
from contextlib import suppress
from pathlib import Path

import cryptography_vectors
import pytest

from keyreeve.crypto.x509.certificates import parse_certificate
from keyreeve.crypto.x509.chains import ChainRefused, require_chain
from keyreeve.crypto.x509.pem import certificates_in, to_pem
from tests.certificates.held import Held
from tests.interop.der import sequence, values
from tests.interop.outside import spki_of
from tests.keys.still import StillServer

_ROOT = Path(cryptography_vectors.__file__).parent / "x509"
_PKITS = _ROOT / "PKITS_data/certs"
ANCHOR = "TrustAnchorRootCertificate.crt"
# 2020, when all of PKITS is valid that is to be.
NOW = 1_577_836_800_000
# An end entity's certificate and its issuers below the anchor (PKITS sections 4.1 to 4.7).
PATHS = {
    "ValidCertificatePathTest1EE": ["GoodCACert"],
    "InvalidCASignatureTest2EE": ["BadSignedCACert"],
    "InvalidEESignatureTest3EE": ["GoodCACert"],
    "InvalidCAnotBeforeDateTest1EE": ["BadnotBeforeDateCACert"],
    "InvalidCAnotAfterDateTest5EE": ["BadnotAfterDateCACert"],
    "InvalidNameChainingTest1EE": ["GoodCACert"],
    "InvalidNameChainingOrderTest2EE": ["NameOrderingCACert"],
    "ValidNameChainingWhitespaceTest3EE": ["GoodCACert"],
    "ValidNameChainingWhitespaceTest4EE": ["GoodCACert"],
    "ValidNameChainingCapitalizationTest5EE": ["GoodCACert"],
    "ValidNameUIDsTest6EE": ["UIDCACert"],
    "ValidRFC3280MandatoryAttributeTypesTest7EE": ["RFC3280MandatoryAttributeTypesCACert"],
    "ValidRFC3280OptionalAttributeTypesTest8EE": ["RFC3280OptionalAttributeTypesCACert"],
    "ValidUTF8StringEncodedNamesTest9EE": ["UTF8StringEncodedNamesCACert"],
    "ValidRolloverfromPrintableStringtoUTF8StringTest10EE": ["RolloverfromPrintableStringtoUTF8StringCACert"],
    "ValidUTF8StringCaseInsensitiveMatchTest11EE": ["UTF8StringCaseInsensitiveMatchCACert"],
    "InvalidMissingbasicConstraintsTest1EE": ["MissingbasicConstraintsCACert"],
    "InvalidcAFalseTest2EE": ["basicConstraintsCriticalcAFalseCACert"],
    "InvalidcAFalseTest3EE": ["basicConstraintsNotCriticalcAFalseCACert"],
    "ValidbasicConstraintsNotCriticalTest4EE": ["basicConstraintsNotCriticalCACert"],
    "InvalidpathLenConstraintTest5EE": ["pathLenConstraint0subCACert", "pathLenConstraint0CACert"],
    "ValidpathLenConstraintTest7EE": ["pathLenConstraint0CACert"],
    "ValidSelfIssuedpathLenConstraintTest15EE": ["pathLenConstraint0SelfIssuedCACert", "pathLenConstraint0CACert"],
    "InvalidkeyUsageCriticalkeyCertSignFalseTest1EE": ["keyUsageCriticalkeyCertSignFalseCACert"],
    "InvalidkeyUsageNotCriticalkeyCertSignFalseTest2EE": ["keyUsageNotCriticalkeyCertSignFalseCACert"],
    "ValidkeyUsageNotCriticalTest3EE": ["keyUsageNotCriticalCACert"],
}


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
        for request in ({"Certificate": text}, {"Certificate": as_pem(_PKITS / ANCHOR), "CertificateChain": text}):
            answer = shared.answer("UploadCertificate", CertificateId=held.certificate_id, **request)
            # Of none the server holds the key.
            assert (answer.status, answer.code) == (400, "InvalidParameter"), file.name
    assert held.call("GetCertificate")["Csr"] == fitting


@pytest.mark.filterwarnings("ignore")
def test_each_with_the_certificates_own_key_in_it_is_taken_or_refused(shared: StillServer, held: Held):
    """So that what comes behind the check of the key has its turn too."""
    own = spki_of(held.public_key)
    codes: Counter[str] = Counter()
    for file in files():
        with suppress(ValueError, IndexError):
            for der in certificates_in(as_pem(file)):
                text = to_pem(with_key(der, own))
                answer = shared.answer("UploadCertificate", CertificateId=held.certificate_id, Certificate=text)
                assert answer.code in ("OK", "InvalidParameter"), (file.name, answer.body)
                codes[answer.code] += 1
                if answer.code == "OK":
                    assert shared.answer("DescribeCertificate", CertificateId=held.certificate_id).status == 200
    assert codes["OK"] > 300
    assert codes["InvalidParameter"] > 50


def with_key(der: bytes, spki: bytes) -> bytes:
    """The same certificate of another key; its signature is none any more."""
    signed, algorithm, signature = values(der)
    parts = values(signed)
    parts[6 if parts[0][0] == 0xA0 else 5] = spki
    return sequence(sequence(*parts), algorithm, signature)


@pytest.mark.filterwarnings("ignore")
def test_each_is_read_or_refused_as_a_chain_too():
    """Behind the check of the key, where an upload of them does not get."""
    anchor = parse_certificate((_PKITS / ANCHOR).read_bytes())
    for file in files():
        try:
            parsed = [parse_certificate(der) for der in certificates_in(as_pem(file))]
        except ValueError:
            continue
        for one in parsed:
            for chain in ([anchor], [one, anchor], [one]):
                with suppress(ChainRefused):
                    require_chain(one, chain, NOW)


@pytest.mark.parametrize("name", PATHS)
def test_a_path_of_pkits_is_as_its_name_says(name: str):
    read = [parse_certificate((_PKITS / f"{one}.crt").read_bytes()) for one in (name, *PATHS[name])]
    chain = [*read[1:], parse_certificate((_PKITS / ANCHOR).read_bytes())]
    if name.startswith("Valid"):
        require_chain(read[0], chain, NOW)
    else:
        with pytest.raises(ChainRefused):
            require_chain(read[0], chain, NOW)

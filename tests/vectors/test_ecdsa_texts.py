"""ECDSA with the keys and signatures of NIST, and of pyca for secp256k1, for which NIST has none."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from keyreeve.crypto.ec import EcPrivateKey, EcPublicKey, checked_private, private_der, public_der
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import SigningAlgorithm
from tests.vectors import ec_keys, ecdsa
from tests.vectors.counting import Count
from tests.vectors.ec_keys import K256, P256, Named
from tests.vectors.texts import cavp, numbers

SIG_GEN = [
    pytest.param(P256, "asymmetric/ECDSA/FIPS_186-3/SigGen.txt", 15, "NIST", id="P-256"),
    pytest.param(K256, "asymmetric/ECDSA/SECP256K1/SigGen.txt", 225, "pyca", id="secp256k1"),
]


def of_section(path: str, section: str, last: str) -> list[dict[str, str]]:
    return [case for case in cavp(path, last) if case["section"] == section]


def test_signatures_verify_where_nist_says_so(count_cases: Count):
    cases = of_section("asymmetric/ECDSA/FIPS_186-3/SigVer.rsp", P256.section, "Result")
    assert len(cases) == 15
    for case in cases:
        key = EcPublicKey(ec_keys.public_key(P256, case), P256.spec)
        digest = sha256(bytes.fromhex(case["Msg"])).digest()
        verified = key.verify(SigningAlgorithm.ECDSA_SHA_256, digest, ec_keys.signature(case))
        assert verified is case["Result"].startswith("P"), case["Result"]
    count_cases("NIST", len(cases))


@pytest.mark.parametrize(("curve", "path", "number", "source"), SIG_GEN)
def test_signatures_made_elsewhere_verify(curve: Named, path: str, number: int, source: str, count_cases: Count):
    cases = of_section(path, curve.section, "S")
    assert len(cases) == number
    for case in cases:
        key = EcPublicKey(ec_keys.public_key(curve, case), curve.spec)
        digest = sha256(bytes.fromhex(case["Msg"])).digest()
        assert key.verify(SigningAlgorithm.ECDSA_SHA_256, digest, ec_keys.signature(case))
        assert not key.verify(SigningAlgorithm.ECDSA_SHA_256, digest[::-1], ec_keys.signature(case))
    count_cases(source, number)


@pytest.mark.parametrize(("curve", "path", "number", "source"), SIG_GEN)
def test_signatures_by_the_keys_of_vectors_verify_elsewhere(
    curve: Named, path: str, number: int, source: str, count_cases: Count
):
    """By pyca/cryptography and by the second implementation: signatures are random, and not to be compared."""
    cases = of_section(path, curve.section, "S")[:30]
    for case in cases:
        pkcs8, message = ec_keys.private_key(curve, case), bytes.fromhex(case["Msg"])
        digest = sha256(message).digest()
        signature = EcPrivateKey(Secret(pkcs8)).sign(SigningAlgorithm.ECDSA_SHA_256, digest)
        public = serialization.load_der_public_key(ec_keys.public_key(curve, case))
        assert isinstance(public, ec.EllipticCurvePublicKey)
        public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        x, y = numbers(case, "Qx", "Qy")
        assert ecdsa.is_signature(curve.second, (x, y), digest, *decode_dss_signature(signature))
    assert len(cases) == min(number, 30)
    count_cases(source, len(cases))


@pytest.mark.parametrize(("curve", "path", "number", "source"), SIG_GEN)
def test_private_keys_from_outside_keep_their_numbers(curve: Named, path: str, number: int, source: str):
    keys = {case["d"]: case for case in of_section(path, curve.section, "S")}
    for case in keys.values():
        key = checked_private(ec_keys.private_key(curve, case), curve.spec)
        assert private_der(key) == ec_keys.private_key(curve, case)
        assert public_der(key.public_key()) == ec_keys.public_key(curve, case)
    assert len(keys) == number

"""RSA signatures over SHA-256 are those of NIST's CAVP files for FIPS 186-3."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from keyreeve.crypto.rsa import RsaPrivateKey, RsaPublicKey
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import SigningAlgorithm
from tests.vectors import rsa_keys
from tests.vectors.counting import Count
from tests.vectors.texts import cavp, numbers, octets

PSS, PKCS1 = SigningAlgorithm.RSA_PSS_SHA_256, SigningAlgorithm.RSA_PKCS1_SHA_256
SIG_GEN_PSS, SIG_GEN_PKCS1 = "/Signature/PKCS1-PSS/SigGenPSS_186-3.txt", "/Signature/PKCS1-v1.5/SigGen15_186-3.txt"
FIPS_186_2 = "asymmetric/RSA/FIPS_186-2"


def over_sha_256(path: str, last: str) -> list[dict[str, str]]:
    """The cases for keys of lengths that we have."""
    return [case for case in cavp(path, last) if case["SHAAlg"] == "SHA256" and case["mod"] in ("2048", "3072", "4096")]


def digest_of(case: dict[str, str]) -> bytes:
    return sha256(octets(case["Msg"])).digest()


def salt_bytes(case: dict[str, str]) -> int:
    """A salt of no bytes is written as 00."""
    return 0 if case["SaltVal"] == "00" else len(case["SaltVal"]) // 2


def verifies(case: dict[str, str], algorithm: SigningAlgorithm, digest: bytes) -> bool:
    key = RsaPublicKey(rsa_keys.public_key(*numbers(case, "n", "e")), int(case["mod"]))
    return key.verify(algorithm, digest, octets(case["S"]))


def pkcs1(case: dict[str, str]) -> bool:
    return case["Result"].startswith("P")


def pss(case: dict[str, str]) -> bool:
    return case["Result"].startswith("P") and salt_bytes(case) == 32


@pytest.mark.parametrize(
    ("path", "algorithm", "expected", "valid", "number"),
    [
        (f"{FIPS_186_2}/SigVer15_186-3.rsp", PKCS1, pkcs1, 9, 54),
        ("/Signature/PKCS1-v1.5/SigVer15_186-3.rsp", PKCS1, pkcs1, 6, 36),
        ("asymmetric/RSA/SigVer15EMTest.txt", PKCS1, pkcs1, 0, 18),
        ("/Signature/PKCS1-PSS/SigVerPSS_186-3.rsp", PSS, pss, 3, 36),
        (f"{FIPS_186_2}/SigVerPSS_186-3.rsp", PSS, pss, 0, 54),
    ],
)
def test_signatures_verify_where_nist_says_so(
    path: str,
    algorithm: SigningAlgorithm,
    expected: Callable[[dict[str, str]], bool],
    valid: int,
    number: int,
    count_cases: Count,
):
    """Those of PSS only with a salt of 32 bytes, which is what RSA_PSS_SHA_256 means."""
    cases = over_sha_256(path, "Result")
    assert (sum(map(expected, cases)), len(cases)) == (valid, number)
    for case in cases:
        assert verifies(case, algorithm, digest_of(case)) is expected(case), case["Result"]
    count_cases("NIST", number)


def test_pkcs1_signatures_are_made_byte_for_byte_and_verify(count_cases: Count):
    cases = over_sha_256(SIG_GEN_PKCS1, "S")
    assert len(cases) == 20
    for case in cases:
        key = RsaPrivateKey(Secret(rsa_keys.private_key_of_exponents(*numbers(case, "n", "e", "d"))))
        assert key.sign(PKCS1, digest_of(case)).hex() == case["S"]
        assert verifies(case, PKCS1, digest_of(case))
        assert not verifies(case, PKCS1, digest_of(case)[::-1])
    count_cases("NIST", len(cases))


def test_pss_signatures_made_by_nist_with_32_bytes_of_salt_verify(count_cases: Count):
    cases = over_sha_256(SIG_GEN_PSS, "SaltVal")
    assert sorted({(case["mod"], salt_bytes(case)) for case in cases}) == [("2048", 20), ("3072", 32)]
    assert len(cases) == 20
    for case in cases:
        assert verifies(case, PSS, digest_of(case)) is (salt_bytes(case) == 32)
        assert not verifies(case, PSS, digest_of(case)[::-1])
    count_cases("NIST", len(cases))


def test_pss_signatures_made_by_us_with_nists_keys_verify_elsewhere(count_cases: Count):
    cases = over_sha_256(SIG_GEN_PSS, "SaltVal")
    assert len(cases) == 20
    for case in cases:
        pkcs8 = rsa_keys.private_key_of_exponents(*numbers(case, "n", "e", "d"))
        signature = RsaPrivateKey(Secret(pkcs8)).sign(PSS, digest_of(case))
        public = serialization.load_der_public_key(rsa_keys.public_key(*numbers(case, "n", "e")))
        assert isinstance(public, rsa.RSAPublicKey)
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        public.verify(signature, octets(case["Msg"]), scheme, hashes.SHA256())
    count_cases("NIST", len(cases))

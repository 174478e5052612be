"""The encoded messages of RSA signatures are those that NIST's signatures hold (CAVP, FIPS 186-3)."""

import hashlib

import pytest

from keyreeve.crypto.rsa_padding import emsa_pkcs1, emsa_pss
from tests.vectors.counting import Count
from tests.vectors.test_rsa_signatures_nist import SIG_GEN_PKCS1, SIG_GEN_PSS
from tests.vectors.texts import cavp, numbers, octets

HASHES = {"SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}


def encoded_in(case: dict[str, str]) -> bytes:
    """What a signature opens to with its public key."""
    n, e, signature = numbers(case, "n", "e", "S")
    return pow(signature, e, n).to_bytes(int(case["mod"]) // 8, "big")


def encoded_here(case: dict[str, str]) -> bytes:
    name, size = HASHES[case["SHAAlg"]], int(case["mod"]) // 8
    digest = hashlib.new(name, octets(case["Msg"])).digest()
    if "SaltVal" not in case:
        return emsa_pkcs1(name, digest, size)
    return emsa_pss(name, digest, b"" if case["SaltVal"] == "00" else octets(case["SaltVal"]), size)


@pytest.mark.parametrize(("path", "last"), [(SIG_GEN_PKCS1, "S"), (SIG_GEN_PSS, "SaltVal")])
def test_encoded_messages_are_nists(path: str, last: str, count_cases: Count):
    cases = [case for case in cavp(path, last) if case["SHAAlg"] in HASHES]
    assert len(cases) == 60
    assert {case["SHAAlg"] for case in cases} == set(HASHES)
    for case in cases:
        assert encoded_here(case) == encoded_in(case)
    count_cases("NIST", len(cases))

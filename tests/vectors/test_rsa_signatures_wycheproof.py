"""RSA signatures over SHA-256, PSS with a salt of 32 bytes and PKCS #1 v1.5, are what Wycheproof says."""

from collections.abc import Callable

import pytest

from keyreeve.crypto.rsa import RsaPrivateKey, RsaPublicKey
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import SigningAlgorithm
from tests.vectors import wycheproof
from tests.vectors.counting import Count
from tests.vectors.wycheproof import Case, Group

PSS, PKCS1 = SigningAlgorithm.RSA_PSS_SHA_256, SigningAlgorithm.RSA_PKCS1_SHA_256


def wrong(group: Group, algorithm: SigningAlgorithm, expected: Callable[[Case], bool]) -> list[tuple[int, str]]:
    key = RsaPublicKey(group.data("publicKeyDer"), group.fields["keySize"])
    return group.wrong(lambda case: key.verify(algorithm, case.digest, case.data("sig")) is expected(case))


def is_valid(case: Case) -> bool:
    return case.valid


def never(case: Case) -> bool:
    return False


@pytest.mark.parametrize(("bits", "cases"), [(2048, 259), (3072, 259), (4096, 258)])
def test_pkcs1_signatures_verify_or_not(bits: int, cases: int, count_cases: Count):
    """The one "acceptable" case of each file has a DigestInfo without its NULL, and does not verify."""
    groups = wycheproof.groups("Signature", f"rsa_signature_{bits}_sha256", sha="SHA-256")
    assert wycheproof.number_of_cases(groups) == cases
    acceptable = [case.flags for group in groups for case in group.cases if case.result == "acceptable"]
    assert acceptable == [{"MissingNull"}]
    assert [wrong(group, PKCS1, is_valid) for group in groups] == [[]] * len(groups)
    count_cases("Wycheproof", cases)


@pytest.mark.parametrize(
    "name",
    [
        "rsa_pss_2048_sha256_mgf1_32",
        "rsa_pss_2048_sha256_mgf1_32_params",
        "rsa_pss_3072_sha256_mgf1_32",
        "rsa_pss_3072_sha256_mgf1_32_params",
        "rsa_pss_4096_sha256_mgf1_32",
    ],
)
def test_pss_signatures_verify_or_not(name: str, count_cases: Count):
    (group,) = wycheproof.groups("Signature", name)
    assert len(group.cases) == 108
    assert wrong(group, PSS, is_valid) == []
    count_cases("Wycheproof", len(group.cases))


def test_pss_signatures_with_another_mask_do_not_verify(count_cases: Count):
    (group,) = wycheproof.groups("Signature", "rsa_pss_2048_sha256_mgf1sha1_20")
    assert (len(group.cases), sum(case.valid for case in group.cases)) == (108, 63)
    assert wrong(group, PSS, never) == []
    count_cases("Wycheproof", len(group.cases))


@pytest.mark.parametrize("name", ["rsa_pss_2048_sha256_mgf1_0", "rsa_pss_2048_sha256_mgf1_0_params"])
def test_of_pss_signatures_without_salt_only_the_one_that_has_a_salt_verifies(name: str, count_cases: Count):
    (group,) = wycheproof.groups("Signature", name)
    assert (len(group.cases), sum(case.valid for case in group.cases)) == (103, 61)
    assert [comment for _, comment in wrong(group, PSS, never)] == ["s_len changed to 32"]
    count_cases("Wycheproof", len(group.cases))


@pytest.mark.parametrize("name", ["rsa_pss_misc", "rsa_pss_misc_params"])
def test_of_pss_signatures_with_every_salt_and_mask_one_verifies(name: str, count_cases: Count):
    groups = wycheproof.groups("Signature", name, sha="SHA-256")
    assert len(groups) == wycheproof.number_of_cases(groups) == 30

    def parameters(group: Group) -> tuple[str, int]:
        return group.fields["mgfSha"], group.fields["sLen"]

    verified = [parameters(group) for group in groups if wrong(group, PSS, never)]
    assert verified == [("SHA-256", 32)]
    assert not any(wrong(group, PSS, is_valid) for group in groups if parameters(group) == ("SHA-256", 32))
    count_cases("Wycheproof", len(groups))


@pytest.mark.parametrize(("bits", "cases"), [(2048, 10), (3072, 9), (4096, 8)])
def test_pkcs1_signatures_are_made_byte_for_byte(bits: int, cases: int, count_cases: Count):
    """The "acceptable" cases have the public exponent 3, and are made like the others."""
    groups = wycheproof.groups("Signature", f"rsa_pkcs1_{bits}_sig_gen", sha="SHA-256")
    assert wycheproof.number_of_cases(groups) == cases
    for group in groups:
        key = RsaPrivateKey(Secret(group.data("privateKeyPkcs8")))
        assert group.wrong(lambda case, key=key: key.sign(PKCS1, case.digest) == case.data("sig")) == []
    count_cases("Wycheproof", cases)

"""Signatures over SHA-384 and SHA-512, by RSA keys and on P-384, are what Wycheproof and NIST say."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from keyreeve.crypto.ec import EcPrivateKey, EcPublicKey
from keyreeve.crypto.rsa import RsaPrivateKey, RsaPublicKey
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import KeySpec, SigningAlgorithm
from tests.vectors import ec_keys, ecdsa, rsa_keys, wycheproof
from tests.vectors.counting import Count
from tests.vectors.ec_keys import P384
from tests.vectors.test_ecdsa_texts import of_section
from tests.vectors.test_rsa_signatures_nist import SIG_GEN_PKCS1, SIG_GEN_PSS, salt_bytes
from tests.vectors.texts import cavp, numbers, octets
from tests.vectors.wycheproof import Case, Group

PSS = {"384": SigningAlgorithm.RSA_PSS_SHA_384, "512": SigningAlgorithm.RSA_PSS_SHA_512}
PKCS1 = {"384": SigningAlgorithm.RSA_PKCS1_SHA_384, "512": SigningAlgorithm.RSA_PKCS1_SHA_512}
ECDSA = SigningAlgorithm.ECDSA_SHA_384
SIG_GEN_EC = "asymmetric/ECDSA/FIPS_186-3/SigGen.txt"
bits_of_hash = pytest.mark.parametrize("bits", ["384", "512"])


def hashed(bits: str, message: bytes) -> bytes:
    return hashlib.new(f"sha{bits}", message).digest()


def verified_by_rsa(group: Group, algorithm: SigningAlgorithm, case: Case) -> bool:
    key = RsaPublicKey(group.data("publicKeyDer"), group.fields["keySize"])
    return key.verify(algorithm, hashed(algorithm[-3:], case.data("msg")), case.data("sig"))


@pytest.mark.parametrize(
    ("size", "bits", "number"),
    [
        *((2048, "384", 258), (2048, "512", 259)),
        *((3072, "384", 259), (3072, "512", 260)),
        *((4096, "384", 259), (4096, "512", 259)),
    ],
)
def test_pkcs1_signatures_verify_or_not(size: int, bits: str, number: int, count_cases: Count):
    groups = wycheproof.groups("Signature", f"rsa_signature_{size}_sha{bits}", sha=f"SHA-{bits}")
    assert wycheproof.number_of_cases(groups) == number
    for group in groups:
        assert group.wrong(lambda case, group=group: verified_by_rsa(group, PKCS1[bits], case) is case.valid) == []
    count_cases("Wycheproof", number)


@pytest.mark.parametrize(
    ("name", "bits", "number"),
    [
        ("rsa_pss_2048_sha384_mgf1_48", "384", 141),
        ("rsa_pss_4096_sha384_mgf1_48", "384", 141),
        ("rsa_pss_4096_sha512_mgf1_64", "512", 179),
        ("rsa_pss_4096_sha512_mgf1_64_params", "512", 179),
    ],
)
def test_pss_signatures_verify_or_not(name: str, bits: str, number: int, count_cases: Count):
    (group,) = wycheproof.groups("Signature", name)
    assert len(group.cases) == number
    assert group.wrong(lambda case: verified_by_rsa(group, PSS[bits], case) is case.valid) == []
    count_cases("Wycheproof", number)


@pytest.mark.parametrize("name", ["rsa_pss_4096_sha512_mgf1_32", "rsa_pss_4096_sha512_mgf1_32_params"])
def test_pss_signatures_with_a_shorter_salt_do_not_verify(name: str, count_cases: Count):
    (group,) = wycheproof.groups("Signature", name)
    assert sum(case.valid for case in group.cases) == 132
    assert not any(verified_by_rsa(group, PSS["512"], case) for case in group.cases)
    count_cases("Wycheproof", len(group.cases))


@bits_of_hash
@pytest.mark.parametrize("name", ["rsa_pss_misc", "rsa_pss_misc_params"])
def test_of_pss_signatures_with_every_salt_and_mask_one_verifies(name: str, bits: str, count_cases: Count):
    groups = wycheproof.groups("Signature", name, sha=f"SHA-{bits}")
    assert len(groups) == wycheproof.number_of_cases(groups) == 30
    verified = [group.fields for group in groups if verified_by_rsa(group, PSS[bits], group.cases[0])]
    assert [(one["mgfSha"], one["sLen"]) for one in verified] == [(f"SHA-{bits}", int(bits) // 8)]
    count_cases("Wycheproof", len(groups))


@pytest.mark.parametrize(
    ("size", "bits", "number"),
    [(2048, "384", 8), (2048, "512", 9), (3072, "384", 8), (3072, "512", 9), (4096, "384", 8), (4096, "512", 8)],
)
def test_pkcs1_signatures_are_made_byte_for_byte(size: int, bits: str, number: int, count_cases: Count):
    groups = wycheproof.groups("Signature", f"rsa_pkcs1_{size}_sig_gen", sha=f"SHA-{bits}")
    assert wycheproof.number_of_cases(groups) == number
    for group in groups:
        key = RsaPrivateKey(Secret(group.data("privateKeyPkcs8")))
        for case in group.cases:
            assert key.sign(PKCS1[bits], hashed(bits, case.data("msg"))) == case.data("sig")
    count_cases("Wycheproof", number)


@bits_of_hash
def test_nists_pkcs1_signatures_are_made_byte_for_byte(bits: str, count_cases: Count):
    cases = [one for one in cavp(SIG_GEN_PKCS1, "S") if one["SHAAlg"] == f"SHA{bits}" and one["mod"] != "1024"]
    assert len(cases) == 20
    for case in cases:
        key = RsaPrivateKey(Secret(rsa_keys.private_key_of_exponents(*numbers(case, "n", "e", "d"))))
        assert key.sign(PKCS1[bits], hashed(bits, octets(case["Msg"]))).hex() == case["S"]
    count_cases("NIST", len(cases))


@bits_of_hash
def test_nists_pss_signatures_verify_if_the_salt_is_as_long_as_the_hash(bits: str, count_cases: Count):
    cases = [one for one in cavp(SIG_GEN_PSS, "SaltVal") if one["SHAAlg"] == f"SHA{bits}" and one["mod"] != "1024"]
    assert len(cases) == 20
    for case in cases:
        key = RsaPublicKey(rsa_keys.public_key(*numbers(case, "n", "e")), int(case["mod"]))
        verified = key.verify(PSS[bits], hashed(bits, octets(case["Msg"])), octets(case["S"]))
        assert verified is (salt_bytes(case) == int(bits) // 8)
    count_cases("NIST", len(cases))


def verified_on_p384(group: Group, digest: bytes, signature: bytes) -> bool:
    return EcPublicKey(group.data("publicKeyDer"), KeySpec.EC_P384).verify(ECDSA, digest, signature)


@pytest.mark.parametrize(("name", "number"), [("sha384", 504), ("sha3_384", 504), ("sha512", 542), ("sha3_512", 536)])
def test_signatures_on_p384_in_der_verify_or_not(name: str, number: int, count_cases: Count):
    """ECDSA looks at the leftmost 384 bits of a digest (FIPS 186-5 section 6.4.1)."""
    groups = wycheproof.groups("Signature", f"ecdsa_secp384r1_{name}")
    assert wycheproof.number_of_cases(groups) == number
    for group in groups:
        for case in group.cases:
            digest = hashlib.new(name, case.data("msg")).digest()[:48]
            assert verified_on_p384(group, digest, case.data("sig")) is case.valid, case.comment
    count_cases("Wycheproof", number)


def test_signatures_on_p384_as_two_numbers_verify_once_they_are_in_der(count_cases: Count):
    groups = wycheproof.groups("Signature", "ecdsa_secp384r1_sha384_p1363")
    assert wycheproof.number_of_cases(groups) == 280
    for group in groups:
        for case in group.cases:
            digest, signature = hashed("384", case.data("msg")), case.data("sig")
            r, s = (int.from_bytes(half, "big") for half in (signature[:48], signature[48:]))
            fits = len(signature) == 96
            assert (fits and verified_on_p384(group, digest, encode_dss_signature(r, s))) is case.valid, case.comment
            assert not verified_on_p384(group, digest, signature)
    count_cases("Wycheproof", 280)


def test_signatures_on_p384_are_nists(count_cases: Count):
    verifying = of_section("asymmetric/ECDSA/FIPS_186-3/SigVer.rsp", P384.section, "Result")
    generating = of_section(SIG_GEN_EC, P384.section, "S")
    assert (len(verifying), len(generating)) == (15, 15)
    for case in (*verifying, *generating):
        key, digest = EcPublicKey(ec_keys.public_key(P384, case), P384.spec), hashed("384", octets(case["Msg"]))
        assert key.verify(ECDSA, digest, ec_keys.signature(case)) is case.get("Result", "P").startswith("P")
    for case in generating:
        key, digest = EcPublicKey(ec_keys.public_key(P384, case), P384.spec), hashed("384", octets(case["Msg"]))
        made = EcPrivateKey(Secret(ec_keys.private_key(P384, case))).sign(ECDSA, digest)
        x, y = numbers(case, "Qx", "Qy")
        assert ecdsa.is_signature(P384.second, (x, y), digest, *decode_dss_signature(made))
        assert not key.verify(ECDSA, digest[::-1], made)
    count_cases("NIST", len(verifying) + len(generating))

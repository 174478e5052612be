"""ECDSA verification is what Wycheproof says. The API takes a digest, so that any hash of 32 bytes will do."""

import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from keyreeve.crypto.ec import EcPublicKey
from keyreeve.crypto.specs import KeySpec, SigningAlgorithm
from tests.vectors import ecdsa, wycheproof
from tests.vectors.counting import Count
from tests.vectors.wycheproof import Case, Group

SPECS = {"secp256r1": KeySpec.EC_P256, "secp256k1": KeySpec.EC_P256K}
CURVES = {"secp256r1": ecdsa.SECP256R1, "secp256k1": ecdsa.SECP256K1}
# ECDSA looks at the leftmost 256 bits of a digest (FIPS 186-5 section 6.4.1).
DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "sha256": lambda message: hashlib.sha256(message).digest(),
    "sha3_256": lambda message: hashlib.sha3_256(message).digest(),
    "sha512": lambda message: hashlib.sha512(message).digest()[:32],
    "sha3_512": lambda message: hashlib.sha3_512(message).digest()[:32],
}


def verifies(group: Group, curve: str, digest: bytes, signature: bytes) -> bool:
    key = EcPublicKey(group.data("publicKeyDer"), SPECS[curve])
    return key.verify(SigningAlgorithm.ECDSA_SHA_256, digest, signature)


@pytest.mark.parametrize(
    ("curve", "digest", "cases"),
    [
        ("secp256r1", "sha256", 484),
        ("secp256r1", "sha3_256", 482),
        ("secp256r1", "sha512", 554),
        ("secp256r1", "sha3_512", 548),
        ("secp256k1", "sha256", 476),
        ("secp256k1", "sha3_256", 474),
        ("secp256k1", "sha512", 546),
        ("secp256k1", "sha3_512", 540),
    ],
)
def test_signatures_in_der_verify_or_not(curve: str, digest: str, cases: int, count_cases: Count):
    groups = wycheproof.groups("Signature", f"ecdsa_{curve}_{digest}")
    assert wycheproof.number_of_cases(groups) == cases
    for group in groups:

        def is_right(case: Case, group: Group = group) -> bool:
            return verifies(group, curve, DIGESTS[digest](case.data("msg")), case.data("sig")) is case.valid

        assert group.wrong(is_right) == []
    count_cases("Wycheproof", cases)


@pytest.mark.parametrize(("curve", "cases"), [("secp256r1", 262), ("secp256k1", 252)])
def test_signatures_as_two_numbers_verify_or_not_once_they_are_in_der(curve: str, cases: int, count_cases: Count):
    groups = wycheproof.groups("Signature", f"ecdsa_{curve}_sha256_p1363")
    assert wycheproof.number_of_cases(groups) == cases
    for group in groups:

        def is_right(case: Case, group: Group = group) -> bool:
            return verifies(group, curve, case.digest, in_der(case.data("sig"))) is case.valid

        assert group.wrong(is_right) == []
        assert group.wrong(lambda case, group=group: not verifies(group, curve, case.digest, case.data("sig"))) == []
    count_cases("Wycheproof", cases)


def in_der(two_numbers: bytes) -> bytes:
    """Nothing, if they are not of 32 bytes each."""
    if len(two_numbers) != 64:
        return b""
    r, s = (int.from_bytes(half, "big") for half in (two_numbers[:32], two_numbers[32:]))
    return encode_dss_signature(r, s)


def test_of_what_bitcoin_refuses_only_large_s_verify(count_cases: Count):
    groups = wycheproof.groups("Signature", "ecdsa_secp256k1_sha256_bitcoin")
    assert wycheproof.number_of_cases(groups) == 464
    large = 0
    for group in groups:
        for case in group.cases:
            verified = verifies(group, "secp256k1", case.digest, case.data("sig"))
            if verified and not case.valid:
                assert decode_dss_signature(case.data("sig"))[1] > ecdsa.SECP256K1.n // 2
                large += 1
            else:
                assert verified is case.valid, case.comment
    assert large == 2
    count_cases("Wycheproof", 464)


@pytest.mark.parametrize(("curve", "cases"), [("secp256r1", 64), ("secp256k1", 62)])
def test_the_second_implementation_agrees_with_wycheproof(curve: str, cases: int):
    """On every fourth case that is well formed, as decoding is not its business."""
    verdicts: list[bool] = []
    for group in wycheproof.groups("Signature", f"ecdsa_{curve}_sha256_p1363"):
        point = int(group.fields["publicKey"]["wx"], 16), int(group.fields["publicKey"]["wy"], 16)
        for case in group.cases:
            if case.number % 4 == 0 and (signature := in_der(case.data("sig"))):
                r, s = decode_dss_signature(signature)
                verdicts.append(ecdsa.is_signature(CURVES[curve], point, case.digest, r, s))
                assert verdicts[-1] is case.valid, case.comment
    assert (len(verdicts), set(verdicts)) == (cases, {True, False})

"""Message keys come from HKDF's second step; its first step is made here, from RFC 5869 section 2.2."""

import hmac

import pytest

from keyreeve.crypto.message_key import expand
from tests.vectors import wycheproof
from tests.vectors.counting import Count
from tests.vectors.texts import cavp


def extract(salt: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), secret, "sha256")


def test_wycheproofs_keys_are_derived(count_cases: Count):
    cases = [case for group in wycheproof.groups("Protocol", "hkdf_sha256") for case in group.cases if case.valid]
    assert len(cases) == 83
    for case in cases:
        prk = extract(case.data("salt"), case.data("ikm"))
        assert expand(prk, case.data("info"), case.fields["size"]) == case.data("okm")
    count_cases("Wycheproof", len(cases))


def test_more_than_255_blocks_are_not_derived(count_cases: Count):
    cases = [case for group in wycheproof.groups("Protocol", "hkdf_sha256") for case in group.cases if not case.valid]
    assert len(cases) == 3
    for case in cases:
        assert case.flags == {"SizeTooLarge"}
        with pytest.raises(ValueError, match="range"):
            expand(extract(case.data("salt"), case.data("ikm")), case.data("info"), case.fields["size"])
    count_cases("Wycheproof", len(cases))


@pytest.mark.parametrize(
    ("name", "number", "source"), [("rfc-5869-HKDF-SHA256", 3, "IETF"), ("hkdf-generated", 1, "pyca")]
)
def test_the_keys_of_rfc_5869_and_a_long_one_are_derived(name: str, number: int, source: str, count_cases: Count):
    cases = list(cavp(f"KDF/{name}.txt", "OKM"))
    assert len(cases) == number
    for case in cases:
        secret, salt, info, output = (bytes.fromhex(case[name]) for name in ("IKM", "salt", "info", "OKM"))
        prk = extract(salt, secret)
        assert prk.hex() == case.get("PRK", prk.hex())
        assert expand(prk, info, int(case["L"])) == output
    count_cases(source, number)

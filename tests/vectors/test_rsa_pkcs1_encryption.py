"""RSAES-PKCS1-v1_5 decryption tells good ciphertexts from bad ones, although OpenSSL answers bad ones with bytes."""

import pytest

from keyreeve.crypto.rsa import Pkcs1Decrypter
from keyreeve.crypto.secret import Secret
from tests.vectors import rsa_keys, wycheproof
from tests.vectors.counting import Count
from tests.vectors.texts import cavp, rsa_laboratories


def opened(decrypter: Pkcs1Decrypter, ciphertext: bytes) -> bytes | None:
    plaintext, is_plaintext = decrypter.decrypt(ciphertext)
    return plaintext if is_plaintext else None


def wrong(group: wycheproof.Group) -> list[tuple[int, str]]:
    decrypter = Pkcs1Decrypter(Secret(group.data("privateKeyPkcs8")))
    return group.wrong(lambda case: opened(decrypter, case.data("ct")) == (case.data("msg") if case.valid else None))


@pytest.mark.parametrize(("bits", "valid", "cases"), [(2048, 42, 67), (3072, 41, 67), (4096, 41, 67)])
def test_wycheproofs_ciphertexts_are_told_apart(bits: int, valid: int, cases: int, count_cases: Count):
    groups = wycheproof.groups("Cipher", f"rsa_pkcs1_{bits}")
    assert wycheproof.number_of_cases(groups) == cases
    assert sum(case.valid for group in groups for case in group.cases) == valid
    assert [wrong(group) for group in groups] == [[]] * len(groups)
    count_cases("Wycheproof", cases)


@pytest.mark.parametrize("bits", ["2048", "2049", "3072", "4096"])
def test_the_answers_of_implicit_rejection_are_given_but_not_taken_for_plaintexts(bits: str, count_cases: Count):
    """Bad ciphertexts have answers in the draft, which must come too: so the work is the same."""
    cases = [case for case in cavp("/Cipher/PKCS1_v1_5/implicit_rejection.txt", "Msg") if case["section"] == bits]
    valid = {case["Ct"]: case["Comment"].startswith("Valid") for case in cases}
    assert (len(valid), sum(valid.values())) == (12, 3)
    for case in cases:
        decrypter = Pkcs1Decrypter(Secret(bytes.fromhex(case["Key"])))
        answer = decrypter.decrypt(bytes.fromhex(case["Ct"]))
        assert answer == (bytes.fromhex(case["Msg"]), valid[case["Ct"]]), case["Comment"]
    count_cases("IETF", len(cases))


def test_the_ciphertexts_of_rsa_laboratories_open(count_cases: Count):
    cases = list(rsa_laboratories("asymmetric/RSA/pkcs1v15crypt-vectors.txt", "Encryption"))
    assert len(cases) == 300
    for case in cases:
        decrypter = Pkcs1Decrypter(Secret(rsa_keys.of_laboratories(case)))
        assert opened(decrypter, case["Encryption"]) == case["Message"]
    count_cases("RSA Laboratories", len(cases))

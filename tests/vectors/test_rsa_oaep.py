"""RSA-OAEP decryption, with no label and MGF1 over the hash of the label, is what its vectors say."""

import pytest

from keyreeve.crypto.keypair import DecryptionFailed
from keyreeve.crypto.rsa import RsaPrivateKey
from keyreeve.crypto.secret import Secret
from keyreeve.crypto.specs import EncryptionAlgorithm
from tests.vectors import rsa_keys, wycheproof
from tests.vectors.counting import Count
from tests.vectors.texts import rsa_laboratories

SHA_1, SHA_256 = EncryptionAlgorithm.RSAES_OAEP_SHA_1, EncryptionAlgorithm.RSAES_OAEP_SHA_256
OURS = {("SHA-1", "SHA-1"): SHA_1, ("SHA-256", "SHA-256"): SHA_256}
MISC = "rsa_oaep_misc"


def opened(key: RsaPrivateKey, algorithm: EncryptionAlgorithm, ciphertext: bytes) -> bytes | None:
    try:
        return key.decrypt(algorithm, ciphertext)
    except DecryptionFailed:
        return None


def wrong(group: wycheproof.Group, algorithm: EncryptionAlgorithm) -> list[tuple[int, str]]:
    """A label is not ours to give, so that what was encrypted with one does not open."""
    key, ours = RsaPrivateKey(Secret(group.data("privateKeyPkcs8"))), algorithm is OURS.get(hashes_of(group))

    def is_right(case: wycheproof.Case) -> bool:
        opens = ours and case.valid and not case.data("label")
        return opened(key, algorithm, case.data("ct")) == (case.data("msg") if opens else None)

    return group.wrong(is_right)


def hashes_of(group: wycheproof.Group) -> tuple[str, str]:
    return group.fields["sha"], group.fields["mgfSha"]


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("rsa_oaep_2048_sha1_mgf1sha1", 36),
        ("rsa_oaep_2048_sha256_mgf1sha256", 37),
        ("rsa_oaep_3072_sha256_mgf1sha256", 37),
        ("rsa_oaep_4096_sha256_mgf1sha256", 37),
    ],
)
def test_what_wycheproof_encrypted_opens_and_what_it_spoiled_does_not(name: str, cases: int, count_cases: Count):
    (group,) = wycheproof.groups("Cipher", name)
    assert len(group.cases) == cases
    assert wrong(group, OURS[hashes_of(group)]) == []
    count_cases("Wycheproof", cases)


@pytest.mark.parametrize(("sha", "groups", "cases"), [("SHA-1", 4, 12), ("SHA-256", 8, 34)])
def test_wycheproofs_special_keys_open_their_ciphertexts(sha: str, groups: int, cases: int, count_cases: Count):
    found = wycheproof.groups("Cipher", MISC, sha=sha, mgfSha=sha)
    assert (len(found), wycheproof.number_of_cases(found)) == (groups, cases)
    assert [wrong(group, OURS[sha, sha]) for group in found] == [[]] * groups
    count_cases("Wycheproof", cases)


@pytest.mark.parametrize("algorithm", [SHA_1, SHA_256])
def test_nothing_opens_that_was_encrypted_with_other_hashes(algorithm: EncryptionAlgorithm, count_cases: Count):
    found = [group for group in wycheproof.groups("Cipher", MISC) if hashes_of(group) not in OURS]
    cases = wycheproof.number_of_cases(found)
    assert cases == 395 - 12 - 34
    assert [wrong(group, algorithm) for group in found] == [[]] * len(found)
    count_cases("Wycheproof", cases)


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_nothing_opens_whose_mask_is_of_sha_1_and_whose_label_of_sha_256(bits: int, count_cases: Count):
    (group,) = wycheproof.groups("Cipher", f"rsa_oaep_{bits}_sha256_mgf1sha1")
    assert any(case.valid for case in group.cases)
    assert [wrong(group, algorithm) for algorithm in (SHA_1, SHA_256)] == [[], []]
    count_cases("Wycheproof", len(group.cases))


@pytest.mark.parametrize(
    ("path", "algorithm", "source"),
    [
        ("pkcs-1v2-1d2-vec/oaep-vect.txt", SHA_1, "RSA Laboratories"),
        ("oaep-custom/oaep-sha256-sha256.txt", SHA_256, "pyca"),
    ],
)
def test_the_ciphertexts_of_others_open(path: str, algorithm: EncryptionAlgorithm, source: str, count_cases: Count):
    cases = list(rsa_laboratories(f"asymmetric/RSA/{path}", "Encryption"))
    assert len(cases) == 60
    for case in cases:
        key = RsaPrivateKey(Secret(rsa_keys.of_laboratories(case)))
        assert opened(key, algorithm, case["Encryption"]) == case["Message"]
    count_cases(source, len(cases))

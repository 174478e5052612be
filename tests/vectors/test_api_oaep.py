"""AsymmetricDecrypt with Wycheproof's keys, which come into the server by import, is what Wycheproof says."""

import base64

import pytest

from tests.support.client import Answer, Client
from tests.vectors import wycheproof
from tests.vectors.counting import Count
from tests.vectors.keys_by_import import Imported, import_pair

SOURCE = "Wycheproof over the API"
ALGORITHMS = {"SHA-1": "RSAES_OAEP_SHA_1", "SHA-256": "RSAES_OAEP_SHA_256"}


def imported(client: Client, group: wycheproof.Group) -> Imported:
    spec = f"RSA_{group.fields['keySize']}"
    return import_pair(client, spec, "ENCRYPT/DECRYPT", group.data("privateKeyPkcs8"))


def is_refused(answer: Answer, ciphertext: bytes) -> bool:
    """An empty parameter is a missing one."""
    code = "InvalidParameter" if ciphertext else "MissingParameter"
    return (answer.status, answer.code) == (400, code) and '"CiphertextBlob"' in answer.json["Message"]


def wrong(key: Imported, group: wycheproof.Group) -> list[tuple[int, str]]:
    """The API gives no label, so that what was encrypted with one is refused."""

    def is_right(case: wycheproof.Case) -> bool:
        answer = decrypt(key, group, case.data("ct"))
        if not case.valid or case.data("label"):
            return is_refused(answer, case.data("ct"))
        return answer.status == 200 and base64.b64decode(answer.json["Plaintext"], validate=True) == case.data("msg")

    return group.wrong(is_right)


def decrypt(key: Imported, group: wycheproof.Group, ciphertext: bytes) -> Answer:
    return key.answer("AsymmetricDecrypt", Algorithm=ALGORITHMS[group.fields["sha"]], CiphertextBlob=ciphertext)


@pytest.mark.parametrize(
    ("name", "cases"),
    [
        ("rsa_oaep_2048_sha1_mgf1sha1", 36),
        ("rsa_oaep_2048_sha256_mgf1sha256", 37),
        ("rsa_oaep_3072_sha256_mgf1sha256", 37),
        ("rsa_oaep_4096_sha256_mgf1sha256", 37),
    ],
)
def test_what_wycheproof_encrypted_opens_and_what_it_spoiled_is_refused(
    sqlite_client: Client, name: str, cases: int, count_cases: Count
):
    (group,) = wycheproof.groups("Cipher", name)
    assert len(group.cases) == cases
    assert wrong(imported(sqlite_client, group), group) == []
    count_cases(SOURCE, cases)


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
@pytest.mark.parametrize("sha", ALGORITHMS)
def test_wycheproofs_special_keys_open_their_ciphertexts(
    sqlite_client: Client, bits: int, sha: str, count_cases: Count
):
    (group,) = wycheproof.groups("Cipher", "rsa_oaep_misc", keySize=bits, sha=sha, mgfSha=sha)
    assert len(group.cases) == 3
    assert wrong(imported(sqlite_client, group), group) == []
    count_cases(SOURCE, len(group.cases))


def test_an_empty_message_comes_back_as_an_empty_text(client: Client):
    (group,) = wycheproof.groups("Cipher", "rsa_oaep_2048_sha256_mgf1sha256")
    (empty,) = [case for case in group.cases if case.valid and not case.data("msg")]
    assert decrypt(imported(client, group), group, empty.data("ct")).json["Plaintext"] == ""


def test_a_ciphertext_of_another_length_is_refused(client: Client):
    (group,) = wycheproof.groups("Cipher", "rsa_oaep_2048_sha256_mgf1sha256")
    key, ciphertext = imported(client, group), group.cases[2].data("ct")
    assert decrypt(key, group, ciphertext).status == 200
    for other in (b"", ciphertext[:1], ciphertext[:-1], ciphertext[1:], ciphertext + b"\0", b"\0" + ciphertext):
        assert is_refused(decrypt(key, group, other), other)

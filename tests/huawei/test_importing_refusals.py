"""Imports that the Huawei door refuses: wrong blobs, wrong fields, who may not. Nothing is stored of them."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.huawei.imports import OAEP, SYMMETRIC_WRAPPINGS, Given, Owner, code, new_owner
from tests.huawei.malformed import is_refusal, malformed
from tests.importing.materials import own_pair
from tests.ram.calls import allow

P_256 = "EC_P256"
SHA_1, SHA_256 = hashes.SHA1(), hashes.SHA256()  # noqa: S303  # what the algorithms are made of
RIGHTS = {
    "get-parameters-for-import": "kms:GetParametersForImport",
    "import-key-material": "kms:ImportKeyMaterial",
    "delete-imported-key-material": "kms:DeleteKeyMaterial",
}


def blobs_for(given: Given, material: bytes) -> dict[str, bytes]:
    good = given.wrap(material)
    size = len(material)
    lengths = {f"{n} bytes": given.wrap(os.urandom(n)) for n in (1, 8, size - 1, size + 1, size * 2)}
    return {
        **lengths,
        "hexadecimal": given.wrap(material[: size // 2].hex().encode() + b"\n"),
        "cut": good[:-1],
        "cut in front": good[1:],
        "longer": good + b"\0",
        "changed": good[:-1] + bytes((good[-1] ^ 1,)),
        "changed in front": bytes((good[0] ^ 1,)) + good[1:],
        "noise": os.urandom(len(good)),
        "zeros": bytes(len(good)),
        "ones": b"\xff" * len(good),
        "one byte": b"\4",
        "in the clear": material,
        "as much as may be": os.urandom(270),
    }


@pytest.mark.parametrize("algorithm", SYMMETRIC_WRAPPINGS)
@pytest.mark.parametrize("spec", ["AES_256", "SM4"])
def test_what_does_not_open_to_a_key_is_refused_in_one_way(owner: Owner, algorithm: str, spec: str):
    given, material = owner.waiting(spec, algorithm), os.urandom(32 if spec == "AES_256" else 16)
    answers = {name: owner.send(given.blobs(blob)) for name, blob in blobs_for(given, material).items()}
    assert {name: code(answer) for name, answer in answers.items()} == dict.fromkeys(answers, (400, "KMS.2604"))
    assert len({answer.json["error"]["error_msg"] for answer in answers.values()}) == 1
    assert owner.state(given.key_id) == "5"
    assert owner.send(given.symmetric(material)).code == "OK"


def test_another_padding_is_refused(owner: Owner):
    given = owner.waiting()
    public = serialization.load_der_public_key(given.spki)
    assert isinstance(public, rsa.RSAPublicKey)
    others = [
        padding.PKCS1v15(),
        padding.OAEP(padding.MGF1(SHA_1), SHA_1, None),
        padding.OAEP(padding.MGF1(SHA_1), SHA_256, None),
        padding.OAEP(padding.MGF1(SHA_256), SHA_256, b"label"),
    ]
    for other in others:
        assert code(owner.send(given.blobs(public.encrypt(bytes(32), other)))) == (400, "KMS.2604")
    assert owner.state(given.key_id) == "5"


def good_bodies(owner: Owner) -> dict[str, dict[str, Any]]:
    given = owner.waiting(P_256)
    return {
        "get-parameters-for-import": {"key_id": given.key_id, "wrapping_algorithm": OAEP},
        "import-key-material": {**given.pair(own_pair(P_256).pkcs8), "expiration_time": 2**32},
        "delete-imported-key-material": {"key_id": given.key_id},
    }


@pytest.mark.parametrize("word", RIGHTS)
def test_no_wrong_field_does_more_than_be_refused(owner: Owner, word: str):
    good = {**good_bodies(owner)[word], "sequence": "919c82d4-8046-4722-9094-35c3c6524cff"}
    for body in malformed(good, optional=("sequence", "expiration_time")):
        answer = owner.raw.send("POST", f"kms/{word}", body)
        assert is_refusal(answer), (body, answer.body)
    if word == "import-key-material":
        assert owner.state(good["key_id"]) == "5"
        assert owner.raw.post(word, **good).code == "OK"


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"key_id": "x"}, "KMS.0205"),
        ({"key_id": "alias/x"}, "KMS.0205"),
        ({"key_id": "0d0466b0-e727-4d9c-b35d-f84bb474a37f"}, "KMS.0207"),
        ({"import_token": "A" * 6145}, "KMS.2605"),
        ({"encrypted_key_material": "A" * 364}, "KMS.0308"),
        ({"encrypted_key_material": "A" * 343}, "KMS.0308"),
        ({"encrypted_key_material": "*" * 344}, "KMS.0308"),
        ({"encrypted_privatekey": "A" * 6148}, "KMS.2609"),
        ({"encrypted_privatekey": "A" * 201}, "KMS.2609"),
        ({"sequence": "x"}, "KMS.0206"),
    ],
)
def test_a_wrong_field_has_its_code(owner: Owner, wrong: dict[str, str], expected: str):
    good = owner.waiting(P_256).pair(own_pair(P_256).pkcs8)
    assert owner.send({**good, **wrong}).code == expected


@pytest.mark.parametrize(
    "algorithm", ["", "RSA", "rsaes_oaep_sha_256", "SM2PKE", "RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_512"]
)
def test_other_algorithms_are_refused(owner: Owner, algorithm: str):
    key_id = owner.external_key()
    answer = owner.raw.post("get-parameters-for-import", key_id=key_id, wrapping_algorithm=algorithm)
    assert code(answer) == (400, "KMS.0308" if algorithm else "KMS.0204")


def test_a_key_of_another_account_is_not_there(owner: Owner):
    stranger = new_owner(owner.server)
    for word, body in good_bodies(owner).items():
        assert code(stranger.raw.post(word, **body)) == (404, "KMS.0207")


@pytest.mark.parametrize("word", RIGHTS)
def test_a_user_needs_the_right_for_it(owner: Owner, word: str):
    given = owner.waiting()
    if word == "delete-imported-key-material":
        assert owner.send(given.symmetric(bytes(32))).code == "OK"
    body: dict[str, Any] = {
        "get-parameters-for-import": {"key_id": given.key_id, "wrapping_algorithm": OAEP},
        "import-key-material": given.symmetric(bytes(32)),
        "delete-imported-key-material": {"key_id": given.key_id},
    }[word]
    others = [allow(action) for action in ("kms:DescribeKey", *RIGHTS.values()) if action != RIGHTS[word]]
    state = owner.state(given.key_id)
    assert code(owner.new_user(*others).raw.post(word, **body)) == (403, "KMS.0306")
    assert owner.state(given.key_id) == state
    right = allow(RIGHTS[word], owner.arn(f"key/{given.key_id}"))
    assert owner.new_user(right).raw.post(word, **body).code == "OK"


def test_of_imports_at_once_one_wins(owner: Owner):
    given = owner.waiting()
    every = [given.symmetric(os.urandom(32)) for _ in range(6)]
    with ThreadPoolExecutor(len(every)) as pool:
        codes = [answer.code for answer in pool.map(owner.send, every)]
    assert sorted(codes) == ["KMS.0310"] * 5 + ["OK"]
    winner = every[codes.index("OK")]
    assert owner.delete_material(given.key_id) == "OK"
    assert {owner.send(other).code for other in every if other is not winner} == {"KMS.2606"}
    assert owner.send(winner).code == "OK"

"""Blobs under imported AES keys of NIST's vectors are those of docs/formats/ciphertext.md, written a second time."""

import base64
import json
import os
from itertools import islice
from uuid import UUID

import pytest

from tests.crypto import blob_format
from tests.support.client import Client
from tests.vectors.counting import Count
from tests.vectors.keys_by_import import Imported, import_symmetric
from tests.vectors.texts import cavp

TEXT = 1
SUITES = {128: 1, 192: 2, 256: 3}


def nist_cases(bits: int, number: int) -> list[dict[str, str]]:
    """Each with a plaintext, which the API takes as text: its hex; evenly spread over the file."""
    cases = (case for case in cavp(f"ciphers/AES/GCM/gcmEncryptExtIV{bits}.rsp", "Tag") if case["PT"])
    return list(islice(cases, 0, None, 600))[:number]


def context_of(case: dict[str, str]) -> dict[str, str]:
    return {"aad": case["AAD"]} if case["AAD"] else {}


def parameters_of(case: dict[str, str]) -> dict[str, str]:
    context = context_of(case)
    return {"EncryptionContext": json.dumps(context)} if context else {}


@pytest.mark.parametrize("bits", [128, 192, 256])
def test_blobs_open_elsewhere_and_those_from_elsewhere_open_here(client: Client, bits: int, count_cases: Count):
    cases = nist_cases(bits, 8)
    assert len(cases) == 8
    for case in cases:
        key = import_symmetric(client, f"Aliyun_AES_{bits}", bytes.fromhex(case["Key"]))
        ours_opens_elsewhere(key, SUITES[bits], case)
        theirs_opens_here(key, SUITES[bits], case)
    count_cases("NIST over the API", len(cases))


def ours_opens_elsewhere(key: Imported, suite: int, case: dict[str, str]) -> None:
    context = blob_format.canonical(context_of(case))
    blob = key.client.call("Encrypt", KeyId=key.key_id, Plaintext=case["PT"], **parameters_of(case))["CiphertextBlob"]
    assert base64.b64decode(blob)[5:37] == UUID(key.key_id).bytes + UUID(key.version_id).bytes
    assert blob_format.open_sealed(suite, bytes.fromhex(case["Key"]), blob, context) == case["PT"].encode()


def theirs_opens_here(key: Imported, suite: int, case: dict[str, str]) -> None:
    blob = sealed_elsewhere(key, suite, bytes.fromhex(case["Key"]), case)
    assert key.client.call("Decrypt", CiphertextBlob=blob, **parameters_of(case))["Plaintext"] == case["PT"]


def sealed_elsewhere(key: Imported, suite: int, material: bytes, case: dict[str, str]) -> str:
    key_id, version_id = UUID(key.key_id).bytes, UUID(key.version_id).bytes
    context = blob_format.canonical(context_of(case))
    return blob_format.seal(suite, material, os.urandom(32), key_id, version_id, TEXT, case["PT"].encode(), context)


def test_a_blob_under_another_material_does_not_open_here(client: Client):
    (case,) = nist_cases(256, 1)
    key = import_symmetric(client, "Aliyun_AES_256", bytes.fromhex(case["Key"]))
    blob = sealed_elsewhere(key, SUITES[256], os.urandom(32), case)
    answer = client.answer("Decrypt", CiphertextBlob=blob, **parameters_of(case))
    assert (answer.status, answer.code) == (400, "InvalidParameter")
    assert '"CiphertextBlob"' in answer.json["Message"]

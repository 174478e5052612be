"""A token that goes away under a running server, and comes back. The root key is in its file."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.hardware import raw
from tests.hardware.box import SIGN, Box, running
from tests.hardware.eventually import wait_until, wait_until_all_workers_answer
from tests.interop.outside import b64
from tests.keys.imports import parameters_for
from tests.keys.moved import move
from tests.serving.processes import log_of, workers_of

TEXT = "aGVsbG8="
AWAY = (503, "ServiceUnavailableTemporary")
DIGEST = b64(hashlib.sha256(b"message").digest())


@dataclass(frozen=True)
class Calls:
    """What needs the token, and what does not; all of it works while the token is there."""

    box: Box
    inside: dict[str, dict[str, str]]
    outside: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def calls(softhsm_installed: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calls]:
    with running(tmp_path_factory.mktemp("lost")) as box:
        yield _calls(box)


def _calls(box: Box) -> Calls:
    key_id, pair, software = box.new_key(), box.new_key("EC_P256", KeyUsage=SIGN), box.client.create_key()
    signing = {"KeyId": pair, "KeyVersionId": box.version(pair), "Algorithm": "ECDSA_SHA_256", "Digest": DIGEST}
    signature = box.client.call("AsymmetricSign", **signing)["Value"]
    place = {"KeyId": pair, "KeyVersionId": signing["KeyVersionId"]}
    blob, theirs = box.encrypt(key_id, TEXT), box.encrypt(software, TEXT)
    inside = {
        "Encrypt": {"KeyId": key_id, "Plaintext": TEXT},
        "Decrypt": {"CiphertextBlob": blob},
        "GenerateDataKey": {"KeyId": key_id},
        "ReEncrypt": {"CiphertextBlob": theirs, "DestinationKeyId": key_id},
        "AsymmetricSign": signing,
        "CreateKey": {"ProtectionLevel": "HSM"},
    }
    outside = {
        "Encrypt": {"KeyId": software, "Plaintext": TEXT},
        "Decrypt": {"CiphertextBlob": theirs},
        "CreateKey": {},
        "DescribeKey": {"KeyId": key_id},
        "UpdateKeyDescription": {"KeyId": key_id, "Description": "while away"},
        "GetPublicKey": place,
        "AsymmetricVerify": {**signing, "Value": signature},
    }
    return Calls(box, inside, outside)


def answers(calls: Calls, which: dict[str, dict[str, str]]) -> dict[str, tuple[int, str]]:
    found = {name: calls.box.client.answer(name, **words) for name, words in which.items()}
    return {name: (answer.status, answer.code) for name, answer in found.items()}


def test_what_needs_the_token_is_refused_for_now_and_the_rest_goes_on(calls: Calls) -> None:
    wait_until_all_workers_answer(calls.box.client, "Encrypt", **calls.inside["Encrypt"])
    before = workers_of(calls.box.server)
    assert set(answers(calls, calls.inside | calls.outside).values()) == {(200, "OK")}
    with calls.box.hsm.away():
        for _ in range(2):
            assert set(answers(calls, calls.inside).values()) == {AWAY}
            assert set(answers(calls, calls.outside).values()) == {(200, "OK")}
    for name, words in calls.inside.items():
        wait_until_all_workers_answer(calls.box.client, name, **words)
    assert workers_of(calls.box.server) == before
    assert '"HSM failed"' in log_of(calls.box.server)
    assert "Traceback" not in log_of(calls.box.server)


def test_a_changed_blob_is_not_told_from_a_good_one_while_the_token_is_away(calls: Calls) -> None:
    blob = bytearray(base64.b64decode(calls.inside["Decrypt"]["CiphertextBlob"]))
    blob[-1] ^= 1
    changed = b64(bytes(blob))
    with calls.box.hsm.away():
        assert calls.box.client.refused("Decrypt", CiphertextBlob=changed) == AWAY[1]
    wait_until(lambda: calls.box.client.refused("Decrypt", CiphertextBlob=changed) == "InvalidParameter")


def test_imports_and_deletions_wait_for_the_token_and_lose_nothing(calls: Calls) -> None:
    box = calls.box
    wait_until_all_workers_answer(box.client, "Encrypt", **calls.inside["Encrypt"])
    key_id = box.new_key("Aliyun_AES_256", Origin="EXTERNAL")
    words = parameters_for(box.client, key_id, "Aliyun_AES_256", bytes(range(32)))
    with box.hsm.away():
        assert box.client.refused("ImportKeyMaterial", **words) == AWAY[1]
        assert box.state(key_id) == "PendingImport"
    wait_until(lambda: box.client.answer("ImportKeyMaterial", **words).code == "OK")
    wait_until_all_workers_answer(box.client, "Encrypt", KeyId=key_id, Plaintext=TEXT)
    blob = box.encrypt(key_id, TEXT)
    with box.hsm.away():
        assert box.client.refused("DeleteKeyMaterial", KeyId=key_id) == AWAY[1]
        assert box.state(key_id) == "Enabled"
    wait_until(lambda: box.client.answer("Decrypt", CiphertextBlob=blob).code == "OK")


def test_a_deletion_that_falls_due_while_the_token_is_away_is_done_later(calls: Calls) -> None:
    box = calls.box
    wait_until_all_workers_answer(box.client, "CreateKey", ProtectionLevel="HSM")
    key_id = box.new_key()
    mine = raw.id_of(box.version(key_id))
    failures = log_of(box.server).count("HSM failed")
    with box.hsm.away() as put_away:
        box.client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
        move(box.server.data, [key_id], delete_at=1)
        wait_until(lambda: log_of(box.server).count("HSM failed") > failures)
        assert box.client.refused("DescribeKey", KeyId=key_id) == "Forbidden.KeyNotFound"
        # Once the token is back, the deletion may be done before anybody looks.
        assert mine in raw.ids(put_away)
    wait_until(lambda: mine not in raw.ids(box.hsm))

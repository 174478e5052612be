"""Rotation, further versions and deletion of keys in a token."""

import hashlib
import time

from tests.hardware import raw
from tests.hardware.box import SIGN, Box
from tests.hardware.eventually import wait_until
from tests.interop.outside import verifies
from tests.keys.moved import WEEK, move

DIGEST = hashlib.sha256(b"message").digest()


def days_ago(days: int) -> int:
    return int(time.time() * 1000) - days * WEEK // 7


def test_a_rotation_that_is_due_makes_another_key_in_the_token(box: Box) -> None:
    key_id = box.new_key("Aliyun_AES_256", EnableAutomaticRotation="true", RotationInterval="7d")
    blob = box.encrypt(key_id, "b2xk")
    first = box.version(key_id)
    move(box.server.data, [key_id], last_rotated_at=days_ago(8))
    wait_until(lambda: len(box.versions(key_id)) == 2)
    newest, oldest = box.versions(key_id)
    assert oldest == first
    assert {found.id for found in box.objects_of(key_id)} == {raw.id_of(newest), raw.id_of(oldest)}
    assert box.decrypt(blob) == "b2xk"
    made = box.client.call("Encrypt", KeyId=key_id, Plaintext="bmV3")
    assert made["KeyVersionId"] == newest
    assert box.decrypt(made["CiphertextBlob"]) == "bmV3"


def test_a_policy_is_changed_and_shown_as_for_software(box: Box) -> None:
    key_id = box.new_key("Aliyun_AES_128")
    box.client.call("UpdateRotationPolicy", KeyId=key_id, EnableAutomaticRotation="true", RotationInterval="10d")
    metadata = box.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]
    assert (metadata["AutomaticRotation"], metadata["RotationInterval"]) == ("Enabled", "864000s")


def test_a_further_version_of_a_pair_is_made_in_the_token(box: Box) -> None:
    key_id = box.new_key("EC_P256", KeyUsage=SIGN)
    assert box.client.refused("CreateKeyVersion", KeyId=key_id) == "Rejected.UnsupportedOperation"
    assert len(box.objects_of(key_id)) == 1
    move(box.server.data, [key_id], last_rotated_at=days_ago(8))
    box.client.call("CreateKeyVersion", KeyId=key_id)
    assert len(box.objects_of(key_id)) == 2
    pems = [box.pem(key_id, version_id) for version_id in box.versions(key_id)]
    assert pems[0] != pems[1]
    for pem, version_id in zip(pems, box.versions(key_id), strict=True):
        assert verifies(pem, "ECDSA_SHA_256", DIGEST, box.sign(key_id, version_id, "ECDSA_SHA_256", DIGEST))


def test_a_key_whose_date_has_come_leaves_the_token_with_all_versions(box: Box) -> None:
    key_id = box.new_key("EC_P256K", KeyUsage=SIGN)
    move(box.server.data, [key_id], last_rotated_at=days_ago(8))
    box.client.call("CreateKeyVersion", KeyId=key_id)
    mine = {raw.id_of(version_id) for version_id in box.versions(key_id)}
    box.client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    assert len(mine & raw.ids(box.hsm)) == 2
    move(box.server.data, [key_id], delete_at=1)
    assert box.client.refused("DescribeKey", KeyId=key_id) == "Forbidden.KeyNotFound"
    wait_until(lambda: not mine & raw.ids(box.hsm))


def test_a_deletion_that_is_cancelled_keeps_the_key(box: Box) -> None:
    key_id = box.new_key("Aliyun_AES_128")
    blob = box.encrypt(key_id, "c3RheQ==")
    box.client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    assert box.client.refused("Decrypt", CiphertextBlob=blob) == "Rejected.PendingDeletion"
    box.client.call("CancelKeyDeletion", KeyId=key_id)
    assert box.decrypt(blob) == "c3RheQ=="

"""Rotation at the Huawei door: who may, which keys, and what the other door sees of it."""

from typing import Any

import pytest

from tests.huawei.imports import Owner, code, new_owner
from tests.huawei.malformed import is_refusal, malformed
from tests.huawei.sdk import HuaweiRefused
from tests.importing.materials import some_pair
from tests.ram.calls import allow

CHANGES = ("enable-key-rotation", "disable-key-rotation", "update-key-rotation-interval", "rotate-on-demand")
WORDS = (*CHANGES, "get-key-rotation-status")
RIGHTS = {
    **dict.fromkeys(CHANGES[:3], "kms:UpdateRotationPolicy"),
    "rotate-on-demand": "kms:CreateKeyVersion",
    "get-key-rotation-status": "kms:DescribeKey",
}
OFF = {"key_rotation_enabled": False, "rotation_interval": 365, "last_rotation_time": "", "number_of_rotations": 0}


def body(word: str, key_id: str) -> dict[str, Any]:
    return {"key_id": key_id, **({"rotation_interval": 30} if word.startswith("update") else {})}


def status(owner: Owner, key_id: str) -> dict[str, Any]:
    return dict(owner.raw.post("get-key-rotation-status", key_id=key_id).json)


def refusals(owner: Owner, key_id: str, *words: str) -> set[str]:
    return {owner.raw.post(word, **body(word, key_id)).code for word in words or CHANGES}


def versions(owner: Owner, key_id: str) -> int:
    return int(owner.alibaba.call("ListKeyVersions", KeyId=key_id)["TotalCount"])


def test_rotation_is_turned_on_changed_and_turned_off(owner: Owner):
    key_id, sdk = owner.new_key(), owner.huawei
    assert status(owner, key_id) == OFF
    sdk.call("enable_key_rotation", key_id=key_id)
    assert status(owner, key_id) == {**OFF, "key_rotation_enabled": True}
    assert owner.details(key_id)["key_rotation_enabled"] == "true"
    sdk.call("update_key_rotation_interval", key_id=key_id, rotation_interval=30)
    shown = sdk.call("show_key_rotation_status", key_id=key_id)
    assert (shown.key_rotation_enabled, shown.rotation_interval, shown.number_of_rotations) == (True, 30, 0)
    assert shown.last_rotation_time == ""
    assert shown.key_materials is None
    sdk.call("disable_key_rotation", key_id=key_id)
    assert status(owner, key_id) == OFF
    assert sdk.call("show_key_rotation_status", key_id=key_id).key_rotation_enabled is False


def test_a_change_answers_an_empty_object(owner: Owner):
    key_id = owner.new_key()
    for word in ("enable-key-rotation", "update-key-rotation-interval", "disable-key-rotation"):
        assert owner.raw.post(word, **body(word, key_id)).json == {}
    assert owner.raw.post("rotate-on-demand", key_id=key_id).json == {"key_id": key_id}


def test_what_is_on_is_not_turned_on_and_what_is_off_neither_changed_nor_turned_off(owner: Owner):
    key_id = owner.new_key()
    assert refusals(owner, key_id, "disable-key-rotation", "update-key-rotation-interval") == {"KMS.0313"}
    owner.huawei.call("enable_key_rotation", key_id=key_id)
    owner.huawei.call("update_key_rotation_interval", key_id=key_id, rotation_interval=77)
    assert refusals(owner, key_id, "enable-key-rotation") == {"KMS.2901"}
    assert status(owner, key_id)["rotation_interval"] == 77


@pytest.mark.parametrize("interval", [30, 365, "30", "365"])
def test_an_interval_is_a_number_or_its_digits(owner: Owner, interval: Any):
    key_id = owner.new_key()
    owner.huawei.call("enable_key_rotation", key_id=key_id)
    owner.huawei.call("update_key_rotation_interval", key_id=key_id, rotation_interval=interval)
    assert status(owner, key_id)["rotation_interval"] == int(interval)


@pytest.mark.parametrize("interval", [29, 366, 0, -30, 30.5, "30d", "29", "x", True, [], {}, 2**64])
def test_another_interval_is_refused(owner: Owner, interval: Any):
    key_id = owner.new_key()
    owner.huawei.call("enable_key_rotation", key_id=key_id)
    answer = owner.raw.post("update-key-rotation-interval", key_id=key_id, rotation_interval=interval)
    assert code(answer) == (400, "KMS.3001")
    assert status(owner, key_id)["rotation_interval"] == 365


def test_a_key_rotates_on_demand_and_opens_what_it_encrypted_before(owner: Owner):
    key_id = owner.new_key()
    before = owner.encrypt(key_id, "before")
    for turn in (1, 2):
        assert owner.huawei.call("rotate_on_demand", key_id=key_id).key_id == key_id
        shown = status(owner, key_id)
        assert (shown["key_rotation_enabled"], shown["number_of_rotations"]) == (False, turn)
        assert len(shown["last_rotation_time"]) == 13
        assert versions(owner, key_id) == turn + 1
    metadata = owner.alibaba.call("DescribeKey", KeyId=key_id)["KeyMetadata"]
    newest = owner.alibaba.call("ListKeyVersions", KeyId=key_id)["KeyVersions"]["KeyVersion"][0]["KeyVersionId"]
    assert metadata["PrimaryKeyVersion"] == newest
    after = owner.encrypt(key_id, "after")
    assert [owner.decrypt(one) for one in (before, after)] == ["before", "after"]
    assert owner.alibaba.call("Decrypt", CiphertextBlob=after)["KeyVersionId"] == newest


def test_the_other_doors_interval_shows_and_stays_until_it_is_changed(owner: Owner):
    key_id = owner.alibaba.create_key(EnableAutomaticRotation="true", RotationInterval="7d")
    assert status(owner, key_id) == {**OFF, "key_rotation_enabled": True, "rotation_interval": 7}
    assert refusals(owner, key_id, "enable-key-rotation") == {"KMS.2901"}
    for interval, days in (("730d", 730), ("604801s", 7), ("1000h", 41)):
        policy = {"EnableAutomaticRotation": "true", "RotationInterval": interval}
        owner.alibaba.call("UpdateRotationPolicy", KeyId=key_id, **policy)
        assert status(owner, key_id)["rotation_interval"] == days
    owner.huawei.call("update_key_rotation_interval", key_id=key_id, rotation_interval=31)
    metadata = owner.alibaba.call("DescribeKey", KeyId=key_id)["KeyMetadata"]
    assert (metadata["AutomaticRotation"], metadata["RotationInterval"]) == ("Enabled", f"{31 * 86_400}s")
    owner.huawei.call("disable_key_rotation", key_id=key_id)
    assert owner.alibaba.call("DescribeKey", KeyId=key_id)["KeyMetadata"]["AutomaticRotation"] == "Disabled"


@pytest.mark.parametrize("spec", ["RSA_2048", "EC_P256", "SM2"])
def test_a_pair_does_not_rotate(owner: Owner, spec: str):
    key_id = owner.new_key(key_spec=spec)
    assert refusals(owner, key_id) == {"KMS.0324"}
    assert status(owner, key_id) == OFF


def test_a_key_for_codes_does_not_rotate(owner: Owner):
    key_id = owner.new_key(key_spec="HMAC_256")
    assert refusals(owner, key_id) == {"KMS.0341"}
    assert status(owner, key_id) == OFF


def test_a_key_with_imported_material_does_not_rotate(owner: Owner):
    symmetric, pair = owner.external_key(), owner.external_key("EC_P256")
    assert refusals(owner, symmetric) == refusals(owner, pair) == {"KMS.0312"}
    owner.import_symmetric(symmetric, bytes(32))
    owner.import_pair(pair, some_pair("EC_P256").pkcs8)
    assert refusals(owner, symmetric) == refusals(owner, pair) == {"KMS.0312"}
    assert status(owner, symmetric) == status(owner, pair) == OFF


def test_only_an_enabled_key_is_changed_and_its_policy_outlives_the_other_states(owner: Owner):
    key_id = owner.new_key()
    owner.huawei.call("enable_key_rotation", key_id=key_id)
    owner.huawei.call("disable_key", key_id=key_id)
    assert refusals(owner, key_id) == {"KMS.0209"}
    owner.huawei.call("delete_key", key_id=key_id, pending_days="7")
    assert refusals(owner, key_id) == {"KMS.0210"}
    assert status(owner, key_id) == {**OFF, "key_rotation_enabled": True}
    owner.huawei.call("cancel_key_deletion", key_id=key_id)
    owner.huawei.call("enable_key", key_id=key_id)
    assert refusals(owner, key_id, "enable-key-rotation") == {"KMS.2901"}
    assert versions(owner, key_id) == 1


def test_the_services_own_key_stays_as_it_is(owner: Owner):
    owner.alibaba.call("CreateSecret", SecretName="s", SecretData="x", VersionId="1")
    (key_id,) = [key["KeyId"] for key in owner.alibaba.call("ListKeys")["Keys"]["Key"]]
    assert refusals(owner, key_id) == {"KMS.0211"}
    assert status(owner, key_id) == OFF
    assert versions(owner, key_id) == 1


@pytest.mark.parametrize("word", WORDS)
def test_no_wrong_field_does_more_than_be_refused(owner: Owner, word: str):
    key_id = owner.new_key()
    if word in ("disable-key-rotation", "update-key-rotation-interval"):
        owner.huawei.call("enable_key_rotation", key_id=key_id)
    before = status(owner, key_id)
    good = {**body(word, key_id), "sequence": "919c82d4-8046-4722-9094-35c3c6524cff"}
    for one in malformed(good, optional=("sequence",)):
        answer = owner.raw.send("POST", f"kms/{word}", one)
        assert is_refusal(answer), (one, answer.body)
    assert status(owner, key_id) == before
    assert owner.raw.post(word, **good).code == "OK"


@pytest.mark.parametrize("word", WORDS)
def test_a_key_that_is_not_the_callers_is_not_there(owner: Owner, word: str):
    key_id, stranger = owner.new_key(), new_owner(owner.server)
    nowhere = "0d0466b0-e727-4d9c-b35d-f84bb474a37f"
    for other, named in ((stranger, key_id), (owner, nowhere)):
        assert code(other.raw.post(word, **body(word, named))) == (404, "KMS.0207")
    assert code(owner.raw.post(word, **body(word, "alias/x"))) == (400, "KMS.0205")


@pytest.mark.parametrize("word", WORDS)
def test_a_user_needs_the_right_for_it(owner: Owner, word: str):
    key_id = owner.new_key()
    if word in ("disable-key-rotation", "update-key-rotation-interval"):
        owner.huawei.call("enable_key_rotation", key_id=key_id)
    others = [allow(action) for action in sorted(set(RIGHTS.values())) if action != RIGHTS[word]]
    assert code(owner.new_user(*others).raw.post(word, **body(word, key_id))) == (403, "KMS.0306")
    right = allow(RIGHTS[word], owner.arn(f"key/{key_id}"))
    assert owner.new_user(right).raw.post(word, **body(word, key_id)).code == "OK"


def test_a_refusal_is_the_sdks_own_exception(owner: Owner):
    with pytest.raises(HuaweiRefused) as raised:
        owner.huawei.call("disable_key_rotation", key_id=owner.new_key())
    assert (raised.value.kind, raised.value.status, raised.value.code) == ("ClientRequestException", 400, "KMS.0313")

"""The life of a key by that cloud's own SDK, unmodified: with an AccessKey and with a token (reference 1.3)."""

import time
from datetime import timedelta
from typing import Any

import pytest

from tests.huawei.sdk import Huawei, create

DAY = int(timedelta(days=1).total_seconds()) * 1000
ENABLED, DISABLED, PLANNED, WAITING = "2", "3", "4", "5"


def described(huawei: Huawei, key_id: str) -> dict[str, Any]:
    return dict(huawei.call("list_key_detail", key_id=key_id).key_info.to_dict())


def test_a_new_key_is_described_as_its_clients_expect(huawei: Huawei):
    before = int(time.time() * 1000)
    made = huawei.call("create_key", key_alias="a/b:c_d-1", key_description="caf\u00e9").key_info
    details = described(huawei, made.key_id)
    assert before <= int(details.pop("creation_date")) <= int(time.time() * 1000)
    assert details == {
        "key_id": made.key_id,
        "domain_id": made.domain_id,
        "key_alias": "a/b:c_d-1",
        "realm": made.region_id,
        "key_spec": "AES_256",
        "key_usage": "ENCRYPT_DECRYPT",
        "key_description": "caf\u00e9",
        "scheduled_deletion_date": "",
        "key_state": ENABLED,
        "default_key_flag": "0",
        "key_type": "1",
        "expiration_time": "",
        "origin": "kms",
        "key_rotation_enabled": "false",
        "sys_enterprise_project_id": "0",
        "keystore_id": "0",
    }


@pytest.mark.parametrize(
    ("spec", "usages"),
    [
        *((one, ("ENCRYPT_DECRYPT",)) for one in ("AES_256", "SM4")),
        ("RSA_2048", ("SIGN_VERIFY", "ENCRYPT_DECRYPT")),
        *((one, ("SIGN_VERIFY",)) for one in ("EC_P256", "EC_P384", "SECP256K1")),
        ("SM2", ("SIGN_VERIFY", "ENCRYPT_DECRYPT")),
        *((one, ("GENERATE_VERIFY_MAC",)) for one in ("HMAC_256", "HMAC_384", "HMAC_512", "HMAC_SM3")),
    ],
)
def test_a_spec_has_its_usages_the_first_by_default(huawei: Huawei, spec: str, usages: tuple[str, ...]):
    assert described(huawei, create(huawei, "default", key_spec=spec))["key_usage"] == usages[0]
    for usage in ("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC"):
        given = {"key_alias": usage, "key_spec": spec, "key_usage": usage}
        if usage in usages:
            details = described(huawei, create(huawei, usage, key_spec=spec, key_usage=usage))
            assert (details["key_spec"], details["key_usage"]) == (spec, usage)
        else:
            assert huawei.refused("create_key", **given) == "KMS.0325"


def test_states_change_one_after_the_other_and_say_so_in_each_answer(huawei: Huawei):
    key_id = create(huawei, "k")
    states = {"disable_key": DISABLED, "enable_key": ENABLED}
    for method in ("disable_key", "enable_key", "disable_key"):
        info = huawei.call(method, key_id=key_id).key_info
        assert (info.key_id, info.key_state) == (key_id, states[method])
        assert huawei.refused(method, key_id=key_id) == {"disable_key": "KMS.1301", "enable_key": "KMS.1201"}[method]
    deleted = huawei.call("delete_key", key_id=key_id, pending_days="7")
    assert (deleted.key_id, deleted.key_state) == (key_id, PLANNED)
    cancelled = huawei.call("cancel_key_deletion", key_id=key_id)
    assert (cancelled.key_id, cancelled.key_state) == (key_id, DISABLED)
    assert huawei.refused("cancel_key_deletion", key_id=key_id) == "KMS.1501"


@pytest.mark.parametrize("days", ["7", "8", "365", "1096"])
def test_a_deletion_is_planned_for_the_day_that_was_asked_for(huawei: Huawei, days: str):
    key_id, before = create(huawei, "k"), int(time.time() * 1000)
    huawei.call("delete_key", key_id=key_id, pending_days=days)
    details = described(huawei, key_id)
    planned = int(details["scheduled_deletion_date"]) - int(days) * DAY
    assert (details["key_state"], before <= planned <= int(time.time() * 1000)) == (PLANNED, True)
    assert huawei.refused("delete_key", key_id=key_id, pending_days=days) == "KMS.1402"
    for method in ("enable_key", "disable_key"):
        assert huawei.refused(method, key_id=key_id) == {"enable_key": "KMS.1201", "disable_key": "KMS.1301"}[method]


@pytest.mark.parametrize("days", ["0", "6", "1097", "-7"])
def test_a_deletion_is_not_planned_for_another_day(huawei: Huawei, days: str):
    key_id = create(huawei, "k")
    assert huawei.refused("delete_key", key_id=key_id, pending_days=days) == "KMS.1401"
    assert described(huawei, key_id)["key_state"] == ENABLED


def test_an_external_key_waits_for_its_material_also_when_its_deletion_is_cancelled(huawei: Huawei):
    key_id = create(huawei, "k", origin="external")
    details = described(huawei, key_id)
    assert (details["key_state"], details["origin"]) == (WAITING, "external")
    huawei.call("delete_key", key_id=key_id, pending_days="7")
    assert huawei.call("cancel_key_deletion", key_id=key_id).key_state == WAITING


def test_name_and_description_change_but_not_while_deletion_is_planned(huawei: Huawei):
    key_id = create(huawei, "k", key_description="d")
    named = huawei.call("update_key_alias", key_id=key_id, key_alias="l").key_info
    told = huawei.call("update_key_description", key_id=key_id, key_description="").key_info
    assert (named.key_id, named.key_alias) == (told.key_id, "l")
    details = described(huawei, key_id)
    assert (details["key_alias"], details["key_description"], told.key_description) == ("l", "", "")
    huawei.call("delete_key", key_id=key_id, pending_days="7")
    assert huawei.refused("update_key_alias", key_id=key_id, key_alias="m") == "KMS.0210"
    assert huawei.refused("update_key_description", key_id=key_id, key_description="e") == "KMS.0210"


def test_a_name_is_one_keys_only(huawei: Huawei):
    first, second = create(huawei, "first"), create(huawei, "second")
    assert huawei.refused("create_key", key_alias="first") == "KMS.1104"
    assert huawei.refused("update_key_alias", key_id=second, key_alias="first") == "KMS.1104"
    huawei.call("update_key_alias", key_id=first, key_alias="first")
    huawei.call("delete_key", key_id=first, pending_days="7")
    assert huawei.refused("create_key", key_alias="first") == "KMS.1104"
    huawei.call("update_key_alias", key_id=second, key_alias="third")
    create(huawei, "second")


@pytest.mark.parametrize("name", ["", "x" * 256, "a b", "caf\u00e9", "a/default", "/default", "a\n", "a.b"])
def test_what_is_no_name_is_refused(huawei: Huawei, name: str):
    key_id = create(huawei, "x" * 255)
    code = "KMS.1101" if name else "KMS.0204"
    assert huawei.refused("create_key", key_alias=name) == code
    assert huawei.refused("update_key_alias", key_id=key_id, key_alias=name) == code


def test_what_there_is_none_of_is_refused(huawei: Huawei):
    assert huawei.refused("create_key", key_alias="k", enterprise_project_id="1") == "KMS.0308"
    assert huawei.refused("create_key", key_alias="k", keystore_id="1") == "KMS.8003"
    # There is no hardware security module at this server.
    assert huawei.refused("create_key", key_alias="k", keystore_id="2") == "KMS.0340"
    for spec in ("AES_128", "ED25519", "EC_P521", "aes_256"):
        assert huawei.refused("create_key", key_alias="k", key_spec=spec) == "KMS.0308"
    assert huawei.call("list_keys", key_spec="ALL").total == 0

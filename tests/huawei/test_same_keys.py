"""One key at both doors: whichever made it, each shows it by its own names and keeps its own limits."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.huawei.sdk import Huawei
from tests.permissions.documents import key_policy, names
from tests.ram.calls import Ram, allow
from tests.support.client import Client
from tests.support.server import Account, Server

# KeySpec and KeyUsage of the one cloud, key_spec and key_usage of the other.
KINDS = [
    ("Aliyun_AES_256", "ENCRYPT/DECRYPT", "AES_256", "ENCRYPT_DECRYPT"),
    ("Aliyun_AES_192", "ENCRYPT/DECRYPT", "AES_192", "ENCRYPT_DECRYPT"),
    ("Aliyun_AES_128", "ENCRYPT/DECRYPT", "AES_128", "ENCRYPT_DECRYPT"),
    ("Aliyun_SM4", "ENCRYPT/DECRYPT", "SM4", "ENCRYPT_DECRYPT"),
    ("RSA_2048", "ENCRYPT/DECRYPT", "RSA_2048", "ENCRYPT_DECRYPT"),
    ("RSA_3072", "SIGN/VERIFY", "RSA_3072", "SIGN_VERIFY"),
    ("EC_P256", "SIGN/VERIFY", "EC_P256", "SIGN_VERIFY"),
    ("EC_P256K", "SIGN/VERIFY", "SECP256K1", "SIGN_VERIFY"),
    ("EC_SM2", "ENCRYPT/DECRYPT", "SM2", "ENCRYPT_DECRYPT"),
    ("HMAC_224", "GENERATE/VERIFY_MAC", "HMAC_224", "GENERATE_VERIFY_MAC"),
    ("HMAC_SM3", "GENERATE/VERIFY_MAC", "HMAC_SM3", "GENERATE_VERIFY_MAC"),
]


class Doors:
    def __init__(self, server: Server, account: Account) -> None:
        self.client = Client(server.address, account)
        self.huawei = Huawei(server.address, account)

    def states(self, key_id: str) -> tuple[str, str]:
        metadata = self.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]
        return metadata["KeyState"], self.huawei.call("list_key_detail", key_id=key_id).key_info.key_state


@pytest.fixture
def doors(server: Server, new_account: Callable[[], Account]) -> Doors:
    return Doors(server, new_account())


@pytest.mark.parametrize(("spec", "usage", "key_spec", "key_usage"), KINDS)
def test_a_key_of_the_other_cloud_has_this_ones_names(
    doors: Doors, spec: str, usage: str, key_spec: str, key_usage: str
):
    key_id = doors.client.create_key(KeySpec=spec, KeyUsage=usage, Description="d")
    details = doors.huawei.call("list_key_detail", key_id=key_id).key_info
    assert (details.key_spec, details.key_usage, details.key_description) == (key_spec, key_usage, "d")
    assert (details.key_alias, details.origin, details.key_state) == ("", "kms", "2")
    assert doors.huawei.call("list_keys", key_spec=key_spec).keys == [key_id]


def test_a_key_of_this_cloud_has_the_other_ones_names(doors: Doors):
    made: dict[str, Any] = {"key_alias": "a", "key_spec": "SECP256K1", "key_description": "d"}
    key_id = doors.huawei.call("create_key", **made).key_info.key_id
    metadata = doors.client.call("DescribeKey", KeyId=key_id)["KeyMetadata"]
    assert (metadata["KeySpec"], metadata["KeyUsage"], metadata["Description"]) == ("EC_P256K", "SIGN/VERIFY", "d")
    assert (metadata["Origin"], metadata["ProtectionLevel"]) == ("Aliyun_KMS", "SOFTWARE")
    external = doors.huawei.call("create_key", key_alias="b", origin="external").key_info.key_id
    assert doors.client.call("DescribeKey", KeyId=external)["KeyMetadata"]["Origin"] == "EXTERNAL"


def test_a_state_is_the_same_at_both_doors_at_once(doors: Doors):
    key_id = doors.client.create_key()
    assert doors.states(key_id) == ("Enabled", "2")
    doors.huawei.call("disable_key", key_id=key_id)
    assert doors.states(key_id) == ("Disabled", "3")
    assert doors.client.refused("Encrypt", KeyId=key_id, Plaintext="eA==") == "Rejected.Disabled"
    doors.client.call("EnableKey", KeyId=key_id)
    assert doors.states(key_id) == ("Enabled", "2")
    doors.client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="366")
    assert doors.states(key_id) == ("PendingDeletion", "4")
    assert doors.huawei.refused("encrypt_data", key_id=key_id, plain_text="x") == "KMS.0210"
    external = doors.client.create_key(Origin="EXTERNAL")
    assert doors.states(external) == ("PendingImport", "5")


def test_each_door_has_its_own_way_back_from_a_planned_deletion(doors: Doors):
    key_id = doors.client.create_key()
    doors.huawei.call("delete_key", key_id=key_id, pending_days="1096")
    doors.client.call("CancelKeyDeletion", KeyId=key_id)
    assert doors.states(key_id) == ("Enabled", "2")
    doors.client.call("ScheduleKeyDeletion", KeyId=key_id)
    doors.huawei.call("cancel_key_deletion", key_id=key_id)
    assert doors.states(key_id) == ("Disabled", "3")


def test_each_door_has_its_own_days(doors: Doors):
    key_id = doors.client.create_key()
    assert doors.client.refused("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="367") == "InvalidParameter"
    assert doors.huawei.refused("delete_key", key_id=key_id, pending_days="1097") == "KMS.1401"
    doors.huawei.call("delete_key", key_id=key_id, pending_days="367")


def test_what_enables_what_is_enabled_is_a_success_at_one_door_only(doors: Doors):
    key_id = doors.client.create_key()
    doors.client.call("EnableKey", KeyId=key_id)
    assert doors.huawei.refused("enable_key", key_id=key_id) == "KMS.1201"


def test_a_key_that_is_protected_is_not_deleted_through_the_other_door(doors: Doors):
    key = doors.client.call("CreateKey")["KeyMetadata"]
    protection = {"ProtectedResourceArn": key["Arn"], "EnableDeletionProtection": "true"}
    doors.client.call("SetDeletionProtection", **protection)
    assert doors.huawei.refused("delete_key", key_id=key["KeyId"], pending_days="7") == "KMS.1301"
    assert doors.states(key["KeyId"]) == ("Enabled", "2")


def test_an_alias_of_the_other_door_stands_for_its_key_where_keys_are_used(doors: Doors):
    key_id = doors.client.create_key()
    doors.client.call("CreateAlias", KeyId=key_id, AliasName="alias/a")
    assert doors.huawei.call("list_key_detail", key_id="alias/a").key_info.key_id == key_id
    assert doors.huawei.call("encrypt_data", key_id="alias/a", plain_text="x").key_id == key_id
    assert doors.huawei.refused("encrypt_data", key_id="alias/b", plain_text="x") == "KMS.0207"
    # What changes a key wants its id.
    assert doors.huawei.refused("disable_key", key_id="alias/a") == "KMS.0205"


def test_what_a_part_of_the_service_made_for_itself_is_a_default_key(doors: Doors):
    doors.client.call("CreateSecret", SecretName="s", VersionId="v1", SecretData="x")
    [details] = doors.huawei.call("list_keys").key_details
    assert details.default_key_flag == "1"
    for method, more in [
        *((one, {}) for one in ("enable_key", "disable_key", "cancel_key_deletion")),
        ("delete_key", {"pending_days": "7"}),
        ("update_key_alias", {"key_alias": "a"}),
        ("update_key_description", {"key_description": "d"}),
    ]:
        assert doors.huawei.refused(method, key_id=details.key_id, **more) == "KMS.0211"


def test_a_key_policy_binds_at_both_doors(doors: Doors, server: Server):
    account, key_id = doors.client.account, doors.client.create_key()
    user = Ram(server.address, account).create_user("u")
    Ram(server.address, account).grant("u", "p", allow("kms:*"))
    denial = names(f"acs:ram::{account.account_id}:user/u", "kms:Encrypt", effect="Deny")
    doors.client.call("SetKeyPolicy", KeyId=key_id, Policy=key_policy(denial), PolicyName="default")
    assert Huawei(server.address, user).refused("encrypt_data", key_id=key_id, plain_text="x") == "KMS.0306"
    assert doors.huawei.refused("encrypt_data", key_id=key_id, plain_text="x") == "OK"

"""How much an account may have."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.keys.moved import WEEK, move
from tests.limits.servers import QUOTAS, lines_of
from tests.serving.processes import wait_for
from tests.support.client import Client
from tests.support.server import Server

NewClient = Callable[[], Client]
EXCEEDED = "Rejected.LimitExceeded"
PAIR = {"KeySpec": "EC_P256", "KeyUsage": "SIGN/VERIFY"}


def full_of_keys(client: Client) -> list[str]:
    return [client.create_key() for _ in range(QUOTAS["keys"])]


def weeks_ago(quotaed: Server, *key_ids: str) -> None:
    """The keys' newest versions become old enough for the next one."""
    move(quotaed.data, list(key_ids), last_rotated_at=int(time.time() * 1000) - WEEK - 1000)


def test_as_many_keys_as_the_quota_are_made_and_no_more(new_quotaed: NewClient):
    client, other = new_quotaed(), new_quotaed()
    for _ in range(QUOTAS["keys"]):
        client.create_key()
    answer = client.answer("CreateKey")
    assert (answer.status, answer.code) == (400, EXCEEDED)
    assert client.call("ListKeys")["TotalCount"] == QUOTAS["keys"]
    assert other.answer("CreateKey").code == "OK"


def test_a_key_that_waits_for_its_deletion_counts_and_one_that_is_deleted_does_not(
    quotaed: Server, new_quotaed: NewClient
):
    client = new_quotaed()
    key_id = full_of_keys(client)[0]
    client.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    assert client.refused("CreateKey") == EXCEEDED
    move(quotaed.data, [key_id], delete_at=int(time.time() * 1000) - 1000)
    wait_for(lambda: client.answer("CreateKey").code == "OK")
    assert client.refused("CreateKey") == EXCEEDED


def test_keys_made_at_once_are_no_more_than_the_quota(new_quotaed: NewClient):
    client = new_quotaed()

    def create(_: int) -> str:
        return client.answer("CreateKey").code

    with ThreadPoolExecutor(12) as pool:
        codes = Counter(pool.map(create, range(24)))
    assert codes == {"OK": QUOTAS["keys"], EXCEEDED: 24 - QUOTAS["keys"]}
    assert client.call("ListKeys")["TotalCount"] == QUOTAS["keys"]


def test_as_many_aliases_as_the_quota_are_made_and_deleting_one_frees(new_quotaed: NewClient):
    client = new_quotaed()
    key_id = client.create_key()
    for number in range(QUOTAS["aliases"]):
        client.call("CreateAlias", KeyId=key_id, AliasName=f"alias/{number}")
    answer = client.answer("CreateAlias", KeyId=key_id, AliasName="alias/more")
    assert (answer.status, answer.code) == (400, EXCEEDED)
    assert client.refused("CreateAlias", KeyId=key_id, AliasName="alias/0") == "AliasAlreadyExists"
    client.call("DeleteAlias", AliasName="alias/0")
    client.call("CreateAlias", KeyId=key_id, AliasName="alias/more")
    assert client.call("ListAliases")["TotalCount"] == QUOTAS["aliases"]


def test_aliases_made_at_once_are_no_more_than_the_quota(new_quotaed: NewClient):
    client = new_quotaed()
    key_id = client.create_key()

    def name(number: int) -> str:
        return client.answer("CreateAlias", KeyId=key_id, AliasName=f"alias/{number}").code

    with ThreadPoolExecutor(8) as pool:
        codes = Counter(pool.map(name, range(16)))
    assert codes == {"OK": QUOTAS["aliases"], EXCEEDED: 16 - QUOTAS["aliases"]}


def full_of_versions(quotaed: Server, client: Client) -> list[str]:
    """Fewer keys than the quota of keys, with as many versions as the quota of versions."""
    key_ids = [client.create_key(**PAIR) for _ in range(2)]
    weeks_ago(quotaed, *key_ids)
    for key_id in key_ids:
        client.call("CreateKeyVersion", KeyId=key_id)
    weeks_ago(quotaed, *key_ids)
    return key_ids


def test_as_many_versions_as_the_quota_are_made_over_all_keys(quotaed: Server, new_quotaed: NewClient):
    client = new_quotaed()
    key_id = full_of_versions(quotaed, client)[0]
    answer = client.answer("CreateKeyVersion", KeyId=key_id)
    assert (answer.status, answer.code) == (400, EXCEEDED)
    assert client.call("ListKeyVersions", KeyId=key_id)["TotalCount"] == 2


def test_the_first_version_of_a_key_is_a_version_too(quotaed: Server, new_quotaed: NewClient):
    """The quota is of "the maximum number of versions for all CMKs" (KMS documentation, "Limits")."""
    client = new_quotaed()
    full_of_versions(quotaed, client)
    assert client.refused("CreateKey") == EXCEEDED
    assert client.call("ListKeys")["TotalCount"] == 2


def test_a_key_without_material_has_no_version_yet(quotaed: Server, new_quotaed: NewClient):
    client = new_quotaed()
    full_of_versions(quotaed, client)
    assert client.answer("CreateKey", Origin="EXTERNAL").code == "OK"


@pytest.mark.parametrize("operation", ["DescribeKey", "Encrypt", "DisableKey", "UpdateKeyDescription"])
def test_who_is_at_his_quota_may_use_what_he_has(new_quotaed: NewClient, operation: str):
    client = new_quotaed()
    key_id = full_of_keys(client)[0]
    assert client.answer(operation, KeyId=key_id, Plaintext="aGVsbG8=", Description="d").code == "OK"


def test_a_call_over_a_quota_is_in_the_audit_log(quotaed: Server, new_quotaed: NewClient):
    client = new_quotaed()
    for _ in range(QUOTAS["keys"]):
        client.create_key()
    request_id = client.answer("CreateKey").json["RequestId"]
    (line,) = [line for line in lines_of(quotaed) if line["id"] == request_id]
    assert (line["op"], line["result"]) == ("CreateKey", EXCEEDED)

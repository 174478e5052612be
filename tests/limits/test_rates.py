"""How many calls of a class an account may make in a second."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.limits.servers import RATES, THROTTLED, burst, lines_of, storm, wait_for_next_second
from tests.ram.calls import Ram, allow
from tests.support.client import Answer, Client
from tests.support.server import Server, keyreeve

NewClient = Callable[[], Client]
TEXT = {"Plaintext": "aGVsbG8="}


def throttled(client: Client, operation: str, **parameters: str) -> Answer:
    """The answer to the first call over the rate, whenever a second began meanwhile."""
    answers = (client.answer(operation, **parameters) for _ in range(1000))
    return next(answer for answer in answers if answer.status != 200)


@pytest.mark.parametrize(
    ("operation", "rate"),
    [
        ("CreateKey", "create_key"),
        ("Encrypt", "symmetric"),
        ("UpdateKeyDescription", "write"),
        ("ListResourceTags", "tags"),
        ("DescribeAccountKmsStatus", "account"),
        ("OpenKmsService", "account"),
    ],
)
def test_as_many_calls_as_the_rate_pass_and_no_more_in_a_second(new_rated: NewClient, operation: str, rate: str):
    client = new_rated()
    key = {} if operation == "CreateKey" else {"KeyId": client.create_key(), "Description": "d", **TEXT}
    wait_for_next_second()
    done = burst(client, 8 * RATES[rate], operation, **key)
    counted = [code for code in done.codes if code != THROTTLED]
    assert RATES[rate] <= len(counted) <= RATES[rate] * done.seconds
    assert THROTTLED in done.codes


@pytest.mark.parametrize(
    ("operation", "rate"),
    [
        ("CreateKey", "create_key"),
        ("UpdateKeyDescription", "write"),
        ("ListResourceTags", "tags"),
        ("ListKeys", "read"),
    ],
)
def test_a_call_that_has_to_wait_for_the_database_counts_once(new_rated: NewClient, operation: str, rate: str):
    """Of calls that were counted on the loop and in the pool again only half as many would pass."""
    client = new_rated()
    key = {} if operation == "CreateKey" else {"KeyId": client.create_key(), "Description": "d"}
    wait_for_next_second()
    assert burst(client, RATES[rate], operation, **key).codes == ["OK"] * RATES[rate]


@pytest.mark.parametrize("version", [1, 3])
def test_a_throttled_call_is_answered_as_the_service_does(new_rated: NewClient, version: int):
    made = new_rated()
    client = Client(made.address, made.account, version)
    answer = throttled(client, "Encrypt", KeyId=client.create_key(), **TEXT)
    assert (answer.status, answer.code, answer.json["Message"]) == (429, THROTTLED, "QPS Limit Exceeded")
    assert answer.json["RequestId"]


def test_operations_of_one_class_share_its_rate_and_other_classes_do_not(new_rated: NewClient):
    client = new_rated()
    key_id = client.create_key()
    wait_for_next_second()
    for _ in range(RATES["symmetric"]):
        client.call("Encrypt", KeyId=key_id, **TEXT)
    assert throttled(client, "GenerateDataKey", KeyId=key_id).code == THROTTLED
    assert client.answer("DescribeKey", KeyId=key_id).code == "OK"


def test_a_class_without_a_number_is_not_limited(new_rated: NewClient):
    client = new_rated()
    key_id = client.create_key(KeySpec="EC_P256", KeyUsage="SIGN/VERIFY")
    codes = [client.answer("AsymmetricSign", KeyId=key_id).code for _ in range(30)]
    assert THROTTLED not in codes


def test_another_account_is_not_affected(new_rated: NewClient):
    busy, quiet = new_rated(), new_rated()
    key_id, other_key_id = busy.create_key(), quiet.create_key()
    for _ in range(3):
        throttled(busy, "Encrypt", KeyId=key_id, **TEXT)
    assert quiet.answer("Encrypt", KeyId=other_key_id, **TEXT).code == "OK"


def test_the_users_of_an_account_count_with_it(new_rated: NewClient):
    root = new_rated()
    ram = Ram(root.address, root.account)
    user = Client(root.address, ram.create_user("alice"))
    ram.grant("alice", "everything", allow("kms:*"))
    key_id = root.create_key()
    wait_for_next_second()
    started = int(time.time())
    codes = [one.answer("Encrypt", KeyId=key_id, **TEXT).code for _ in range(12) for one in (root, user)]
    assert codes.count("OK") <= RATES["symmetric"] * (int(time.time()) - started + 1)
    assert set(codes) == {"OK", THROTTLED}


def test_calls_about_identities_are_not_limited(new_rated: NewClient):
    root = new_rated()
    ram = Ram(root.address, root.account)
    assert [ram.answer("ListUsers").code for _ in range(30)] == ["OK"] * 30


def test_a_new_second_frees(new_rated: NewClient):
    client = new_rated()
    key_id = client.create_key()
    for _ in range(2):
        throttled(client, "Encrypt", KeyId=key_id, **TEXT)
        wait_for_next_second()
        assert client.answer("Encrypt", KeyId=key_id, **TEXT).code == "OK"


def test_the_workers_of_a_node_count_together(new_rated: NewClient):
    """Two that counted apart would let twice as many pass."""
    done = storm(new_rated(), 12, 2.5, "ListKeys")
    assert done.only_throttled
    assert len(done.codes) > 3 * RATES["read"] * done.seconds, "too slow to tell"
    assert done.passed <= RATES["read"] * (done.seconds + 1)


def test_a_throttled_call_changes_nothing(new_rated: NewClient):
    client = new_rated()
    done = burst(client, 12, "CreateKey")
    assert done.codes.count(THROTTLED) > 0
    assert done.only_throttled
    assert client.call("ListKeys")["TotalCount"] == done.passed


def test_a_throttled_call_is_in_the_audit_log(rated: Server, new_rated: NewClient):
    client = new_rated()
    key_id = client.create_key()
    request_id = throttled(client, "Encrypt", KeyId=key_id, **TEXT).json["RequestId"]
    (line,) = [line for line in lines_of(rated) if line["id"] == request_id]
    assert (line["op"], line["result"], line["account"]) == ("Encrypt", THROTTLED, client.account.account_id)
    assert key_id in line["on"]
    assert "why" not in line
    assert keyreeve("audit", "verify", "--data", str(rated.data)).returncode == 0


def test_who_is_not_who_he_says_does_not_use_up_the_rate(new_rated: NewClient):
    client = new_rated()
    key_id = client.create_key()
    stranger = Client(client.address, replace(client.account, access_key_secret="x" * 30))
    wait_for_next_second()
    codes = {stranger.answer("Encrypt", KeyId=key_id, **TEXT).code for _ in range(6)}
    assert codes == {"SignatureDoesNotMatch"}
    assert burst(client, RATES["symmetric"], "Encrypt", KeyId=key_id, **TEXT).passed == RATES["symmetric"]

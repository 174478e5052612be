"""Rates at this door: those of the other one, for both together, told by the gateway's code."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from keyreeve.catalogue import HUAWEI_CATALOGUE
from keyreeve.limits import Rate
from keyreeve.operations import Needs
from keyreeve.rates import rate_of
from tests.huawei.sdk import Huawei, HuaweiRefused
from tests.limits.servers import limited
from tests.support.client import Client, KmsRefused
from tests.support.server import Server

# What encrypts in the server itself, and what has another rate than reading and writing have.
SYMMETRIC = {"CreateDatakey", "CreateDatakeyWithoutPlaintext", "EncryptDatakey", "DecryptDatakey", "EncryptData",
             "DecryptData", "ReEncrypt", "GenerateMac", "VerifyMac"}  # fmt: skip
NAMED = {**dict.fromkeys(SYMMETRIC, Rate.SYMMETRIC), "Sign": Rate.ASYMMETRIC, "Verify": Rate.ASYMMETRIC,
         "CreateKey": Rate.CREATE_KEY}  # fmt: skip
# Of tags the other door's rates say more.
ELSEWHERE = {"ShowKmsTags", "ListKmsTags", "ListKmsByTags"}


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with limited(tmp_path_factory.mktemp("rated") / "data", {"rates": {"symmetric": 2}}) as server:
        yield server


@pytest.mark.parametrize("operation", HUAWEI_CATALOGUE.values(), ids=lambda one: one.name)
def test_an_operation_counts_for_the_rate_of_what_it_does(operation: Any):
    plain = Rate.WRITE if operation.needs is Needs.WRITE else Rate.READ
    if operation.name not in ELSEWHERE:
        assert rate_of(operation) == NAMED.get(operation.name, plain)


def test_too_many_calls_in_a_second_are_told_so_at_both_doors_together(rated: Server):
    huawei, client = Huawei(rated.address, rated.account), Client(rated.address, rated.account)
    key_id = client.create_key()
    blob = client.call("Encrypt", KeyId=key_id, Plaintext="eA==")["CiphertextBlob"]
    calls: list[Callable[[], Any]] = [
        lambda: huawei.call("re_encrypt", cipher_text=blob, destination_key_id=key_id),
        lambda: huawei.call("create_datakey", key_id=key_id),
        lambda: client.call("GenerateDataKey", KeyId=key_id),
    ]
    begun, refused = time.time(), list[Exception]()
    for call in calls * 6:
        try:
            call()
        except (HuaweiRefused, KmsRefused) as raised:
            refused.append(raised)
    seconds = int(time.time()) - int(begun) + 1
    assert 18 - 2 * seconds <= len(refused) <= 17
    told = {(one.status, one.code) for one in refused if isinstance(one, HuaweiRefused)}
    assert told == {(429, "APIGW.0308")}
    assert {one.code for one in refused if isinstance(one, KmsRefused)} == {"Rejected.Throttling"}

"""Random bytes, numbers of keys and the version, through the Huawei door by its own SDK."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.huawei.household import Household, new_household
from tests.huawei.malformed import is_refusal, malformed
from tests.huawei.sdk import Huawei
from tests.huawei.tokens import token_of
from tests.limits.servers import limited
from tests.ram.calls import allow
from tests.support.server import Server

NO_LIMIT = 2**31 - 1


@pytest.fixture
def house(server: Server) -> Household:
    return new_household(server)


def number(house: Household) -> int:
    """How many keys, which both calls must say."""
    (keys, grants) = house.huawei.call("show_user_quotas").quotas.resources
    assert (grants.type, grants.used, grants.quota) == ("grant_per_CMK", 0, 0)
    assert (keys.type, keys.quota) == ("CMK", NO_LIMIT)
    assert house.huawei.call("show_user_instances").instance_num == keys.used
    return keys.used


@pytest.mark.parametrize("bits", ["8", 8, 512, "512", 8192, "8192", 4104])
def test_random_bytes(house: Household, bits: Any) -> None:
    made = {house.huawei.call("create_random", random_data_length=bits).random_data for _ in range(2)}
    assert all(len(bytes.fromhex(one)) * 8 == int(bits) for one in made)
    assert len(made) == 2 or int(bits) == 8


@pytest.mark.parametrize(
    ("bits", "code"),
    [
        (0, "KMS.1801"),
        (-8, "KMS.1801"),
        (7, "KMS.1801"),
        (8200, "KMS.1801"),
        (8193, "KMS.1801"),
        (10**30, "KMS.1801"),
        ("x", "KMS.1801"),
        ("8.0", "KMS.1801"),
        ("0x8", "KMS.1801"),
        (" 8", "KMS.1801"),
        (True, "KMS.1801"),
        ([8], "KMS.1801"),
        (9, "KMS.1802"),
        ("8191", "KMS.1802"),
        ("", "KMS.0204"),
        (None, "KMS.0204"),
    ],
)
def test_a_wrong_length_is_refused(house: Household, bits: Any, code: str) -> None:
    assert house.raw.post("gen-random", random_data_length=bits).code == code


def test_every_wrong_body_is_refused_by_a_code(house: Household) -> None:
    good = {"random_data_length": "512", "sequence": str(uuid.uuid4())}
    assert house.raw.post("gen-random", **good).code == "OK"
    for body in malformed(good, ["sequence"]):
        answer = house.raw.send("POST", "kms/gen-random", body)
        assert is_refusal(answer), (body, answer.status, answer.body)
    assert house.raw.send("POST", "kms/gen-random").code == "KMS.0204"


def test_keys_are_counted(house: Household) -> None:
    assert number(house) == 0
    first = house.new_key()
    house.alibaba.call("CreateKey")
    house.alibaba.call("CreateSecret", SecretName="s", VersionId="v1", SecretData="x")
    assert house.alibaba.call("ListKeys")["TotalCount"] == 3
    # The key of the service's own, which encrypts the secret, does not count; one that is to be deleted does.
    assert number(house) == 2
    house.huawei.call("delete_key", key_id=first, pending_days="7")
    assert number(house) == 2


def test_the_quota_is_that_of_the_configuration(data: Path) -> None:
    with limited(data, {"quotas": {"keys": 2}}) as server:
        house = Household(server, server.account)
        house.new_key()
        house.new_key()
        keys = house.huawei.call("show_user_quotas").quotas.resources[0]
        assert (keys.used, keys.quota) == (2, 2)
        assert house.huawei.refused("create_key", key_alias="one-too-many") == "KMS.1105"


def test_a_user_needs_rights(house: Household) -> None:
    nobody = house.new_user()
    lister = house.new_user(allow("kms:ListKeys", house.arn("key")))
    random = house.new_user(allow("kms:GenRandom"))
    for method in ("show_user_instances", "show_user_quotas"):
        assert nobody.huawei.refused(method) == "KMS.0306"
        assert random.huawei.refused(method) == "KMS.0306"
        lister.huawei.call(method)
    assert nobody.huawei.refused("create_random", random_data_length="8") == "KMS.0306"
    assert lister.huawei.refused("create_random", random_data_length="8") == "KMS.0306"
    random.huawei.call("create_random", random_data_length="8")


def test_another_project_is_refused(house: Household, server: Server) -> None:
    path = f"/v1.0/{new_household(server).account.project_id}/kms"
    assert house.raw.send_to("GET", f"{path}/user-quotas").code == "KMS.0321"
    assert house.raw.send_to("GET", f"{path}/user-instances").code == "KMS.0321"
    assert house.raw.send_to("POST", f"{path}/gen-random", {"random_data_length": 8}).code == "KMS.0321"


def test_the_version(house: Household) -> None:
    nobody = house.new_user()
    (listed,) = nobody.huawei.call("show_versions").versions
    shown = nobody.huawei.call("show_version", version_id="v1.0").version
    (link,) = listed.links
    assert (listed.id, listed.status, link.rel) == ("v1.0", "CURRENT", "self")
    assert link.href == f"http://{house.server.address}/v1.0/"
    assert (listed.version, listed.min_version, listed.updated) == ("", "", "2018-09-05T08:18:05Z")
    assert shown == listed.to_dict() | {"links": [link.to_dict()]}


def test_the_version_is_for_callers(house: Household) -> None:
    assert house.raw.send_to("GET", "/v1.0/").json["version"]["id"] == "v1.0"
    assert house.raw.send_to("GET", "/v1.0", query="endpoint=elsewhere").json["version"]["links"][0]["href"] == (
        f"http://{house.server.address}/v1.0/"
    )
    assert house.raw.send_to("POST", "/v1.0", {}).code == "KMS.0215"
    assert house.raw.send_to("GET", "/v1.0", authorization="").status == 401
    for path in ("/", "/v1.0"):
        signed = house.raw.send_to("GET", path)
        assert signed.status == 200
        wrong = house.raw.send_to("GET", path, authorization="SDK-HMAC-SHA256 nothing")
        assert (wrong.status, wrong.code) == (401, "APIGW.0301")


def test_the_version_by_a_token(house: Household) -> None:
    address = house.server.address
    huawei = Huawei(address, house.account, token_of(address, house.account))
    assert [one.id for one in huawei.call("show_versions").versions] == ["v1.0"]

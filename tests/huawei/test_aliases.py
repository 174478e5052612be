"""Aliases through the Huawei door, by its own SDK, and the same ones through the other."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.huawei.household import Household, new_household
from tests.huawei.malformed import is_refusal, malformed
from tests.huawei.sdk import HuaweiRefused
from tests.ram.calls import allow
from tests.support.server import Server

ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def house(server: Server) -> Household:
    return new_household(server)


def new_name() -> str:
    return f"alias/{uuid.uuid4()}"


def names_of(house: Household, **given: str) -> list[str]:
    """Page by page, as the SDK reads them: its list has one element, the page."""
    return [alias.alias for page in pages_of(house, **given) for alias in page.aliases]


def pages_of(house: Household, **given: str) -> Iterator[Any]:
    marker = ""
    while True:
        (page,) = house.huawei.call("list_aliases", **given, marker=marker).body
        assert page.page_info.current_count == len(page.aliases)
        yield page
        marker = page.page_info.next_marker
        if not marker:
            return


def test_an_alias_lives(house: Household) -> None:
    first, second, name = house.new_key(), house.new_key(), new_name()
    made = house.huawei.call("create_alias", key_id=first, alias=name)
    account = house.account
    urn = f"kms:{account.region_id}:{account.account_id}:alias:{name[6:]}"
    assert (made.domain_id, made.key_id, made.alias, made.alias_urn) == (account.account_id, first, name, urn)
    assert datetime.fromisoformat(made.create_time).tzinfo == UTC
    assert made.create_time == made.update_time
    assert house.huawei.call("encrypt_data", key_id=name, plain_text="x").key_id == first
    moved = house.huawei.call("associate_alias", alias=name, target_key_id=second)
    assert (moved.key_id, moved.alias_urn, moved.create_time) == (second, urn, made.create_time)
    assert names_of(house, key_id=first) == []
    assert names_of(house, key_id=second) == [name]
    assert house.huawei.call("encrypt_data", key_id=name, plain_text="x").key_id == second
    house.huawei.call("delete_alias", key_id=second, aliases=[name])
    assert house.huawei.refused("encrypt_data", key_id=name, plain_text="x") == "KMS.0207"
    assert house.huawei.refused("delete_alias", key_id=second, aliases=[name]) == "KMS.0207"
    house.huawei.call("create_alias", key_id=first, alias=name)


def test_statuses_are_the_documented_ones(house: Household) -> None:
    key_id, name = house.new_key(), new_name()
    assert house.raw.post("aliases", key_id=key_id, alias=name).status == 201
    assert house.raw.post("alias/associate", target_key_id=key_id, alias=name).status == 200
    gone = house.raw.send("DELETE", "kms/aliases", {"key_id": key_id, "aliases": [name]})
    assert (gone.status, gone.body) == (204, b"")


def test_aliases_are_the_same_at_both_doors(house: Household) -> None:
    key_id, ours, theirs = house.new_key(), new_name(), new_name()
    house.huawei.call("create_alias", key_id=key_id, alias=ours)
    house.alibaba.call("CreateAlias", KeyId=key_id, AliasName=theirs)
    assert house.alibaba.call("DescribeKey", KeyId=ours)["KeyMetadata"]["KeyId"] == key_id
    assert house.huawei.call("list_key_detail", key_id=theirs).key_info.key_id == key_id
    assert names_of(house) == sorted([ours, theirs])
    listed = house.alibaba.call("ListAliasesByKeyId", KeyId=key_id)["Aliases"]["Alias"]
    assert {one["AliasName"] for one in listed} == {ours, theirs}
    assert house.huawei.refused("create_alias", key_id=key_id, alias=theirs) == "KMS.1104"
    house.alibaba.call("DeleteAlias", AliasName=ours)
    house.huawei.call("delete_alias", key_id=key_id, aliases=[theirs])
    assert names_of(house) == []
    assert house.alibaba.call("ListAliases")["TotalCount"] == 0


def test_pages_follow_each_other(house: Household) -> None:
    key_id, other = house.new_key(), house.new_key()
    names = sorted(new_name() for _ in range(7))
    for name in names:
        house.huawei.call("create_alias", key_id=key_id, alias=name)
    house.huawei.call("create_alias", key_id=other, alias=new_name())
    sizes = [len(page.aliases) for page in pages_of(house, key_id=key_id, limit="3")]
    assert sizes == [3, 3, 1]
    assert names_of(house, key_id=key_id, limit="7") == names
    assert len(names_of(house, limit="2")) == 8
    assert len(names_of(house)) == 8


def test_several_are_deleted_together_or_none(house: Household) -> None:
    key_id, other, names, others = house.new_key(), house.new_key(), [new_name(), new_name()], new_name()
    for name in names:
        house.huawei.call("create_alias", key_id=key_id, alias=name)
    house.huawei.call("create_alias", key_id=other, alias=others)
    for wrong in (new_name(), others):
        assert house.huawei.refused("delete_alias", key_id=key_id, aliases=[*names, wrong]) == "KMS.0207"
    assert names_of(house, key_id=key_id) == sorted(names)
    house.huawei.call("delete_alias", key_id=key_id, aliases=[*names, names[0]])
    assert names_of(house) == [others]


def test_a_key_has_at_most_50(house: Household) -> None:
    key_id, other, one_too_many = house.new_key(), house.new_key(), new_name()
    names = [new_name() for _ in range(50)]
    for name in names:
        house.alibaba.call("CreateAlias", KeyId=key_id, AliasName=name)
    assert house.huawei.refused("create_alias", key_id=key_id, alias=one_too_many) == "KMS.1105"
    house.huawei.call("create_alias", key_id=other, alias=one_too_many)
    assert house.huawei.refused("associate_alias", alias=one_too_many, target_key_id=key_id) == "KMS.1105"
    house.huawei.call("associate_alias", alias=names[0], target_key_id=key_id)
    # The other cloud knows no such limit, and what it made beyond is listed and deleted here.
    house.alibaba.call("UpdateAlias", AliasName=one_too_many, KeyId=key_id)
    assert len(names_of(house, key_id=key_id)) == 51
    house.huawei.call("delete_alias", key_id=key_id, aliases=names)
    assert names_of(house, key_id=key_id) == [one_too_many]


def test_only_one_of_those_who_come_together_gets_the_name(house: Household) -> None:
    keys, name = [house.new_key() for _ in range(4)], new_name()

    def create(key_id: str) -> str:
        return house.raw.post("aliases", key_id=key_id, alias=name).code

    def delete(key_id: str) -> str:
        return house.raw.send("DELETE", "kms/aliases", {"key_id": key_id, "aliases": [name]}).code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(create, keys)) == ["KMS.1104", "KMS.1104", "KMS.1104", "OK"]
        assert sorted(pool.map(delete, keys)) == ["KMS.0207", "KMS.0207", "KMS.0207", "OK"]


def test_a_key_that_is_to_be_deleted_gets_no_alias(house: Household) -> None:
    key_id, other, name = house.new_key(), house.new_key(), new_name()
    house.huawei.call("create_alias", key_id=key_id, alias=name)
    house.huawei.call("delete_key", key_id=key_id, pending_days="7")
    assert house.huawei.refused("create_alias", key_id=key_id, alias=new_name()) == "KMS.0210"
    moving = new_name()
    house.huawei.call("create_alias", key_id=other, alias=moving)
    assert house.huawei.refused("associate_alias", alias=moving, target_key_id=key_id) == "KMS.0210"
    # What it has stays its own, and may be taken from it.
    assert names_of(house, key_id=key_id) == [name]
    assert house.huawei.refused("create_alias", key_id=other, alias=name) == "KMS.1104"
    house.huawei.call("associate_alias", alias=name, target_key_id=other)
    assert names_of(house, key_id=key_id) == []


def test_another_accounts_keys_and_aliases_are_not_there(house: Household, server: Server) -> None:
    stranger = new_household(server)
    key_id, theirs, name = house.new_key(), stranger.new_key(), new_name()
    house.huawei.call("create_alias", key_id=key_id, alias=name)
    assert stranger.huawei.refused("create_alias", key_id=key_id, alias=new_name()) == "KMS.0207"
    assert stranger.huawei.refused("associate_alias", alias=name, target_key_id=theirs) == "KMS.0207"
    assert stranger.huawei.refused("delete_alias", key_id=key_id, aliases=[name]) == "KMS.0207"
    assert stranger.huawei.refused("delete_alias", key_id=theirs, aliases=[name]) == "KMS.0207"
    assert stranger.huawei.refused("list_aliases", key_id=key_id) == "KMS.0207"
    assert names_of(stranger) == []
    stranger.huawei.call("create_alias", key_id=theirs, alias=name)
    path = f"/v1.0/{house.account.project_id}/kms/aliases"
    assert stranger.raw.send_to("GET", path).code == "KMS.0321"


def test_a_user_needs_the_rights_that_the_other_door_asks_for(house: Household) -> None:
    key_id, name = house.new_key(), new_name()
    nobody = house.new_user()
    both = [house.arn(f"key/{key_id}"), house.arn(name)]
    calls = {
        "kms:CreateAlias": ("create_alias", {"key_id": key_id, "alias": name}, both),
        "kms:UpdateAlias": ("associate_alias", {"target_key_id": key_id, "alias": name}, both),
        "kms:ListAliasesByKeyId": ("list_aliases", {"key_id": key_id}, both[:1]),
        "kms:ListAliases": ("list_aliases", {}, [house.arn("alias")]),
        "kms:DeleteAlias": ("delete_alias", {"key_id": key_id, "aliases": [name]}, both),
    }
    for action, (method, given, resources) in calls.items():
        assert nobody.huawei.refused(method, **given) == "KMS.0306"
        for resource in resources:
            if len(resources) > 1:
                assert house.new_user(allow(action, resource)).huawei.refused(method, **given) == "KMS.0306"
        house.new_user(allow(action, resources)).huawei.call(method, **given)
    assert names_of(house) == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "alias/",
        "kms-1234",
        "alias/a:b",
        "alias/a b",
        "alias/é",
        "alias/x\n",
        "alias/acs/x",
        "alias/" + 250 * "a",
        "Alias/x",
    ],
)
def test_a_wrong_name_is_refused(house: Household, name: str) -> None:
    key_id = house.new_key()
    code = "KMS.0204" if not name else "KMS.1101"
    assert house.huawei.refused("create_alias", key_id=key_id, alias=name) == code
    assert house.huawei.refused("associate_alias", target_key_id=key_id, alias=name) == code
    assert house.huawei.refused("delete_alias", key_id=key_id, aliases=[name]) == "KMS.1101"


def test_the_longest_name_is_taken(house: Household) -> None:
    key_id, name = house.new_key(), "alias/" + 249 * "a"
    house.huawei.call("create_alias", key_id=key_id, alias=name)
    assert names_of(house, key_id=key_id) == [name]
    house.huawei.call("delete_alias", key_id=key_id, aliases=[name])


def test_every_wrong_body_is_refused_by_a_code(house: Household) -> None:
    key_id, name = house.new_key(), new_name()
    sequence = {"sequence": str(uuid.uuid4())}
    tries = {
        ("POST", "kms/aliases"): {"key_id": key_id, "alias": name, **sequence},
        ("POST", "kms/alias/associate"): {"target_key_id": key_id, "alias": name, **sequence},
        ("DELETE", "kms/aliases"): {"key_id": key_id, "aliases": [name], **sequence},
    }
    for (method, path), good in tries.items():
        for body in malformed(good, optional=["sequence"]):
            answer = house.raw.send(method, path, body)
            assert is_refusal(answer), (method, path, body, answer.status, answer.body)
    assert names_of(house) == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "KMS.1601"),
        ("limit=101", "KMS.1601"),
        ("limit=-1", "KMS.1601"),
        ("limit=1.5", "KMS.1601"),
        ("limit=x", "KMS.1601"),
        ("limit=" + "9" * 40, "KMS.1601"),
        ("marker=%00", "KMS.1602"),
        ("marker=" + 256 * "a", "KMS.1602"),
        ("key_id=alias/x", "KMS.0205"),
        ("key_id=null", "KMS.0205"),
        (f"key_id={ABSENT}", "KMS.0207"),
        ("key_id=%ff", "KMS.0202"),
        ("limit=1&limit=2", "KMS.0202"),
        ("limit=&marker=&key_id=", "OK"),
        ("marker=zzz&anything=else", "OK"),
    ],
)
def test_a_query_is_looked_at(house: Household, query: str, code: str) -> None:
    assert house.raw.send("GET", "kms/aliases", query=query).code == code


def test_keys_that_are_not_there(house: Household) -> None:
    name = new_name()
    assert house.huawei.refused("create_alias", key_id=ABSENT, alias=name) == "KMS.0207"
    with pytest.raises(HuaweiRefused) as refused:
        house.huawei.call("associate_alias", target_key_id=ABSENT, alias=name)
    assert (refused.value.status, refused.value.kind) == (404, "ClientRequestException")
    house.huawei.call("create_alias", key_id=house.new_key(), alias=name)
    assert house.huawei.refused("associate_alias", target_key_id=ABSENT, alias=name) == "KMS.0207"

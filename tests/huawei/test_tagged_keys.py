"""The tags of a project, and keys by their tags and names, through the Huawei door."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.huawei.household import Household, new_household
from tests.huawei.malformed import is_refusal, malformed
from tests.huawei.test_tags import tag
from tests.ram.calls import allow
from tests.support.server import Server

LIST = "kms/resource_instances/action"


@pytest.fixture
def house(server: Server) -> Household:
    return new_household(server)


def found(house: Household, **given: Any) -> set[str]:
    """The ids of the keys, which counting must give the number of."""
    answer = house.huawei.call("list_kms_by_tags", resource_instances="resource_instances", action="filter", **given)
    counted = {name: value for name, value in given.items() if name not in ("limit", "offset")}
    count = house.raw.send("POST", LIST, {"action": "count", **counted}).json
    assert count == {"total_count": answer.total_count}
    ids = [resource.resource_id for resource in answer.resources]
    assert len(ids) == len(set(ids))
    return set(ids)


def test_keys_are_found_by_their_tags(house: Household) -> None:
    red, blue, plain = house.new_key(), house.new_key(), house.new_key()
    tag(house, red, colour="red", team="a")
    tag(house, blue, colour="blue", team="a")
    colour, team = [{"key": "colour", "values": ["red"]}], {"key": "team", "values": ["a"]}
    assert found(house) == {red, blue, plain}
    assert found(house, tags=[team]) == {red, blue}
    assert found(house, tags=[{"key": "colour", "values": ["red", "blue"]}]) == {red, blue}
    assert found(house, tags=[*colour, team]) == {red}
    assert found(house, tags=[*colour, {"key": "team", "values": ["b"]}]) == set()
    for anything in ({"key": "colour"}, {"key": "colour", "values": []}, {"key": "colour", "values": None}):
        assert found(house, tags=[anything, team]) == {red, blue}
    assert found(house, tags=[{"key": "size"}]) == set()
    assert found(house, tags=[]) == {red, blue, plain}


def test_keys_are_found_by_their_name(house: Household) -> None:
    name = f"n/{uuid.uuid4()}"
    key_id = house.huawei.call("create_key", key_alias=name).key_info.key_id
    other = house.new_key()
    tag(house, key_id, a="1")
    match = {"key": "resource_name", "value": name}
    assert found(house, matches=[match]) == {key_id}
    assert found(house, matches=[match, match], tags=[{"key": "a"}]) == {key_id}
    assert found(house, matches=[match], tags=[{"key": "b"}]) == set()
    assert found(house, matches=[match, {"key": "resource_name", "value": "other"}]) == set()
    assert found(house, matches=[{"key": "resource_name", "value": name[:-1]}]) == set()
    assert found(house, matches=[]) == {key_id, other}


def test_a_resource_is_the_key_with_its_details_and_tags(house: Household) -> None:
    name = f"n-{uuid.uuid4()}"
    key_id = house.huawei.call("create_key", key_alias=name, key_spec="RSA_2048").key_info.key_id
    tag(house, key_id, b="2", a="1")
    unnamed = house.alibaba.call("CreateKey")["KeyMetadata"]["KeyId"]
    listed = house.huawei.call("list_kms_by_tags", resource_instances="resource_instances", action="filter")
    by_id = {resource.resource_id: resource for resource in listed.resources}
    assert (listed.total_count, by_id.keys()) == (2, {key_id, unnamed})
    assert by_id[key_id].resource_name == name
    assert [(one.key, one.value) for one in by_id[key_id].tags] == [("a", "1"), ("b", "2")]
    described = house.huawei.call("list_key_detail", key_id=key_id).key_info
    assert by_id[key_id].resource_detail.to_dict() == described.to_dict()
    assert (by_id[unnamed].resource_name, by_id[unnamed].tags) == ("", [])


def test_pages_follow_each_other(house: Household) -> None:
    keys = {house.new_key() for _ in range(5)}
    pages = [found(house, limit="2" if offset else 2, offset=offset) for offset in (0, "2", 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert pages[0] | pages[1] | pages[2] == keys
    many = [house.new_key() for _ in range(6)]
    assert len(found(house)) == 10
    assert len(found(house, limit=1000)) == 5 + len(many)


def test_the_tags_of_the_project(house: Household, server: Server) -> None:
    assert house.huawei.call("list_kms_tags").tags == []
    first, second = house.new_key(), house.new_key()
    tag(house, first, team="b", empty="")
    tag(house, second, team="a", size="1")
    tags = json.dumps([{"TagKey": "theirs", "TagValue": "x"}])
    house.alibaba.call("TagResource", KeyId=second, Tags=tags)
    stranger = new_household(server)
    tag(stranger, stranger.new_key(), strange="1")
    listed = {one.key: one.values for one in house.huawei.call("list_kms_tags").tags}
    assert listed == {"team": ["a", "b"], "empty": [""], "size": ["1"], "theirs": ["x"]}


def test_of_other_accounts_and_own_keys_of_the_service_nothing_is_found(house: Household, server: Server) -> None:
    stranger = new_household(server)
    tag(house, house.new_key(), a="1")
    assert found(stranger) == set()
    assert stranger.huawei.call("list_kms_tags").tags == []
    stranger.alibaba.call("CreateSecret", SecretName="s", VersionId="v1", SecretData="x")
    # The key that encrypts it is the service's own.
    assert stranger.alibaba.call("ListKeys")["TotalCount"] == 1
    assert found(stranger) == set()
    path = f"/v1.0/{house.account.project_id}/kms"
    assert stranger.raw.send_to("GET", f"{path}/tags").code == "KMS.0321"
    assert stranger.raw.send_to("POST", f"{path}/resource_instances/action", {"action": "count"}).code == "KMS.0321"


def test_keys_that_are_to_be_deleted_are_found_still(house: Household) -> None:
    key_id = house.new_key()
    tag(house, key_id, a="1")
    house.huawei.call("delete_key", key_id=key_id, pending_days="7")
    assert found(house, tags=[{"key": "a"}]) == {key_id}


def test_a_user_needs_the_right_to_list(house: Household) -> None:
    nobody, other = house.new_user(), house.new_user(allow("kms:ListKeys"))
    somebody = house.new_user(allow("kms:ListTagResources", house.arn("key")))
    for user, code in ((nobody, "KMS.0306"), (other, "KMS.0306"), (somebody, "OK")):
        assert user.raw.send("GET", "kms/tags").code == code
        assert user.raw.send("POST", LIST, {"action": "count"}).code == code
        assert user.raw.send("POST", LIST, {"action": "filter"}).code == code


def wrong_lists() -> Iterator[tuple[dict[str, Any], str]]:
    values = [str(number) for number in range(11)]
    match = {"key": "resource_name", "value": "x"}
    for tags, code in (
        ([{"key": "a"}, {"key": "a"}], "KMS.0412"),
        ([{"key": "a", "values": ["1", "1"]}], "KMS.0412"),
        ([{"key": "a", "values": values}], "KMS.0413"),
        ([{"key": one} for one in values], "KMS.0407"),
        ([{"key": ""}], "KMS.0406"),
        ([{"key": "x" * 129}], "KMS.0406"),
        ([{"key": "a\0"}], "KMS.0406"),
        ([{"key": "a", "values": ["\0"]}], "KMS.0405"),
        ([{"key": "a", "values": ["x" * 129]}], "KMS.0405"),
        ([{"key": "a", "values": "x"}], "KMS.0414"),
        ([{"values": ["x"]}], "KMS.0204"),
    ):
        yield {"tags": tags}, code
    for wrong, code in (
        ({**match, "key": "key_alias"}, "KMS.0403"),
        ({**match, "key": ""}, "KMS.0403"),
        ({**match, "value": ""}, "KMS.0402"),
        ({**match, "value": "x" * 256}, "KMS.0402"),
        ({**match, "value": "\0"}, "KMS.0402"),
        ({**match, "value": 7}, "KMS.0415"),
        ({"key": "resource_name"}, "KMS.0204"),
    ):
        yield {"matches": [match, wrong]}, code
    for limit in (0, 1001, -1, "x", True, 1.5, "1.5", "9" * 30):
        yield {"limit": limit}, "KMS.1601"
    for offset in (-1, "-1", "x", True, 1.5, 2**31, "null"):
        yield {"offset": offset}, "KMS.0417"


@pytest.mark.parametrize(("given", "code"), list(wrong_lists()))
def test_what_is_wrong_is_told(house: Household, given: dict[str, Any], code: str) -> None:
    assert house.raw.send("POST", LIST, {"action": "filter", **given}).code == code


def test_counting_has_no_offset(house: Household) -> None:
    house.new_key()
    assert house.raw.send("POST", LIST, {"action": "count", "offset": "0"}).code == "KMS.0418"
    assert house.raw.send("POST", LIST, {"action": "count", "offset": "", "limit": "1"}).json == {"total_count": 1}
    assert house.raw.send("POST", LIST, {"action": "create"}).code == "KMS.0404"
    assert house.raw.send("POST", LIST, {"offset": 1}).code == "KMS.0204"


def test_every_wrong_body_is_refused_by_a_code(house: Household) -> None:
    good = {
        "action": "filter",
        "limit": "10",
        "offset": "0",
        "tags": [{"key": "a", "values": ["b"]}],
        "matches": [{"key": "resource_name", "value": "x"}],
        "sequence": str(uuid.uuid4()),
    }
    optional = [name for name in good if name != "action"]
    fine = {"limit": [7], "offset": [7], "tags": [[]], "matches": [[]]}
    for body in malformed(good, optional):
        if isinstance(body, dict) and any(body.get(name) in values for name, values in fine.items()):
            continue
        answer = house.raw.send("POST", LIST, body)
        assert is_refusal(answer), (body, answer.status, answer.body)

"""The tags of a key through the Huawei door, by its own SDK, and the same ones through the other."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from tests.huawei.household import Household, new_household
from tests.huawei.malformed import is_refusal, malformed
from tests.ram.calls import allow
from tests.support.server import Server

ABSENT = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def house(server: Server) -> Household:
    return new_household(server)


def item(key: str, value: str | None = "v") -> dict[str, str | None]:
    return {"key": key} if value is None else {"key": key, "value": value}


def tag(house: Household, key_id: str, **tags: str) -> None:
    house.huawei.call(
        "batch_create_kms_tags", key_id=key_id, action="create", tags=[item(*one) for one in tags.items()]
    )


def tags_of(house: Household, key_id: str) -> dict[str, str]:
    answer = house.huawei.call("show_kms_tags", key_id=key_id)
    found = {one.key: one.value for one in answer.tags}
    assert answer.exist_tags_num == len(answer.tags) == len(found)
    return found


def test_tags_live(house: Household) -> None:
    key_id = house.new_key()
    assert tags_of(house, key_id) == {}
    house.huawei.call("create_kms_tag", key_id=key_id, tag=item("DEV", "DEV1"))
    house.huawei.call("create_kms_tag", key_id=key_id, tag=item("empty", ""))
    house.huawei.call("create_kms_tag", key_id=key_id, tag=item("none", None))
    assert tags_of(house, key_id) == {"DEV": "DEV1", "empty": "", "none": ""}
    house.huawei.call("create_kms_tag", key_id=key_id, tag=item("DEV", "DEV2"))
    tag(house, key_id, a="1", DEV="DEV3")
    assert tags_of(house, key_id) == {"DEV": "DEV3", "a": "1", "empty": "", "none": ""}
    gone = [item("DEV", "DEV3"), item("a", "other"), item("empty", None), item("unknown")]
    house.huawei.call("batch_create_kms_tags", key_id=key_id, action="delete", tags=gone)
    assert tags_of(house, key_id) == {"a": "1", "none": ""}
    house.huawei.call("delete_tag", key_id=key_id, key="a")
    assert house.huawei.refused("delete_tag", key_id=key_id, key="a") == "KMS.0416"
    assert tags_of(house, key_id) == {"none": ""}


def test_successes_have_no_content(house: Household) -> None:
    key_id = house.new_key()
    path = f"kms/{key_id}/tags"
    for answer in (
        house.raw.send("POST", path, {"tag": item("a")}),
        house.raw.send("POST", f"{path}/action", {"action": "create", "tags": [item("b")]}),
        house.raw.send("POST", f"{path}/action", {"action": "delete", "tags": [item("b")]}),
        house.raw.send("DELETE", f"{path}/a"),
    ):
        assert (answer.status, answer.body) == (204, b"")
    assert house.raw.send("GET", path).json == {"tags": [], "existTagsNum": 0}


@pytest.mark.parametrize("name", ["a/b c", "ключ", "a%2Fb", "a?b&c", "#", "action", "a..b", "x" * 36, "aliyun", " "])
def test_a_tag_of_any_name_is_set_and_deleted(house: Household, name: str) -> None:
    key_id = house.new_key()
    house.huawei.call("create_kms_tag", key_id=key_id, tag=item(name, "v" * 43))
    assert tags_of(house, key_id) == {name: "v" * 43}
    house.huawei.call("delete_tag", key_id=key_id, key=name)
    assert tags_of(house, key_id) == {}


def test_tags_are_the_same_at_both_doors(house: Household) -> None:
    key_id = house.new_key()
    tag(house, key_id, ours="1")
    house.alibaba.call("TagResource", KeyId=key_id, Tags=json.dumps([{"TagKey": "theirs", "TagValue": "2"}]))
    assert tags_of(house, key_id) == {"ours": "1", "theirs": "2"}
    listed = house.alibaba.call("ListResourceTags", KeyId=key_id)["Tags"]["Tag"]
    assert {one["TagKey"]: one["TagValue"] for one in listed} == {"ours": "1", "theirs": "2"}
    house.alibaba.call("UntagResource", KeyId=key_id, TagKeys='["ours"]')
    house.huawei.call("delete_tag", key_id=key_id, key="theirs")
    assert tags_of(house, key_id) == {}


def test_a_key_has_at_most_ten(house: Household) -> None:
    key_id = house.new_key()
    tag(house, key_id, **{f"k{number}": "v" for number in range(9)})
    create = {"key_id": key_id, "action": "create"}
    assert house.huawei.refused("batch_create_kms_tags", **create, tags=[item("a"), item("b")]) == "KMS.0409"
    house.huawei.call("batch_create_kms_tags", **create, tags=[item("k1", "w"), item("a")])
    assert house.huawei.refused("create_kms_tag", key_id=key_id, tag=item("b")) == "KMS.0409"
    house.huawei.call("create_kms_tag", key_id=key_id, tag=item("a", "w"))
    assert len(tags_of(house, key_id)) == 10


def test_what_the_other_door_made_beyond_is_read_changed_and_deleted(house: Household) -> None:
    key_id = house.new_key()
    names = [f"k{number}" for number in range(19)] + ["x" * 128]
    tags = json.dumps([{"TagKey": name, "TagValue": "v=\\" + "v" * 60} for name in names])
    house.alibaba.call("TagResource", KeyId=key_id, Tags=tags)
    assert sorted(tags_of(house, key_id)) == sorted(names)
    house.huawei.call("create_kms_tag", key_id=key_id, tag=item("k1", "w"))
    assert house.huawei.refused("create_kms_tag", key_id=key_id, tag=item("new")) == "KMS.0409"
    house.huawei.call("delete_tag", key_id=key_id, key="x" * 128)
    gone = [item(name, None) for name in names]
    house.huawei.call("batch_create_kms_tags", key_id=key_id, action="delete", tags=gone)
    assert tags_of(house, key_id) == {}


def test_together_no_more_than_ten_are_made(house: Household) -> None:
    key_id = house.new_key()

    def create(number: int) -> str:
        return house.raw.send("POST", f"kms/{key_id}/tags", {"tag": item(f"k{number}")}).code

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(create, range(14)))
    assert sorted(codes) == ["KMS.0409"] * 4 + ["OK"] * 10
    assert len(tags_of(house, key_id)) == 10


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (item(""), "KMS.0411"),
        (item("x" * 37), "KMS.0411"),
        (item("k", "x" * 44), "KMS.0410"),
        *((item(f"a{sign}"), "KMS.0406") for sign in "*<>\\=\0\t\x1f"),
        *((item("k", f"{sign}a"), "KMS.0405") for sign in "*<>\\=\0\n\x1f"),
        ({}, "KMS.0204"),
        ({"value": "v"}, "KMS.0204"),
    ],
)
def test_a_wrong_tag_is_refused(house: Household, wrong: dict[str, Any], code: str) -> None:
    key_id = house.new_key()
    assert house.huawei.refused("create_kms_tag", key_id=key_id, tag=wrong) == code
    create = {"key_id": key_id, "action": "create"}
    assert house.huawei.refused("batch_create_kms_tags", **create, tags=[item("good"), wrong]) == code
    assert tags_of(house, key_id) == {}


def test_a_wrong_list_is_refused(house: Household) -> None:
    key_id = house.new_key()
    for action, tags, code in (
        ("create", [], "KMS.0401"),
        ("delete", [], "KMS.0401"),
        ("create", [item("a"), item("a", "w")], "KMS.0412"),
        ("create", [item(f"k{number}") for number in range(11)], "KMS.0409"),
        ("delete", [item(f"k{number}") for number in range(21)], "KMS.0407"),
        ("filter", [item("a")], "KMS.0404"),
        ("", [item("a")], "KMS.0204"),
    ):
        assert house.huawei.refused("batch_create_kms_tags", key_id=key_id, action=action, tags=tags) == code
    assert tags_of(house, key_id) == {}


def test_every_wrong_body_is_refused_by_a_code(house: Household) -> None:
    key_id, sequence = house.new_key(), {"sequence": str(uuid.uuid4())}
    tries = {
        f"kms/{key_id}/tags": {"tag": item("a"), **sequence},
        f"kms/{key_id}/tags/action": {"action": "create", "tags": [item("a")], **sequence},
    }
    for path, good in tries.items():
        for body in malformed(good, optional=["sequence"]):
            answer = house.raw.send("POST", path, body)
            assert is_refusal(answer), (path, body, answer.status, answer.body)
    for wrong in malformed({"key": "a", "value": "v"}, optional=["value"]):
        # A tag may have no value.
        if isinstance(wrong, dict) and wrong not in (
            {"key": "a"},
            {"key": "a", "value": None},
            {"key": "a", "value": ""},
        ):
            answer = house.raw.send("POST", f"kms/{key_id}/tags", {"tag": wrong})
            assert is_refusal(answer), (wrong, answer.status, answer.body)
    assert tags_of(house, key_id) == {}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("kms/alias/tags", "KMS.0205"),
        (f"kms/{ABSENT.upper().replace('0', 'A')}/tags", "KMS.0205"),
        (f"kms/{ABSENT}/tags", "KMS.0207"),
        ("kms/%00/tags", "KMS.0205"),
        ("kms/" + 5000 * "a" + "/tags", "KMS.0205"),
    ],
)
def test_a_wrong_key_is_refused(house: Household, path: str, code: str) -> None:
    assert house.raw.send("GET", path).code == code
    assert house.raw.send("POST", path, {"tag": item("a")}).code == code
    assert house.raw.send("POST", f"{path}/action", {"action": "delete", "tags": [item("a")]}).code == code
    assert house.raw.send("DELETE", f"{path}/a").code == code


@pytest.mark.parametrize("name", ["\0", "x" * 129, "never", "é" * 1000])
def test_a_tag_that_cannot_be_there_is_not(house: Household, name: str) -> None:
    assert house.raw.send("DELETE", f"kms/{house.new_key()}/tags/{quote(name, safe='')}").code == "KMS.0416"


def test_the_path_says_which_key_and_tag(house: Household) -> None:
    key_id, other = house.new_key(), house.new_key()
    house.raw.send("POST", f"kms/{key_id}/tags", {"tag": item("a"), "key_id": other, "project_id": "x"})
    assert (tags_of(house, key_id), tags_of(house, other)) == ({"a": "v"}, {})
    house.raw.send("DELETE", f"kms/{key_id}/tags/a", {"key": "b"})
    assert tags_of(house, key_id) == {}


def test_a_key_that_is_to_be_deleted_keeps_its_tags(house: Household) -> None:
    key_id = house.new_key()
    tag(house, key_id, a="1")
    house.huawei.call("delete_key", key_id=key_id, pending_days="7")
    assert house.huawei.refused("create_kms_tag", key_id=key_id, tag=item("b")) == "KMS.0210"
    assert house.huawei.refused("delete_tag", key_id=key_id, key="a") == "KMS.0210"
    for action in ("create", "delete"):
        refused = house.huawei.refused("batch_create_kms_tags", key_id=key_id, action=action, tags=[item("a", None)])
        assert refused == "KMS.0210"
    assert tags_of(house, key_id) == {"a": "1"}


def test_another_accounts_key_is_not_there(house: Household, server: Server) -> None:
    stranger, key_id = new_household(server), house.new_key()
    tag(house, key_id, a="1")
    assert stranger.huawei.refused("show_kms_tags", key_id=key_id) == "KMS.0207"
    assert stranger.huawei.refused("create_kms_tag", key_id=key_id, tag=item("b")) == "KMS.0207"
    assert stranger.huawei.refused("delete_tag", key_id=key_id, key="a") == "KMS.0207"
    assert tags_of(house, key_id) == {"a": "1"}


def test_a_user_needs_the_rights_that_the_other_door_asks_for(house: Household) -> None:
    key_id = house.new_key()
    resource, nobody = house.arn(f"key/{key_id}"), house.new_user()
    batch = {"key_id": key_id, "tags": [item("b")]}
    for action, method, given in (
        ("kms:TagResource", "create_kms_tag", {"key_id": key_id, "tag": item("a")}),
        ("kms:TagResource", "batch_create_kms_tags", {**batch, "action": "create"}),
        ("kms:ListResourceTags", "show_kms_tags", {"key_id": key_id}),
        ("kms:UntagResource", "batch_create_kms_tags", {**batch, "action": "delete"}),
        ("kms:UntagResource", "delete_tag", {"key_id": key_id, "key": "a"}),
    ):
        assert nobody.huawei.refused(method, **given) == "KMS.0306"
        other = allow(
            [one for one in ("kms:TagResource", "kms:UntagResource", "kms:ListResourceTags") if one != action]
        )
        assert house.new_user(other).huawei.refused(method, **given) == "KMS.0306"
        house.new_user(allow(action, resource)).huawei.call(method, **given)
    assert tags_of(house, key_id) == {}

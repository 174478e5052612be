"""What the tag operations refuse, with which code, and that nothing is done then."""

import json
from uuid import uuid4

import pytest

from tests.catalogue.refusals import names
from tests.support.client import Client
from tests.support.server import Server
from tests.tagging.things import NOT_FOUND, PENDING, Things, numbered, refusal, tags_of

CHANGES = {"TagResources": tags_of({"a": "1"}), "UntagResources": {"TagKey.1": "a"}}
OPERATIONS = {**CHANGES, "ListTagResources": {}}

operations = pytest.mark.parametrize("operation", OPERATIONS)
changes = pytest.mark.parametrize("operation", CHANGES)


@pytest.fixture
def ours(sqlite_server: Server) -> Things:
    """Keys of the shared account: what no handler sees is refused whoever asks, and whatever the database."""
    return Things(Client(sqlite_server.address, sqlite_server.account), "key")


@operations
@pytest.mark.parametrize("parameter", ["RegionId", "ResourceType"])
def test_a_missing_parameter_is_named(ours: Things, operation: str, parameter: str):
    common = {**ours.common, "ResourceId.1": str(uuid4()), **OPERATIONS[operation]}
    del common[parameter]
    assert names(ours.client.answer(operation, **common), "MissingParameter", parameter)
    assert names(ours.client.answer(operation, **common, **{parameter: ""}), "MissingParameter", parameter)


@changes
@pytest.mark.parametrize("empty", [{}, {"ResourceId": ""}, {"ResourceId": "[]"}])
def test_no_resources_are_missing_ones(ours: Things, operation: str, empty: dict[str, str]):
    assert names(ours.answer(operation, **empty, **CHANGES[operation]), "MissingParameter", "ResourceId")


@pytest.mark.parametrize(
    ("operation", "parameter", "given"),
    [
        ("TagResources", "Tag", {}),
        ("TagResources", "Tag", {"Tag": ""}),
        ("TagResources", "Tag", {"Tag": "[]"}),
        ("UntagResources", "TagKey", {}),
        ("UntagResources", "TagKey", {"TagKey": "[]"}),
        ("UntagResources", "TagKey", {"All": "false"}),
    ],
)
def test_no_tags_are_missing_ones(ours: Things, operation: str, parameter: str, given: dict[str, str]):
    assert names(ours.answer(operation, [str(uuid4())], **given), "MissingParameter", parameter)


WRONG = [
    *(("ResourceType", {"ResourceType": value}) for value in ("certificate", "KEY", "x" * 9000, "keys", '["key"]')),
    ("RegionId", {"RegionId": "x" * 65}),
    *(("ResourceId", {"ResourceId.1": value}) for value in ("", "x" * 65, "a\0b", "acs:kms:x", "acs:kms:x:1:secret/a")),
    *(("ResourceId", {f"ResourceId.{number}": "x"}) for number in ("0", "51", "01", "x", "-1", "1.1", "", "9" * 9)),
    *(("ResourceId", {"ResourceId": text}) for text in ("x", "5", "null", "[5]", "{", '{"a":"b"}', '[["a"]]', '[""]')),
    ("ResourceId", {"ResourceId": json.dumps([str(number) for number in range(51)])}),
]


@operations
def test_a_wrong_parameter_of_all_is_named(ours: Things, operation: str):
    for parameter, given in WRONG:
        request = {**ours.common, **OPERATIONS[operation], "ResourceId.2": "x", **given}
        assert names(ours.client.answer(operation, **request), "InvalidParameter", parameter), given


NO_TAGS = [
    *({"Tag": text} for text in ("x", "5", "null", "{", "[5]", '[["a"]]', '{"a":"b"}', '[{"Key":"a","Value":5}]')),
    *({"Tag": text} for text in ('[{"TagKey":"a","TagValue":"b"}]', "[" * 10_000, '[{"Key":"\\ud800"}]', "x" * 9000)),
    *({f"Tag.{part}": "a"} for part in ("1", "0.Key", "21.Key", "x.Key", "1.Name", "1.Key.1", ".Key")),
    {"Tag": json.dumps([{"Key": f"k{number}", "Value": "v"} for number in range(21)])},
]


@pytest.mark.parametrize("operation", ["TagResources", "ListTagResources"])
def test_what_is_no_list_of_tags_is_refused(ours: Things, operation: str):
    for given in NO_TAGS:
        assert names(ours.answer(operation, [str(uuid4())], **given), "InvalidParameter", "Tag"), given


BAD_TEXTS = ["", "x" * 129, "a,b", "a\0b", "\n", "a\n", "\U0001f600", "a*"]
RESERVED = ["aliyun", "aliyun.x", "acs:x"]


@pytest.mark.parametrize("operation", ["TagResources", "ListTagResources"])
def test_a_bad_tag_key_has_a_code_of_its_own(ours: Things, operation: str):
    for key in (*BAD_TEXTS, *RESERVED):
        answer = ours.answer(operation, [str(uuid4())], **tags_of({"good": "v", key: "v"}))
        assert refusal(answer) == (400, "InvalidParameter.TagKey"), key


@pytest.mark.parametrize("operation", ["TagResources", "ListTagResources"])
def test_a_tag_without_a_key_has_a_bad_one(ours: Things, operation: str):
    answer = ours.answer(operation, [str(uuid4())], **{"Tag.1.Value": "v"})
    assert refusal(answer) == (400, "InvalidParameter.TagKey")


@pytest.mark.parametrize("operation", ["TagResources", "ListTagResources"])
def test_a_bad_tag_value_has_a_code_of_its_own(ours: Things, operation: str):
    for value in BAD_TEXTS[1:]:
        answer = ours.answer(operation, [str(uuid4())], **tags_of({"good": "v", "a": value}))
        assert refusal(answer) == (400, "InvalidParameter.TagValue"), value


@pytest.mark.parametrize("value", ["", None])
def test_a_tag_to_put_needs_a_value(ours: Things, value: str | None):
    answer = ours.answer("TagResources", [str(uuid4())], **tags_of({"a": value}))
    assert refusal(answer) == (400, "InvalidParameter.TagValue")


@pytest.mark.parametrize("operation", ["TagResources", "ListTagResources"])
def test_a_tag_key_that_occurs_twice_is_a_duplicate(ours: Things, operation: str):
    twice = {"Tag.1.Key": "a", "Tag.1.Value": "1", "Tag.2.Key": "a", "Tag.2.Value": "2"}
    answer = ours.answer(operation, [str(uuid4())], **twice)
    assert refusal(answer) == (400, "Duplicate.TagKey")
    assert answer.json["Message"] == "The specified tagKey is duplicate."


def test_a_bad_tag_key_to_take_off_has_that_code_too(ours: Things):
    for key in (*BAD_TEXTS[1:], *RESERVED):
        answer = ours.answer("UntagResources", [str(uuid4())], **{"TagKey.1": "good", "TagKey.2": key})
        assert refusal(answer) == (400, "InvalidParameter.TagKey"), key


NO_TAG_KEYS = [
    *({"TagKey": text} for text in ("x", "5", "null", "[5]", '[["a"]]', '{"a":"b"}', "[" * 10_000)),
    *({f"TagKey.{number}": "a"} for number in ("0", "21", "x")),
    {"TagKey": json.dumps([f"k{number}" for number in range(21)])},
    {"TagKey.1": ""},
]


def test_what_is_no_list_of_tag_keys_is_refused(ours: Things):
    for given in NO_TAG_KEYS:
        assert names(ours.answer("UntagResources", [str(uuid4())], **given), "InvalidParameter", "TagKey"), given


def test_all_is_true_or_false(ours: Things):
    for value in ("x", "2", "[]", "truee"):
        assert names(ours.answer("UntagResources", [str(uuid4())], All=value), "InvalidParameter", "All")


def test_a_bad_name_of_a_secret_is_refused(ours: Things):
    secrets = Things(ours.client, "secret")
    for name in ("a b", "x" * 193, "ä", f"acs:kms:cn-hangzhou:1234567890123456:key/{uuid4()}"):
        assert names(secrets.answer("ListTagResources", [name]), "InvalidParameter", "ResourceId")


@operations
def test_an_alias_names_no_resource(ours: Things, operation: str):
    answer = ours.answer(operation, ["alias/x"], **OPERATIONS[operation])
    assert refusal(answer) == (400, "Unsupported.Alias")


@operations
def test_what_is_not_there_is_not_found_and_the_others_stay(things: Things, others: Things, operation: str):
    [ours], [theirs] = things.make(), others.make()
    things.tag([ours], {"a": "0"})
    others.tag([theirs], {"a": "0"})
    elsewhere = things.arn(ours).replace(things.common["RegionId"], "cn-elsewhere")
    for absent in (str(uuid4()), theirs, others.arn(theirs), things.arn(theirs), elsewhere):
        answer = things.answer(operation, [ours, absent], **OPERATIONS[operation])
        assert refusal(answer) == NOT_FOUND
        assert answer.json["Message"].startswith("The specified ResourceId is not found.")
    assert things.listed() == {ours: {"a": "0"}}
    assert others.listed() == {theirs: {"a": "0"}}


@changes
def test_what_is_to_be_deleted_does_not_change_nor_do_the_others(things: Things, operation: str):
    ours, planned = things.make(2)
    things.tag([ours, planned], {"a": "0"})
    things.plan_deletion(planned)
    assert refusal(things.answer(operation, [ours, planned], **CHANGES[operation])) == PENDING[things.kind]
    assert things.listed([ours, planned]) == things.listed() == {ours: {"a": "0"}, planned: {"a": "0"}}


def test_the_21st_tag_is_one_too_many_for_all(things: Things):
    full, other = things.make(2)
    things.tag([full], {f"k{number}": "v" for number in range(20)})
    answer = things.answer("TagResources", [other, full], **tags_of({"k0": "new", "one-more": "v"}))
    assert refusal(answer) == (400, "Rejected.LimitExceeded")
    assert things.listed([other]) == {}
    things.tag([other, full], {"k0": "new"})
    assert things.listed([full])[full]["k0"] == "new"


def test_a_refused_dry_run_says_what_would_be_wrong(things: Things):
    [ours] = things.make()
    dry = {"DryRun": "true"}
    assert things.answer("TagResources", [ours], **tags_of({"acs:a": "1"}), **dry).code == "ValidationError"
    absent = things.answer("UntagResources", [str(uuid4())], **numbered("TagKey", ["a"]), **dry)
    assert absent.code == "InvalidResourceId.NotFound"

"""TagResources and UntagResources where they succeed, for keys and for secrets."""

import json

import pytest

from tests.audit.logs import read
from tests.support.client import Client, send, v3_headers
from tests.support.server import Server
from tests.tagging.things import Things, tags_of


def test_the_same_tags_are_put_on_several(things: Things):
    first, second, third = things.make(3)
    things.tag([first, second], {"team": "blue", "stage": "test"})
    assert things.listed() == {name: {"team": "blue", "stage": "test"} for name in (first, second)}
    things.tag([second, third], {"team": "red"})
    assert things.listed() == {
        first: {"team": "blue", "stage": "test"},
        second: {"team": "red", "stage": "test"},
        third: {"team": "red"},
    }


def test_one_may_be_named_by_its_arn_and_more_than_once(things: Things):
    first, second = things.make(2)
    things.tag([things.arn(first), first, second, first], {"a": "1"})
    assert things.listed([things.arn(first), first]) == {first: {"a": "1"}}
    things.untag([things.arn(first), first], "a")
    assert things.listed() == {second: {"a": "1"}}


def test_the_operations_for_one_see_the_same_tags(things: Things):
    (name,) = things.make()
    parameter = {"key": "KeyId", "secret": "SecretName"}[things.kind]
    things.client.call("TagResource", **{parameter: name}, Tags='[{"TagKey":"a","TagValue":"1"}]')
    things.tag([name], {"b": "2"})
    assert things.listed([name]) == {name: {"a": "1", "b": "2"}}
    things.client.call("UntagResource", **{parameter: name}, TagKeys='["a"]')
    assert things.listed([name]) == {name: {"b": "2"}}
    if things.kind == "key":
        listed = things.client.call("ListResourceTags", KeyId=name)["Tags"]["Tag"]
    else:
        listed = things.client.call("DescribeSecret", SecretName=name, FetchTags="true")["Tags"]["Tag"]
    assert [(one["TagKey"], one["TagValue"]) for one in listed] == [("b", "2")]


def test_tags_are_taken_off_by_their_keys(things: Things):
    first, second = things.make(2)
    things.tag([first, second], {"a": "1", "b": "2", "c": "3"})
    things.untag([first], "a", "no-such-tag", "a")
    things.untag([first, second], "b")
    assert things.listed() == {first: {"c": "3"}, second: {"a": "1", "c": "3"}}


@pytest.mark.parametrize("spelling", ["true", "True"])
def test_all_tags_are_taken_off_of_those_that_are_named(things: Things, spelling: str):
    first, second, third = things.make(3)
    things.tag([first, second, third], {"a": "1", "b": "2"})
    things.untag([first, second], All=spelling)
    assert things.listed() == {third: {"a": "1", "b": "2"}}


@pytest.mark.parametrize("value", ["true", "false"])
def test_all_says_nothing_beside_tag_keys(things: Things, value: str):
    (name,) = things.make()
    things.tag([name], {"a": "1", "b": "2"})
    things.untag([name], "a", All=value)
    assert things.listed() == {name: {"b": "2"}}


def test_fifty_get_twenty_tags_in_one_call(things: Things):
    names = things.make(50)
    tags = {f"k{number}": f"v{number}" for number in range(20)}
    things.tag(names, tags)
    assert things.listed(names[-1:]) == {names[-1]: tags}


def test_awkward_tags_come_back_as_they_were_sent(things: Things):
    (name,) = things.make()
    tags = {"a b": "c d", "/\\_-.+=:@": "/\\_-.+=:@", "键": "值", "K" * 128: "v" * 128, "case": "1", "Case": "2"}
    things.tag([name], tags)
    assert things.listed() == {name: tags}


def test_lists_are_taken_as_json_too(server: Server, things: Things):
    first, second = things.make(2)
    lists = {"ResourceId": [first, second], "Tag": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}
    by_body(server, things, "TagResources", **lists)
    assert things.listed() == {name: {"a": "1", "b": "2"} for name in (first, second)}
    by_body(server, things, "UntagResources", ResourceId=[first], TagKey=["a"])
    by_body(server, things, "UntagResources", ResourceId=[second], TagKey=[], All=True)
    assert things.listed() == {first: {"b": "2"}}
    things.call("TagResources", ResourceId=json.dumps([second]), Tag='[{"Key":"c","Value":"3"}]')
    assert things.listed([second]) == {second: {"c": "3"}}


def by_body(server: Server, things: Things, operation: str, **members: object) -> None:
    body = json.dumps({**things.common, **members}).encode()
    headers = v3_headers(things.client.account, operation, "", server.address, body, content_type="application/json")
    answer = send(server.address, "POST", "/", headers, body)
    assert answer.status == 200, answer.body


def test_the_order_of_a_list_is_that_of_its_numbers_and_some_may_be_left_out(things: Things):
    (name,) = things.make()
    request = {"ResourceId.7": name, "Tag.20.Value": "2", "Tag.20.Key": "b", "Tag.3.Key": "a", "Tag.3.Value": "1"}
    things.call("TagResources", **request)
    assert things.listed() == {name: {"a": "1", "b": "2"}}


def test_version_1_of_the_signature_carries_the_lists_as_well(things: Things):
    (name,) = things.make()
    by_version_1 = things.by(Client(things.client.address, things.client.account, version=1))
    by_version_1.tag([name], {"a": "1"})
    assert by_version_1.listed([name]) == {name: {"a": "1"}}


def test_a_dry_run_changes_nothing(things: Things):
    (name,) = things.make()
    things.tag([name], {"a": "1"})
    for operation, more in (("TagResources", tags_of({"b": "2"})), ("UntagResources", {"All": "true"})):
        assert things.answer(operation, [name], **more, DryRun="true").code == "DryRunOperationError"
    assert things.listed() == {name: {"a": "1"}}


def test_the_audit_log_names_every_resource(server: Server, things: Things):
    names = things.make(2)
    request_id = things.call("TagResources", names, **tags_of({"a": "1"}))["RequestId"]
    [line] = [line for line in read(server.data / "audit") if line["id"] == request_id]
    on = ",".join(f"{things.kind}/{name}" for name in names)
    assert line["on"] == on

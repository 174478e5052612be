"""ListTagResources: what it answers, its filters and its pages."""

import base64
import json
from itertools import chain, pairwise
from uuid import uuid4

from tests.catalogue.refusals import names
from tests.tagging.things import Things


def test_no_tags_are_an_empty_list_in_its_place(things: Things):
    (name,) = things.make()
    for answer in (things.page(), things.page([name]), things.page([name], {"a": None})):
        assert answer.keys() == {"RequestId", "TagResources"}
        assert answer["TagResources"] == {"TagResource": []}


def test_only_what_is_named_is_listed(things: Things):
    first, second, third = things.make(3)
    things.tag([first, second, third], {"a": "1"})
    assert things.listed([third, first]) == {first: {"a": "1"}, third: {"a": "1"}}
    assert things.listed() == {name: {"a": "1"} for name in (first, second, third)}


def test_tags_are_listed_of_what_has_all_that_are_asked_for(things: Things):
    first, second, third = things.make(3)
    things.tag([first], {"team": "blue", "stage": "test", "more": "x"})
    things.tag([second], {"team": "blue", "stage": "live"})
    things.tag([third], {"team": "red"})
    blue, staged = {"team": "blue"}, {"team": "blue", "stage": "test"}
    assert things.listed([], {"team": "blue"}) == {first: blue, second: blue}
    assert things.listed([], {"team": None}) == {first: blue, second: blue, third: {"team": "red"}}
    assert things.listed([], {"team": "blue", "stage": None}) == {first: staged, second: {**blue, "stage": "live"}}
    assert things.listed([], {"stage": "test", "team": "blue"}) == {first: staged}
    assert things.listed([], {"team": "red", "stage": "test"}) == {}
    assert things.listed([], {"team": "Blue"}) == things.listed([], {"Team": None}) == {}
    assert things.listed([second, third], {"team": None}) == {second: blue, third: {"team": "red"}}
    assert things.listed([third], {"team": "blue"}) == {}


def test_an_empty_value_asks_for_any(things: Things):
    (name,) = things.make()
    things.tag([name], {"a": "1"})
    assert things.listed([], {"a": ""}) == {name: {"a": "1"}}


def test_keys_and_secrets_are_listed_apart(things: Things):
    (name,) = things.make()
    things.tag([name], {"a": "1"})
    other = Things(things.client, {"key": "secret", "secret": "key"}[things.kind])
    assert other.listed() == {}


def test_more_than_200_come_in_pages(things: Things):
    tags = {f"k{number:02d}": "v" for number in range(20)}
    made = things.make(21)
    things.tag(made, tags)
    pages = [things.page()]
    while "NextToken" in pages[-1]:
        pages.append(things.page(NextToken=pages[-1]["NextToken"]))
    listed = [page["TagResources"]["TagResource"] for page in pages]
    assert [len(one) for one in listed] == [200, 200, 20]
    assert things.collected(list(chain(*listed))) == dict.fromkeys(made, tags)
    assert all(before["NextToken"] != after.get("NextToken") for before, after in pairwise(pages))


def test_exactly_200_are_one_page(things: Things):
    made = things.make(11)
    tags = {f"k{number:02d}": "v" for number in range(20)}
    things.tag(made, tags)
    assert things.listed(made[:10]) == dict.fromkeys(made[:10], tags)
    first = things.page(made)
    assert len(first["TagResources"]["TagResource"]) == 200
    rest = things.page(made, NextToken=first["NextToken"])
    assert len(rest["TagResources"]["TagResource"]) == 20
    assert "NextToken" not in rest


def test_pages_keep_their_place_while_tags_go(things: Things):
    made = things.make(11)
    tags = {f"k{number:02d}": "v" for number in range(20)}
    things.tag(made, tags)
    first = things.page()
    things.untag(made, "k19")
    rest = things.page(NextToken=first["NextToken"])
    seen = {one["ResourceId"] for page in (first, rest) for one in page["TagResources"]["TagResource"]}
    assert seen == set(made)


def of(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


TOKENS = [
    *("x", "null", "=", "a" * 9000, "ä", "_" * 8, "AAAA", "caeba0bbb2be03f84eb48b699f0a4883"),
    *map(of, (5, {}, "a", ["a"], ["a", 5], ["a", "\0"], ["a", "b", "c"], ["\ud800", "b"])),
]


def test_a_token_that_is_not_ours_is_refused(things: Things):
    for token in TOKENS:
        assert names(things.answer("ListTagResources", NextToken=token), "InvalidParameter", "NextToken"), token


def test_a_token_shows_nothing_of_another_account(things: Things, others: Things):
    [ours], [theirs] = things.make(), others.make()
    things.tag([ours], {"a": "1"})
    others.tag([theirs], {"b": "2"})
    for token in (of(["", ""]), of([theirs, "a"]), of([str(uuid4()), "' OR 1=1 --"])):
        listed = things.page(NextToken=token)["TagResources"]["TagResource"]
        assert {one["ResourceId"] for one in listed} <= {ours}

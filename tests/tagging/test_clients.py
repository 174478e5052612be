"""The tag operations as official clients send them, and in the order in which Terraform does."""

from collections.abc import Callable

import pytest

from tests.sdk.classic import Classic
from tests.sdk.sdk import Sdk, SdkError
from tests.sdk.tea import GenericTea, Tea
from tests.support.server import Account
from tests.tagging.things import Things, numbered, tags_of

CLIENTS: dict[str, Callable[[str, Account], Sdk]] = {
    "classic": Classic,
    "tea-v3": Tea,
    "tea-v1": lambda address, account: Tea(address, account, "v2"),
    "tea-form": lambda address, account: GenericTea(address, account, "formData"),
    "tea-json": lambda address, account: GenericTea(address, account, "json"),
}


@pytest.fixture(params=CLIENTS)
def sdk(request: pytest.FixtureRequest, things: Things) -> Sdk:
    return CLIENTS[request.param](things.client.address, things.client.account)


def test_a_client_tags_lists_and_untags(sdk: Sdk, things: Things):
    first, second = things.make(2)
    both = {**things.common, "ResourceId": [first, second]}
    tags = [{"Key": "team", "Value": "b lü"}, {"Key": "stage", "Value": "a+b=c"}]
    sdk.call("TagResources", **both, Tag=tags)
    wanted = {"team": "b lü", "stage": "a+b=c"}
    assert things.listed() == {first: wanted, second: wanted}
    answer = sdk.call("ListTagResources", **both, Tag=[{"Key": "stage"}])
    assert things.collected(answer["TagResources"]["TagResource"]) == {
        name: {"stage": "a+b=c"} for name in (first, second)
    }
    sdk.call("UntagResources", **{**both, "ResourceId": [first]}, TagKey=["stage"])
    assert things.listed() == {first: {"team": "b lü"}, second: wanted}
    sdk.call("UntagResources", **both, All=True)
    empty = sdk.call("ListTagResources", **both, Tag=[])
    assert empty["TagResources"] == {"TagResource": []}
    assert not empty.get("NextToken")


def test_a_client_reads_page_after_page(sdk: Sdk, things: Things):
    made = things.make(11)
    tags = {f"k{number:02d}": "v" for number in range(20)}
    things.tag(made, tags)
    first = sdk.call("ListTagResources", **things.common, Tag=[])
    rest = sdk.call("ListTagResources", **things.common, Tag=[], NextToken=first["NextToken"])
    pages = [page["TagResources"]["TagResource"] for page in (first, rest)]
    assert [len(page) for page in pages] == [200, 20]
    assert things.collected([*pages[0], *pages[1]]) == dict.fromkeys(made, tags)


def test_a_client_reads_the_code_of_a_refusal(sdk: Sdk, things: Things):
    twice = [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]
    for given, code in (
        ({"Tag": [{"Key": "a", "Value": "1"}]}, "InvalidResourceId.NotFound"),
        ({"Tag": twice}, "Duplicate.TagKey"),
        ({"Tag": []}, "MissingParameter"),
    ):
        with pytest.raises(SdkError) as raised:
            sdk.call("TagResources", **things.common, ResourceId=["there-is-none"], **given)
        assert raised.value.code == code


def test_terraform_creates_reads_changes_and_reads(things: Things):
    terraform = GenericTea(things.client.address, things.client.account, "formData")
    (name,) = things.make()
    resource = {**things.common, "ResourceId.1": name}

    def read() -> list[tuple[str, str]]:
        listed = terraform.call("ListTagResources", **resource)["TagResources"]["TagResource"]
        return sorted((one["TagKey"], one["TagValue"]) for one in listed)

    assert read() == []
    terraform.call("TagResources", **resource, **tags_of({"Created": "TF", "For": "Test"}))
    assert read() == [("Created", "TF"), ("For", "Test")]
    terraform.call("UntagResources", **resource, **numbered("TagKey", ["For"]))
    terraform.call("TagResources", **resource, **tags_of({"Created": "TF-update"}))
    assert read() == [("Created", "TF-update")]
    terraform.call("UntagResources", **resource, **numbered("TagKey", ["Created"]))
    assert read() == []

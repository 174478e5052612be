"""ListSecrets with its filters, and what DescribeSecret and UpdateSecret say (reference 3.11)."""

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.keys.still import StillServer
from tests.secrets.things import DAY, create, described, new_name

TAGS = '[{"TagKey":"team","TagValue":"a b"},{"TagKey":"env","TagValue":"prod"}]'


@pytest.fixture(scope="module")
def listed(still: StillServer) -> Iterator[dict[str, str]]:
    """Secrets of a word that no other has, by what a test calls them."""
    word = uuid4().hex[:12]
    made = {"VersionId": "v1", "SecretData": "x"}
    names = {kind: f"{word}/{kind}" for kind in ("one", "Two", "t_o", "planned")}
    more = {"one": {"Tags": TAGS, "Description": f"50% of {word}"}, "Two": {"Tags": TAGS.replace("prod", "test")}}
    for kind, name in names.items():
        still.call("CreateSecret", SecretName=name, **made, **more.get(kind, {}))
        still.wait(1)
    still.call("DeleteSecret", SecretName=names["planned"], RecoveryWindowInDays="7")
    yield {**names, "word": word}
    for name in names.values():
        still.answer("DeleteSecret", SecretName=name, ForceDeleteWithoutRecovery="true")


def found(still: StillServer, listed: dict[str, str], *filters: tuple[str, list[str]], **page: str) -> list[str]:
    """What a test calls those of its secrets that are found, in their order."""
    text = json.dumps([{"Key": name, "Values": values} for name, values in filters])
    names = {name: kind for kind, name in listed.items()}
    answer = still.call("ListSecrets", Filters=text, **{"PageSize": "100", **page})
    return [names[one["SecretName"]] for one in answer["SecretList"]["Secret"] if one["SecretName"] in names]


def test_the_newest_comes_first_a_page_at_a_time(still: StillServer, listed: dict[str, str]):
    ours = ("SecretName", [listed["word"]])
    assert found(still, listed, ours) == ["planned", "t_o", "Two", "one"]
    assert found(still, listed, ours, PageNumber="2", PageSize="3") == ["one"]
    assert found(still, listed, ours, PageNumber="3", PageSize="3") == []


@pytest.mark.parametrize(
    ("filters", "kinds"),
    [
        ([("SecretName", ["/one"])], {"one"}),
        ([("SecretName", ["/one", "/Two"])], {"one", "Two"}),
        ([("SecretName", ["/two"])], set()),
        ([("SecretName", ["/t_o"])], {"t_o"}),
        ([("SecretName", ["/t%o"])], set()),
        ([("Description", ["50% of"])], {"one"}),
        ([("Description", ["50_ of"])], set()),
        ([("TagKey", ["team"])], {"one", "Two"}),
        ([("TagValue", ["prod"])], {"one"}),
        ([("TagValue", ["pro"])], set()),
        ([("TagKey", ["team"]), ("TagValue", ["prod", "test"])], {"one", "Two"}),
        ([("TagKey", ["env"]), ("SecretName", ["/Two"])], {"Two"}),
        ([("SecretType", ["Rds"])], set()),
        ([("DKMSInstanceId", ["kst-x"])], set()),
        ([("TagKey", []), ("TagValue", ["prod"])], {"one"}),
    ],
)
def test_names_of_filters_combine_with_and_their_values_with_or(
    still: StillServer, listed: dict[str, str], filters: list[tuple[str, list[str]]], kinds: set[str]
):
    assert set(found(still, listed, *filters)) == kinds


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([{"Key": "SecretName", "Values": ["x"]}] * 11),
        json.dumps([{"Key": "SecretName", "Values": ["x"] * 11}]),
        json.dumps([{"Key": "SecretName", "Values": ["x" * 193]}]),
        json.dumps([{"Key": "Description", "Values": ["x" * 257]}]),
        json.dumps([{"Key": "Description", "Values": ["a\0"]}]),
        json.dumps([{"Key": "TagKey", "Values": [""]}]),
        json.dumps([{"Key": "SecretValue", "Values": ["x"]}]),
    ],
)
def test_filters_that_the_documents_do_not_have_are_refused(still: StillServer, text: str):
    assert still.refused("ListSecrets", Filters=text) == "InvalidParameter"


def test_a_secret_whose_window_is_over_is_not_there_before_a_job_has_come(still: StillServer):
    name = create(still)
    word = name.rpartition("/")[2]
    still.call("DeleteSecret", SecretName=name, RecoveryWindowInDays="7")
    filters = json.dumps([{"Key": "SecretName", "Values": [word]}])
    assert still.call("ListSecrets", Filters=filters)["TotalCount"] == 1
    still.wait(7 * DAY)
    assert still.call("ListSecrets", Filters=filters)["TotalCount"] == 0
    for operation in ("DescribeSecret", "RestoreSecret", "DeleteSecret", "ListSecretVersionIds", "GetSecretValue"):
        assert still.refused(operation, SecretName=name) == "Forbidden.ResourceNotFound"
    still.call("CreateSecret", SecretName=name, VersionId="v1", SecretData="anew")
    assert described(still, name).get("PlannedDeleteTime") is None


def test_a_description_is_replaced_and_may_be_taken_away(still: StillServer):
    name = create(still, Description="first")
    for text in ("second 中", ""):
        still.wait(1)
        still.call("UpdateSecret", SecretName=name, Description=text)
        shown = described(still, name)
        assert (shown["Description"], shown["UpdateTime"] > shown["CreateTime"]) == (text, True)
    long = still.answer("UpdateSecret", SecretName=name, Description="x" * 8193)
    assert (long.code, '"Description"' in long.json["Message"]) == ("InvalidParameter", True)
    assert described(still, name)["Description"] == ""


def test_an_update_of_nothing_changes_nothing(still: StillServer):
    name = create(still, Description="d")
    before = described(still, name)
    still.wait(1)
    still.call("UpdateSecret", SecretName=name)
    still.call("UpdateSecret", SecretName=name, Description="d")
    assert {**described(still, name), "RequestId": ""} == {**before, "RequestId": ""}


def test_a_name_that_was_never_made_is_not_found_by_any_operation(still: StillServer):
    name = {"SecretName": new_name()}
    for operation in ("DescribeSecret", "DeleteSecret", "RestoreSecret", "UpdateSecret", "ListSecretVersionIds"):
        assert still.refused(operation, **name) == "Forbidden.ResourceNotFound"

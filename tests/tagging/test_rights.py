"""The tag operations ask on each resource that is named, and ListTagResources without one on the container."""

import pytest

from tests.permissions.documents import key_policy
from tests.permissions.documents import names as statement
from tests.permissions.stage import Holder, House, new_house
from tests.ram.calls import allow
from tests.support.server import Server
from tests.tagging.things import NOT_FOUND, Things, refusal, tags_of

DENIED = (403, "Forbidden.NoPermission")
REQUESTS = {"TagResources": tags_of({"a": "1"}), "UntagResources": {"All": "true"}, "ListTagResources": {}}
operations = pytest.mark.parametrize("operation", REQUESTS)


@pytest.fixture(scope="module")
def houses() -> dict[str, tuple[House, House]]:
    return {}


@pytest.fixture
def both(server: Server, houses: dict[str, tuple[House, House]]) -> tuple[House, House]:
    if server.address not in houses:
        houses[server.address] = new_house(server), new_house(server)
    return houses[server.address]


@pytest.fixture
def house(both: tuple[House, House]) -> House:
    return both[0]


@pytest.fixture
def user(house: House) -> Holder:
    return house.new_user()


@pytest.fixture(params=["key", "secret"])
def things(request: pytest.FixtureRequest, house: House) -> Things:
    return Things(house.root, request.param)


@operations
def test_every_resource_that_is_named_must_be_permitted(house: House, user: Holder, things: Things, operation: str):
    first, second = things.make(2)
    action = f"kms:{operation}"
    by_user = things.by(user.caller)
    request = REQUESTS[operation]
    assert refusal(by_user.answer(operation, [first], **request)) == DENIED
    user.may(house.right((action, f"{things.kind}/{first}")))
    assert by_user.answer(operation, [first], **request).status == 200
    things.tag([first], {"b": "0"})
    for named in ([first, second], [second, first]):
        answer = by_user.answer(operation, named, **request)
        assert refusal(answer) == DENIED
        assert f"{things.kind}/{second}" in answer.json["Message"]
    assert things.listed([first])[first]["b"] == "0"
    user.may(*(house.right((action, f"{things.kind}/{name}")) for name in (first, second)))
    assert by_user.answer(operation, [first, second], **request).status == 200


@operations
def test_another_action_does_not_do(house: House, user: Holder, things: Things, operation: str):
    (name,) = things.make()
    user.may(allow([f"kms:{other}" for other in REQUESTS if other != operation]), allow("kms:TagResource"))
    assert refusal(things.by(user.caller).answer(operation, [name], **REQUESTS[operation])) == DENIED


def test_the_list_of_all_is_asked_for_on_the_container(house: House, user: Holder, things: Things):
    (name,) = things.make()
    things.tag([name], {"a": "1"})
    by_user = things.by(user.caller)
    user.may(house.right(("kms:ListTagResources", f"{things.kind}/*")))
    assert by_user.answer("ListTagResources", [name]).status == 200
    assert refusal(by_user.answer("ListTagResources")) == DENIED
    user.may(house.right(("kms:ListTagResources", things.kind)))
    assert by_user.listed()[name] == {"a": "1"}
    assert refusal(by_user.answer("ListTagResources", [name])) == DENIED


def test_tags_decide_about_tagging(user: Holder, things: Things):
    mine, not_mine = things.make(2)
    things.tag([mine], {"team": "blue"})
    blue = {"StringEquals": {"kms:tag/team": "blue"}}
    user.may({**allow(["kms:TagResources", "kms:UntagResources"]), "Condition": blue})
    by_user = things.by(user.caller)
    by_user.tag([mine], {"a": "1"})
    assert refusal(by_user.answer("TagResources", [mine, not_mine], **tags_of({"team": "blue"}))) == DENIED
    by_user.untag([mine], "team")
    assert refusal(by_user.answer("TagResources", [mine], **tags_of({"team": "blue"}))) == DENIED


@operations
def test_what_does_not_exist_tells_nothing_to_whoever_may_nothing(user: Holder, things: Things, operation: str):
    answer = things.by(user.caller).answer(operation, ["there-is-none"], **REQUESTS[operation])
    assert refusal(answer) == DENIED


@operations
def test_anothers_resource_exists_where_its_policy_opens_it(both: tuple[House, House], things: Things, operation: str):
    house, other = both
    (name,) = things.make()
    things.tag([name], {"z": "0"})
    theirs, request = things.by(other.root), REQUESTS[operation]
    arn = things.arn(name)
    assert refusal(theirs.answer(operation, [arn], **request)) == NOT_FOUND
    opened = key_policy(statement(other.principal("root"), f"kms:{operation}"))
    if things.kind == "key":
        house.root.call("SetKeyPolicy", KeyId=name, Policy=opened)
    else:
        house.root.call("SetSecretPolicy", SecretName=name, Policy=opened)
    assert theirs.answer(operation, [arn], **request).status == 200
    assert refusal(theirs.answer(operation, [name], **request)) == NOT_FOUND
    assert name not in theirs.by(other.root).listed()
    tags = {"TagResources": {"a": "1", "z": "0"}, "UntagResources": {}, "ListTagResources": {"z": "0"}}[operation]
    assert things.listed([name]) == ({name: tags} if tags else {})

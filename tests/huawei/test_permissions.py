"""Every operation of the Huawei door asks for its right or rights on its own key, and for no others."""

import random
from uuid import uuid4

import pytest

from tests.huawei.needs import GUARDED, NEEDS, needs_in, operation_of, request_of
from tests.huawei.raw import Answer, Raw
from tests.huawei.world import OPERATIONS, World, ask, changes, make_world, route
from tests.permissions.callers import Caller
from tests.permissions.needs import Right
from tests.permissions.stage import EVERYTHING, Holder, House
from tests.ram.calls import allow
from tests.support.server import Server, create_account


class Estate:
    """An account with a world, and a user of it whose rights every test sets before it asks for anything."""

    def __init__(self, server: Server) -> None:
        account = create_account(server.data, str(random.randrange(10**15, 10**16)))
        self.root = Raw(server.address, account)
        self.house = House(server, Caller(server.address, account))
        self.world = make_world(self.root)
        self.user: Holder = self.house.new_user()

    def ask(self, case: str, world: World | None = None) -> Answer:
        as_user = Raw(self.root.address, self.user.caller.account)
        return ask(as_user, operation_of(case), request_of(world or self.world, case))

    def rights(self, case: str) -> list[Right]:
        return needs_in(self.world, case)

    def nearly(self, right: Right) -> list[dict[str, object]]:
        """Another action on the resource, and the action on other resources."""
        action, resource = right
        if resource == "*":
            return [allow("kms:Other", "*")]
        others = [f"{resource}x", f"{resource}/*", f"key/{uuid4()}"]
        return [allow("kms:Other", self.house.arn(resource)), allow(action, [self.house.arn(one) for one in others])]

    def require_refused(self, case: str, right: Right) -> None:
        """The refusal names the right that is missing."""
        answer, (action, resource) = self.ask(case), right
        assert (answer.status, answer.code) == (403, "KMS.0306"), answer.body
        assert f"{action} on {self.house.arn(resource)}: " in answer.json["error"]["error_msg"]


@pytest.fixture(scope="module")
def estate(sqlite_server: Server) -> Estate:
    """For calls that change nothing in it."""
    return Estate(sqlite_server)


guarded = pytest.mark.parametrize("case", GUARDED)


def test_every_operation_has_its_needs_here():
    assert {operation_of(case) for case in NEEDS} == set(OPERATIONS)


@pytest.mark.parametrize("case", sorted(NEEDS))
def test_exactly_its_rights_are_enough(estate: Estate, case: str):
    name = operation_of(case)
    world = make_world(estate.root) if changes(name) else estate.world
    estate.user.may(*(estate.house.right(right) for right in needs_in(world, case)))
    answer = estate.ask(case, world)
    assert answer.status == route(name).status, answer.body


@guarded
def test_each_of_the_rights_is_needed(estate: Estate, case: str):
    needed = estate.rights(case)
    for missing in needed:
        others = [estate.house.right(right) for right in needed if right != missing]
        estate.user.may(*others, *estate.nearly(missing))
        estate.require_refused(case, missing)


@guarded
def test_a_deny_is_stronger_than_an_allow_of_everything(estate: Estate, case: str):
    for right in estate.rights(case):
        estate.user.may(EVERYTHING, {**estate.house.right(right), "Effect": "Deny"})
        estate.require_refused(case, right)


@guarded
def test_a_user_without_rights_may_do_nothing(estate: Estate, case: str):
    estate.user.may()
    estate.require_refused(case, estate.rights(case)[0])

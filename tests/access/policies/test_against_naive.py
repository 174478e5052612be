"""decide() against a second implementation on thousands of random policies, and the laws that any change must keep."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyreeve.access.policies.decisions import Why
from tests.access.policies import naive
from tests.access.policies.naive import Named
from tests.access.policies.worlds import World, decided, documents, statements, worlds

slow = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Statement = dict[str, Any]


def test_both_implementations_decide_alike_and_every_outcome_occurs_often():
    outcomes: Counter[str] = Counter()

    @settings(slow, max_examples=2500, derandomize=True, database=None)
    @given(worlds())
    def compare(world: World) -> None:
        ours = decided(world)
        assert (ours.why.name, ours.policy, ours.statement) == naive.decide(*world)
        assert ours.allowed == (ours.why in (Why.ROOT, Why.ALLOWED_BY))
        outcomes[ours.why.name] += 1

    compare()
    share = {name: count / outcomes.total() for name, count in outcomes.items()}
    print(dict(outcomes))  # noqa: T201  # shown with pytest -s
    assert min(share[name] for name in ("ALLOWED_BY", "DENIED_BY", "NOTHING_ALLOWS")) > 0.1
    assert min(share[name] for name in ("ROOT", "NOT_ALLOWED_BY_SESSION", "RESOURCE_POLICY_DOES_NOT_ALLOW")) > 0.005


@slow
@given(worlds())
def test_both_implementations_decide_alike_on_other_worlds_each_run(world: World):
    ours = decided(world)
    assert (ours.why.name, ours.policy, ours.statement) == naive.decide(*world)


def added(policies: list[Named], statement: Statement, place: int) -> list[Named]:
    if not policies:
        return [("Custom/new", {"Version": "1", "Statement": [statement]})]
    name, document = policies[place % len(policies)]
    old = document["Statement"]
    cut = place % (len(old) + 1)
    document = {**document, "Statement": [*old[:cut], statement, *old[cut:]]}
    return [(name, document) if index == place % len(policies) else one for index, one in enumerate(policies)]


def changed(world: World, where: str, statement: Statement, place: int) -> World:
    """The world with one statement more in an identity's, the session's or the resource's policy."""
    if where == "identity":
        return world._replace(identity=added(world.identity, statement, place))
    old: Named | None = getattr(world, where)
    return world if old is None else world._replace(**{where: added([old], statement, place)[0]})


def one_more(effect: str) -> st.SearchStrategy[tuple[str, Statement, int]]:
    only = st.just(effect)
    in_identity = st.tuples(st.sampled_from(["identity", "session"]), statements(only), st.integers(0, 9))
    return in_identity | st.tuples(st.just("resource"), statements(only, of_key=True), st.integers(0, 9))


@slow
@given(worlds(), one_more("Deny"))
def test_another_deny_never_allows_more(world: World, more: tuple[str, Statement, int]):
    assert decided(changed(world, *more)).allowed <= decided(world).allowed


@slow
@given(worlds(), one_more("Allow"))
def test_another_allow_never_allows_less(world: World, more: tuple[str, Statement, int]):
    assert decided(changed(world, *more)).allowed >= decided(world).allowed


@slow
@given(worlds(), documents())
def test_a_session_policy_never_widens(world: World, session: Statement):
    free = world._replace(session=None)
    assert decided(world._replace(session=("session", session))).allowed <= decided(free).allowed


@slow
@given(worlds(), st.sampled_from(["identity", "session", "resource"]), st.integers(0, 9))
def test_a_deny_of_everything_wins_wherever_it_stands(world: World, where: str, place: int):
    everything: Statement = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}
    if where == "resource":
        everything["Principal"] = {"RAM": f"acs:ram::{world.asked.account}:*"}
    denying = changed(world, where, everything, place)
    if where == "identity" or getattr(world, where) is not None:
        assert decided(denying).allowed == (world.is_root and world.asked.account == world.asked.owner)


@slow
@given(worlds(), st.permutations(range(3)))
def test_the_order_of_policies_does_not_matter(world: World, order: list[int]):
    shuffled = [world.identity[index] for index in order if index < len(world.identity)]
    assert decided(world._replace(identity=shuffled)).allowed == decided(world).allowed

"""A call that has been answered leaves nothing behind that only the garbage collector could take away.

The collector runs seldom in a worker, and anybody may send megabytes to be refused.
"""

import gc
from collections.abc import Callable, Iterator

import pytest

from keyreeve.dispatch import Dispatcher
from keyreeve.protocols.http import HttpRequest
from tests.serving.test_signing_together import Signers
from tests.serving.turns import Turns, code_of, flipped


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def left_behind(turns: Turns, make: Callable[[], list[HttpRequest]]) -> tuple[set[str], int]:
    """The answers' codes, and how many objects the collector finds after a turn like one that was before."""
    turns.answer(*make())
    requests = make()
    gc.collect()
    codes = {code_of(arrival) for arrival in turns.answer(*requests)}
    return codes, gc.collect()


@pytest.mark.parametrize("count", [1, 3])
def test_a_call_whose_sender_is_not_let_in(turns: Turns, count: int):
    def make() -> list[HttpRequest]:
        return [flipped(turns.request("DescribeRegions")) for _ in range(count)]

    assert left_behind(turns, make) == ({"SignatureDoesNotMatch"}, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_a_call_that_is_refused(turns: Turns, count: int):
    def make() -> list[HttpRequest]:
        return [turns.request("NoSuchOperation") for _ in range(count)]

    assert left_behind(turns, make) == ({"InvalidAction.NotFound"}, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_signatures(turns: Turns, count: int):
    signers = Signers(turns)

    def make() -> list[HttpRequest]:
        return [signers.request(at) for at in range(count)]

    assert left_behind(turns, make) == ({"OK"}, 0)


def test_calls_that_had_to_wait(turns: Turns):
    requests = [flipped(turns.request("DescribeRegions")), turns.request("DescribeRegions")]
    turns.still.call("CreateKey")
    dispatcher = Dispatcher(turns.still.parts)
    gc.collect()
    waiting = turns.answer(*requests)
    assert [arrival.response for arrival in waiting] == [None] * 2
    assert [arrival.answer(dispatcher, may_block=True).status for arrival in waiting] == [400, 200]
    waiting.clear()
    assert gc.collect() == 0

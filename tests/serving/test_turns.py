"""Calls that came together: each has its own answer, and the audit line of each is there before any is sent."""

import json

import pytest
from sqlalchemy import Connection

from keyreeve import admission
from keyreeve.access.accounts import AccessKey
from keyreeve.access.replay import ReplayCache
from keyreeve.audit.log import AuditLog
from keyreeve.dispatch import Dispatcher
from keyreeve.errors import Unavailable
from keyreeve.protocols.http import HttpRequest
from keyreeve.serving.turns import answer_turn, arrival_of
from keyreeve.storage.cache import StateCache
from keyreeve.storage.root_key.sealer import Sealer
from tests.serving.turns import NOBODY, Turns, body_of, code_of, flipped


def test_each_call_of_a_turn_has_its_own_answer_and_line(turns: Turns):
    first, altered = turns.request("DescribeRegions"), flipped(turns.request("DescribeRegions"))
    unknown = turns.request("NoSuchOperation")
    unreadable = HttpRequest("PUT", "/", {}, b"", "127.0.0.1")
    arrivals = turns.answer(first, altered, first, unknown, unreadable, turns.request("DescribeRegions"))
    codes = [code_of(arrival) for arrival in arrivals]
    assert codes[0] == codes[5] == "OK"
    assert codes[1:5] == [
        "SignatureDoesNotMatch",
        "SignatureNonceUsed",
        "InvalidAction.NotFound",
        "UnsupportedHTTPMethod",
    ]
    lines = turns.lines()
    assert [lines[body_of(arrival)["RequestId"]]["result"] for arrival in arrivals] == codes
    assert [code for _, code in turns.measured] == codes


def test_what_has_to_wait_is_left_and_answered_by_itself_later(turns: Turns):
    create, describe = turns.request("CreateKey"), turns.request("DescribeRegions")
    waiting, done = turns.answer(create, describe)
    assert (waiting.response, code_of(done)) == (None, "OK")
    assert [operation for operation, _ in turns.measured] == ["DescribeRegions"]
    later = waiting.answer(Dispatcher(turns.still.parts), may_block=True)
    assert later.status == 200
    assert turns.lines()[json.loads(later.body)["RequestId"]]["op"] == "CreateKey"
    assert turns.measured[-1] == ("CreateKey", "OK")


def test_what_waits_for_who_calls_keeps_its_nonce_for_then(turns: Turns):
    """After a write nothing is remembered, the caller's AccessKey neither."""
    turns.still.call("CreateKey")
    request = turns.request("DescribeRegions")
    (waiting,) = turns.answer(request)
    assert waiting.response is None
    assert waiting.answer(Dispatcher(turns.still.parts), may_block=True).status == 200
    assert code_of(turns.answer(request)[0]) == "SignatureNonceUsed"


def test_after_a_write_one_look_lets_all_of_a_turn_in(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    looks, read = list[str](), admission.read_access_key

    def count(connection: Connection, sealer: Sealer, access_key_id: str) -> AccessKey | None:
        looks.append(access_key_id)
        return read(connection, sealer, access_key_id)

    turns.still.call("CreateKey")
    monkeypatch.setattr(admission, "read_access_key", count)
    waiting = turns.answer(*(turns.request("DescribeRegions") for _ in range(5)))
    assert [arrival.response for arrival in waiting] == [None] * 5
    dispatcher = Dispatcher(turns.still.parts)
    dispatcher.admit([arrival.visit for arrival in waiting])
    assert looks == [turns.still.account.access_key_id]
    assert [arrival.answer(dispatcher, may_block=True).status for arrival in waiting] == [200] * 5
    assert len(looks) == 1


def test_nobody_is_told_of_what_the_audit_log_does_not_have(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    requests = [turns.request("DescribeRegions") for _ in range(3)]

    def full(*_: object, **__: object) -> None:
        raise Unavailable("the audit log cannot be written")

    with monkeypatch.context() as patched:
        patched.setattr(AuditLog, "append", full)
        arrivals = turns.answer(*requests)
    assert [code_of(arrival) for arrival in arrivals] == ["ServiceUnavailableTemporary"] * 3
    assert turns.measured == [("DescribeRegions", "ServiceUnavailableTemporary")] * 3
    # They failed by our fault, so that the same bytes may be sent again.
    assert [code_of(arrival) for arrival in turns.answer(*requests)] == ["OK"] * 3


def test_one_call_that_breaks_does_not_break_those_beside_it(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    broken, whole = turns.request("DescribeRegions"), turns.request("DescribeRegions")
    dispatcher = Dispatcher(turns.still.parts)
    arrivals = [arrival_of(dispatcher, NOBODY, request) for request in (broken, whole)]

    def breaks() -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(arrivals[0].visit, "decode", breaks)
    answer_turn(dispatcher, arrivals)
    assert [code_of(arrival) for arrival in arrivals] == ["InternalFailure", "OK"]


def test_a_replay_cache_out_of_reach_refuses_all_and_uses_no_nonce(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    requests = [turns.request("DescribeRegions") for _ in range(2)]

    def away(*_: object) -> list[bool]:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(type(turns.still.parts.replay), "burn_all", away)
        refused = turns.answer(*requests)
    assert [code_of(arrival) for arrival in refused] == ["ServiceUnavailableTemporary"] * 2
    assert [code_of(arrival) for arrival in turns.answer(*requests)] == ["OK"] * 2


def test_a_state_out_of_reach_refuses_all_and_says_what_they_asked_for(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    requests = [turns.request("DescribeRegions") for _ in range(2)]

    def away(*_: object, **__: object) -> None:
        raise Unavailable

    with monkeypatch.context() as patched:
        patched.setattr(StateCache, "view", away)
        refused = turns.answer(*requests, HttpRequest("PUT", "/", {}, b"", "127.0.0.1"))
    expected = [*["ServiceUnavailableTemporary"] * 2, "UnsupportedHTTPMethod"]
    assert [code_of(arrival) for arrival in refused] == expected
    lines = turns.lines()
    assert [lines[body_of(arrival)["RequestId"]]["op"] for arrival in refused] == [*["DescribeRegions"] * 2, ""]
    assert [code_of(arrival) for arrival in turns.answer(*requests)] == ["OK"] * 2


def test_a_database_that_does_not_answer_is_asked_once_for_all(turns: Turns, monkeypatch: pytest.MonkeyPatch):
    asked = list[str]()

    def away(_connection: Connection, _sealer: Sealer, access_key_id: str) -> AccessKey | None:
        asked.append(access_key_id)
        raise Unavailable

    turns.still.call("CreateKey")
    waiting = turns.answer(*(turns.request("DescribeRegions") for _ in range(3)))
    monkeypatch.setattr(admission, "read_access_key", away)
    dispatcher = Dispatcher(turns.still.parts)
    dispatcher.admit([arrival.visit for arrival in waiting])
    responses = [arrival.answer(dispatcher, may_block=True) for arrival in waiting]
    assert ([response.status for response in responses], len(asked)) == ([503] * 3, 1)


@pytest.mark.parametrize(("broken", "method"), [(StateCache, "view"), (ReplayCache, "burn_all")])
def test_a_turn_from_which_nobody_can_be_let_in_is_answered_all_the_same(
    turns: Turns, monkeypatch: pytest.MonkeyPatch, broken: type, method: str
):
    def breaks(*_: object, **__: object) -> None:
        raise MemoryError

    requests = [turns.request("DescribeRegions") for _ in range(2)]
    dispatcher = Dispatcher(turns.still.parts)
    with monkeypatch.context() as patched:
        patched.setattr(broken, method, breaks)
        waiting = turns.answer(*requests)
        dispatcher.admit([arrival.visit for arrival in waiting])
        for arrival in waiting:
            arrival.response = arrival.answer(dispatcher, may_block=True)
    assert [code_of(arrival) for arrival in waiting] == ["InternalFailure"] * 2
    lines = turns.lines()
    assert [lines[body_of(arrival)["RequestId"]]["result"] for arrival in waiting] == ["InternalFailure"] * 2
    assert [code_of(arrival) for arrival in turns.answer(*requests)] == ["OK"] * 2

"""Answering what all connections brought in one turn of the event loop, step by step for all of them.

Receiving and sending push our code out of the processor's caches, and so does each step of the road to the others:
every step is taken for all calls before the next. What costs a system call or a transaction is done once for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from keyreeve.dispatch import Dispatcher
from keyreeve.errors import InternalFailure, KeyreeveError
from keyreeve.failures import log_failure
from keyreeve.protocols.doors import Door, door_of
from keyreeve.protocols.http import HttpRequest, HttpResponse
from keyreeve.serving.http1 import Connection
from keyreeve.storage.freshness import WouldBlock
from keyreeve.visits import Visit


@dataclass(slots=True)
class Arrival:
    """A request, whom to answer, and the answer, None until there is one."""

    connection: Connection
    request: HttpRequest
    door: Door
    visit: Visit
    response: HttpResponse | None = None

    def answer(self, dispatcher: Dispatcher, *, may_block: bool) -> HttpResponse:
        """Whatever breaks, a connection that waits is answered. Raises WouldBlock only."""
        try:
            return self.door.answer(dispatcher, self.visit, self.request, may_block=may_block)
        except WouldBlock:
            raise
        except Exception as error:  # noqa: BLE001  # see above
            return self._broken(error)

    def refuse(self, dispatcher: Dispatcher, error: KeyreeveError) -> HttpResponse:
        try:
            return self.door.refuse(self.visit, self.request, dispatcher.refuse(self.visit, error))
        except Exception as worse:  # noqa: BLE001  # whatever breaks, a connection that waits is answered
            return self._broken(worse)

    def _broken(self, error: Exception) -> HttpResponse:
        log_failure(error, self.visit.request_id)
        return self.door.refuse(self.visit, self.request, InternalFailure())


def arrival_of(dispatcher: Dispatcher, connection: Connection, request: HttpRequest) -> Arrival:
    door = door_of(request)
    return Arrival(connection, request, door, door.new_visit(dispatcher, request))


def answer_turn(dispatcher: Dispatcher, arrivals: Sequence[Arrival]) -> None:
    """Give each arrival its response, but those that have to wait."""
    dispatcher.begin_turn([arrival.visit for arrival in arrivals])
    _answer_each(dispatcher, arrivals)
    postponed = [arrival for arrival in arrivals if arrival.visit.postponed is not None]
    if postponed:
        dispatcher.sign([arrival.visit for arrival in postponed])
        _answer_each(dispatcher, postponed)
    _settle(dispatcher, arrivals)


def _answer_each(dispatcher: Dispatcher, arrivals: Sequence[Arrival]) -> None:
    for arrival in arrivals:
        try:
            arrival.response = arrival.answer(dispatcher, may_block=False)
        except WouldBlock:
            continue


def _settle(dispatcher: Dispatcher, arrivals: Sequence[Arrival]) -> None:
    """Nobody is told of what is not in the audit log."""
    failure: KeyreeveError
    try:
        dispatcher.settle([arrival.visit for arrival in arrivals])
    except KeyreeveError as error:
        failure = error
    except Exception as error:  # noqa: BLE001  # a connection that waits is answered
        log_failure(error, "")
        failure = InternalFailure()
    else:
        return
    for arrival in arrivals:
        if arrival.response is not None:
            arrival.response = arrival.refuse(dispatcher, failure)

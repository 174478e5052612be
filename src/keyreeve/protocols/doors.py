"""Which of the clouds' protocols a request speaks."""

from typing import Protocol

from keyreeve.dispatch import Dispatcher
from keyreeve.errors import KeyreeveError
from keyreeve.protocols import alibaba_rpc, huawei_rest
from keyreeve.protocols.http import HttpRequest, HttpResponse
from keyreeve.visits import Visit


class Door(Protocol):
    def new_visit(self, dispatcher: Dispatcher, request: HttpRequest) -> Visit: ...

    def answer(self, dispatcher: Dispatcher, visit: Visit, request: HttpRequest, *, may_block: bool) -> HttpResponse:
        """The response to one request, whatever happens. Raises WouldBlock only: then again with the same visit."""
        ...

    def refuse(self, visit: Visit, request: HttpRequest, error: KeyreeveError) -> HttpResponse: ...


def door_of(request: HttpRequest) -> Door:
    return huawei_rest if huawei_rest.is_for(request) else alibaba_rpc

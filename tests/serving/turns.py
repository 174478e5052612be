"""Turns of calls on the server's own parts in this process."""

import json
from dataclasses import dataclass
from time import gmtime, strftime
from typing import Any, cast

from msgspec.structs import replace

from keyreeve.dispatch import Dispatcher
from keyreeve.protocols.http import HttpRequest
from keyreeve.serving.http1 import Connection
from keyreeve.serving.turns import Arrival, answer_turn, arrival_of
from tests.keys.still import StillServer
from tests.support.client import query_of, v3_headers

# What a turn does with a connection is its worker's to do.
NOBODY = cast("Connection", None)


@dataclass(frozen=True)
class Turns:
    still: StillServer
    measured: list[tuple[str, str]]

    def request(self, action: str, /, **parameters: str) -> HttpRequest:
        query, signed_at = query_of(parameters), strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(self.still.now))
        headers = v3_headers(self.still.account, action, query, "kms.test", x_acs_date=signed_at)
        lower = {name.lower(): value for name, value in headers.items()}
        return HttpRequest("POST", f"/?{query}", lower, b"", "127.0.0.1")

    def answer(self, *requests: HttpRequest) -> list[Arrival]:
        dispatcher = Dispatcher(self.still.parts)
        arrivals = [arrival_of(dispatcher, NOBODY, request) for request in requests]
        answer_turn(dispatcher, arrivals)
        return arrivals

    def lines(self) -> dict[str, dict[str, str]]:
        lines = (self.still.data / "audit" / "audit.jsonl").read_text().splitlines()
        return {line["id"]: line for line in map(json.loads, lines)}


def body_of(arrival: Arrival) -> Any:
    assert arrival.response is not None
    return json.loads(arrival.response.body)


def code_of(arrival: Arrival) -> str:
    return str(body_of(arrival).get("Code", "OK"))


def flipped(request: HttpRequest) -> HttpRequest:
    """The same with another last digit of its signature."""
    signed = request.headers["authorization"]
    other = signed[:-1] + ("0" if signed[-1] != "0" else "1")
    return replace(request, headers={**request.headers, "authorization": other})

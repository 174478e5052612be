"""A token lives for 24 hours to the second, on a clock that is moved."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from keyreeve.dispatch import Dispatcher
from keyreeve.protocols import huawei_rest
from keyreeve.protocols.http import HttpRequest
from tests.huawei.raw import Answer
from tests.huawei.signing import list_keys_path
from tests.huawei.tokens import PATH, by_password
from tests.keys.still import DAY, StillServer, still_server
from tests.support.server import init

EXPIRED = (403, "KMS.0303")


@dataclass(frozen=True)
class StillDoor:
    still: StillServer

    def post(self, path: str, body: object, **headers: str) -> Answer:
        sent = {"host": "kms.test", **{name.replace("_", "-"): value for name, value in headers.items()}}
        request = HttpRequest("POST", path, sent, json.dumps(body).encode(), "127.0.0.1")
        dispatcher = Dispatcher(self.still.parts)
        visit = huawei_rest.new_visit(dispatcher, request)
        response = huawei_rest.answer(dispatcher, visit, request, may_block=True)
        return Answer(response.status, {name.lower(): value for name, value in response.headers}, response.body)

    def new_token(self) -> str:
        answer = self.post(PATH, {"auth": {"identity": by_password(self.still.account)}})
        return answer.headers["x-subject-token"]

    def used(self, token: str) -> tuple[int, str]:
        answer = self.post(list_keys_path(self.still.account), {}, x_auth_token=token)
        return answer.status, answer.code


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillDoor]:
    data = tmp_path_factory.mktemp("still") / "data"
    with still_server(data, init(data)) as still:
        yield StillDoor(still)


def test_a_token_lives_to_its_last_second(door: StillDoor):
    token = door.new_token()
    assert door.used(token) == (200, "OK")
    door.still.wait(DAY - 1)
    assert door.used(token) == (200, "OK")
    door.still.wait(2)
    assert door.used(token) == EXPIRED
    assert door.used(token) == EXPIRED


def test_every_token_has_its_own_time(door: StillDoor):
    first = door.new_token()
    door.still.wait(DAY / 2)
    second = door.new_token()
    door.still.wait(DAY / 2 + 1)
    assert door.used(first) == EXPIRED
    assert door.used(second) == (200, "OK")

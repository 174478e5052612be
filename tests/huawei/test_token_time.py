"""A token lives for 24 hours to the second, on a clock that is moved."""

from collections.abc import Iterator

import pytest

from tests.huawei.still import StillDoor
from tests.keys.still import DAY, still_server
from tests.support.server import init

EXPIRED = (403, "KMS.0303")


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

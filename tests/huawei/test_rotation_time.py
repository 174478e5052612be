"""When keys rotate, on a clock that is moved: by the interval of either door, and not while they are disabled."""

from collections.abc import Iterator
from typing import Any

import pytest

from keyreeve.errors import LimitReached
from keyreeve.keys.lookup import permitted_key
from keyreeve.keys.rotation import rotate_now
from keyreeve.limits import Limits, Quota
from keyreeve.steps import Steps
from tests.huawei.still import StillDoor
from tests.keys.still import DAY, still_server
from tests.support.server import init


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StillDoor]:
    data = tmp_path_factory.mktemp("still") / "data"
    with still_server(data, init(data)) as still:
        yield StillDoor(still)


def status(door: StillDoor, key_id: str) -> dict[str, Any]:
    return dict(door.call("get-key-rotation-status", key_id=key_id).json)


def rotations(door: StillDoor, key_id: str) -> int:
    door.still.run_jobs()
    return int(status(door, key_id)["number_of_rotations"])


def changed(door: StillDoor, word: str, key_id: str, **members: Any) -> None:
    assert door.call(word, key_id=key_id, **members).code == "OK"


def milliseconds(door: StillDoor) -> str:
    return str(int(door.still.clock.now * 1000))


def test_a_key_rotates_every_interval_and_says_when(door: StillDoor):
    key_id = door.still.create_key()
    changed(door, "enable-key-rotation", key_id)
    changed(door, "update-key-rotation-interval", key_id, rotation_interval=30)
    door.still.wait(30 * DAY - 1)
    assert rotations(door, key_id) == 0
    door.still.wait(1)
    for turn in (1, 2, 3):
        assert rotations(door, key_id) == turn
        assert status(door, key_id)["last_rotation_time"] == milliseconds(door)
        assert len(door.still.versions(key_id)) == turn + 1
        door.still.wait(30 * DAY)


def test_the_interval_that_rotation_begins_with_is_365_days(door: StillDoor):
    key_id = door.still.create_key()
    changed(door, "enable-key-rotation", key_id)
    door.still.wait(365 * DAY - 1)
    assert rotations(door, key_id) == 0
    door.still.wait(1)
    assert rotations(door, key_id) == 1


def test_a_shorter_interval_that_is_over_rotates_at_once(door: StillDoor):
    key_id = door.still.create_key()
    changed(door, "enable-key-rotation", key_id)
    door.still.wait(40 * DAY)
    changed(door, "update-key-rotation-interval", key_id, rotation_interval=41)
    assert status(door, key_id)["number_of_rotations"] == 0
    changed(door, "update-key-rotation-interval", key_id, rotation_interval=40)
    assert status(door, key_id)["number_of_rotations"] == 1


def test_a_rotation_on_demand_puts_the_next_one_off(door: StillDoor):
    key_id = door.still.create_key()
    changed(door, "enable-key-rotation", key_id)
    changed(door, "update-key-rotation-interval", key_id, rotation_interval=30)
    door.still.wait(20 * DAY)
    changed(door, "rotate-on-demand", key_id)
    assert status(door, key_id)["last_rotation_time"] == milliseconds(door)
    door.still.wait(29 * DAY)
    assert rotations(door, key_id) == 1
    door.still.wait(DAY)
    assert rotations(door, key_id) == 2


def test_a_disabled_key_waits_and_rotates_when_it_is_enabled(door: StillDoor):
    key_id = door.still.create_key()
    changed(door, "enable-key-rotation", key_id)
    changed(door, "disable-key", key_id)
    door.still.wait(400 * DAY)
    assert rotations(door, key_id) == 0
    changed(door, "enable-key", key_id)
    assert status(door, key_id)["number_of_rotations"] == 1


def test_after_it_is_turned_off_nothing_rotates(door: StillDoor):
    key_id = door.still.create_key(EnableAutomaticRotation="true", RotationInterval="7d")
    door.still.wait(7 * DAY)
    assert rotations(door, key_id) == 1
    changed(door, "disable-key-rotation", key_id)
    door.still.wait(1000 * DAY)
    assert rotations(door, key_id) == 1
    assert status(door, key_id)["key_rotation_enabled"] is False


def test_a_version_on_demand_counts_for_the_quota(door: StillDoor):
    key_id = door.still.create_key()
    with Steps(door.still.parts, door.still.account.account_id, "request").transaction() as ctx:
        ctx.limits = Limits(quotas={Quota.VERSIONS: 1})
        with pytest.raises(LimitReached):
            rotate_now(ctx, permitted_key(ctx, key_id))
    assert status(door, key_id)["number_of_rotations"] == 0

"""When rotations happen (API reference 9.1, 9.13), by a clock that the test moves."""

import re
from time import gmtime, strftime

import pytest

from tests.rotation.managed import CURRENT, PREVIOUS, Managed, create
from tests.rotation.places import RAM, Place, Still, call
from tests.rotation.still import RotatingServer
from tests.rotation.subjects import ram_user

HOUR, DAY = 3_600, 86_400
WEEKLY = {"EnableAutomaticRotation": "true", "RotationInterval": "7d"}
MOST_AN_HOUR = 50


@pytest.fixture
def place(rotating: RotatingServer) -> Place:
    return Still(rotating)


def set_policy(secret: Managed, **parameters: str) -> None:
    changed = call(secret.place, "UpdateSecretRotationPolicy", SecretName=secret.name, **parameters)
    assert changed["SecretName"] == secret.name


def after(server: RotatingServer, seconds: float) -> None:
    server.wait(seconds)
    server.look()


def date(server: RotatingServer, seconds: int = 0) -> str:
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(server.now + seconds))


@pytest.mark.parametrize(("interval", "seconds"), [("6h", 6 * HOUR), ("365d", 365 * DAY), ("10081m", 604_860)])
def test_a_secret_rotates_an_interval_after_it_was_made_and_then_after_each_rotation(
    rotating: RotatingServer, place: Place, interval: str, seconds: int
):
    secret = create(place, ram_user(place), EnableAutomaticRotation="true", RotationInterval=interval)
    assert_scheduled(secret, last=None, following=date(rotating, seconds), interval=f"{seconds}s")
    after(rotating, seconds - 1)
    assert secret.value()["VersionId"] == "v1"
    after(rotating, 1)
    first = secret.value()["VersionId"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first)
    assert secret.stages() == {first: CURRENT, "v1": PREVIOUS}
    assert_scheduled(secret, last=date(rotating), following=date(rotating, seconds), interval=f"{seconds}s")

    # Between two rotations one by hand moves the next one.
    after(rotating, seconds / 2)
    secret.rotate("by-hand")
    after(rotating, seconds - 1)
    assert secret.value()["VersionId"] == "by-hand"
    after(rotating, 1)
    assert secret.value()["VersionId"] not in (first, "by-hand")


def assert_scheduled(secret: Managed, last: str | None, following: str, interval: str) -> None:
    expected = {
        "AutomaticRotation": "Enabled",
        "LastRotationDate": last,
        "NextRotationDate": following,
        "RotationInterval": interval,
    }
    for answer in (secret.described(), secret.value()):
        assert {name: answer.get(name) for name in expected} == expected


def test_what_is_overdue_when_rotation_is_enabled_happens_at_once(rotating: RotatingServer, place: Place):
    secret = create(place, ram_user(place))
    assert not {"NextRotationDate", "LastRotationDate", "RotationInterval"} & secret.described().keys()
    after(rotating, 8 * DAY)
    assert (secret.value()["VersionId"], secret.value()["AutomaticRotation"]) == ("v1", "Disabled")
    set_policy(secret, **WEEKLY)
    rotating.look()
    assert secret.value()["VersionId"] != "v1"
    assert secret.described()["NextRotationDate"] == date(rotating, 7 * DAY)


def test_what_fell_due_while_no_server_ran_happens_once(rotating: RotatingServer, place: Place):
    secret = create(place, ram_user(place), **WEEKLY)
    known = secret.versions()
    after(rotating, 40 * DAY)
    after(rotating, 1)
    assert len(secret.versions() - known) == 1


def test_disabled_it_stops(rotating: RotatingServer, place: Place):
    secret = create(place, ram_user(place), **WEEKLY)
    set_policy(secret, EnableAutomaticRotation="false", RotationInterval="7d")
    after(rotating, 30 * DAY)
    for answer in (secret.described(), secret.value()):
        assert answer["AutomaticRotation"] == "Disabled"
        assert not {"NextRotationDate", "LastRotationDate", "RotationInterval"} & answer.keys()
    assert secret.value()["VersionId"] == "v1"


def test_it_waits_while_deletion_is_planned(rotating: RotatingServer, place: Place):
    secret = create(place, ram_user(place), **WEEKLY)
    call(place, "DeleteSecret", SecretName=secret.name, RecoveryWindowInDays="30")
    after(rotating, 8 * DAY)
    call(place, "RestoreSecret", SecretName=secret.name)
    assert secret.value()["VersionId"] == "v1"
    rotating.look()
    assert secret.value()["VersionId"] != "v1"


def test_a_rotation_that_has_done_nothing_waits_for_a_restoration_and_ends_with_the_policy(
    rotating: RotatingServer, place: Place
):
    """A RAM user has at most two AccessKeys, and one that the secret does not know is nobody's to take away."""
    secret = create(place, ram_user(place), **WEEKLY)
    user = secret.name.removeprefix("acs/ram/user/")
    known = secret.credential(PREVIOUS)["AccessKeyId"]
    call(place, "DeleteAccessKey", RAM, UserName=user, UserAccessKeyId=known)
    strange = call(place, "CreateAccessKey", RAM, UserName=user)["AccessKey"]["AccessKeyId"]
    after(rotating, 7 * DAY)
    assert secret.described()["AutomaticRotation"] == "Invalid"
    call(place, "DeleteSecret", SecretName=secret.name, RecoveryWindowInDays="30")
    attempts = len(rotating.counted)
    after(rotating, DAY)
    assert rotating.counted[attempts:] == []
    call(place, "RestoreSecret", SecretName=secret.name)
    rotating.look()
    assert ("job.RotateSecret", "ServiceUnavailableTemporary") in rotating.counted[attempts:]

    set_policy(secret, EnableAutomaticRotation="false")
    attempts = len(rotating.counted)
    after(rotating, DAY)
    assert rotating.counted[attempts:] == []
    assert secret.described()["AutomaticRotation"] == "Disabled"
    call(place, "DeleteAccessKey", RAM, UserName=user, UserAccessKeyId=strange)
    secret.rotate("v2")
    assert secret.value()["VersionId"] == "v2"


def test_a_policy_that_is_set_after_a_failure_tries_at_once(rotating: RotatingServer, place: Place):
    secret = create(place, ram_user(place), **WEEKLY)
    user = secret.name.removeprefix("acs/ram/user/")
    call(place, "UpdateUser", RAM, UserName=user, NewUserName=f"{user}-away")
    after(rotating, 7 * DAY)
    for delay in (3, 5, 9, 17, 33):
        after(rotating, delay)
    call(place, "UpdateUser", RAM, UserName=f"{user}-away", NewUserName=user)
    rotating.look()
    assert secret.described()["AutomaticRotation"] == "Invalid"
    set_policy(secret, **WEEKLY)
    rotating.look()
    assert secret.described()["AutomaticRotation"] == "Enabled"
    assert secret.value()["VersionId"] != "v1"


def test_fifty_rotations_an_hour(rotating: RotatingServer, place: Place):
    secret, other = create(place, ram_user(place)), create(place, ram_user(place))
    for number in range(MOST_AN_HOUR):
        secret.rotate(f"r{number}")
        rotating.wait(1)
    refused = place.answer("RotateSecret", SecretName=secret.name, VersionId="late")
    assert (refused.status, refused.code) == (429, "Rejected.Throttling")
    assert f"r{MOST_AN_HOUR - 1}" == secret.rotate(f"r{MOST_AN_HOUR - 1}")["VersionId"]
    other.rotate("v2")
    rotating.wait(HOUR - MOST_AN_HOUR - 1)
    assert place.answer("RotateSecret", SecretName=secret.name, VersionId="late").status == 429
    rotating.wait(1)
    secret.rotate("late")
    assert secret.value()["VersionId"] == "late"

"""A rotation that fails: the old credential stays current and works, and it is told and tried again."""

import json

import pytest
from structlog.testing import capture_logs

from tests.rotation.managed import create, wrong_after
from tests.rotation.places import Place, Still
from tests.rotation.still import RotatingServer, prepared
from tests.rotation.subjects import Credential, Services, Subject
from tests.rotation.troubles import TROUBLES, in_trouble

FAILED = ("job.RotateSecret", "ServiceUnavailableTemporary")
DONE = ("job.RotateSecret", "OK")
# Of the second, third and fourth attempt, in seconds.
DELAYS = (2, 4, 8)


@pytest.mark.parametrize("name", TROUBLES)
def test_a_failure_is_told_and_tried_again_until_it_succeeds(name: str, services: Services, rotating: RotatingServer):
    place: Place = Still(rotating)
    with in_trouble(name, services, place) as (subject, trouble), capture_logs() as logs:
        secret = create(place, subject)
        before = secret.seen()
        answer = place.answer("RotateSecret", SecretName=subject.name, VersionId="v2")
        assert (answer.status, answer.code) == (503, "ServiceUnavailableTemporary")
        assert trouble.reason in answer.json["Message"]
        assert secret.described()["AutomaticRotation"] == "Invalid"
        assert secret.seen() == before
        assert trouble.shut_out or subject.lets_in(before.current)

        new = prepared(rotating, subject.name, "v2")
        for attempt, delay in enumerate(DELAYS, start=2):
            rotating.wait(delay - 0.5)
            rotating.look()
            assert rotating.counted.count(FAILED) == attempt - 1
            rotating.wait(0.6)
            rotating.look()
            assert rotating.counted.count(FAILED) == attempt
        assert prepared(rotating, subject.name, "v2") == new

        trouble.repair()
        # Nothing of the attempts is left over there.
        assert subject.lets_in(before.current)
        rotating.wait(16.1)
        rotating.look()
        assert wrong_after(secret, before, "v2") == ""
        assert rotating.counted.count(DONE) == 1
        assert secret.described()["AutomaticRotation"] == "Disabled"
        assert [secret.credential()] == new
    told = [line for line in logs if line["event"] == "a secret was not rotated"]
    assert [line["attempt"] for line in told] == [1, 2, 3, 4]
    assert {line["secret"] for line in told} == {subject.name}
    assert all(trouble.reason in line["reason"] for line in told)
    lines = audit(rotating)
    assert [line["result"] for line in lines if line["op"] == FAILED[0]] == [*[FAILED[1]] * 4, "OK"]
    assert all(trouble.reason in line["why"] for line in lines if line["op"] == FAILED[0] and line["result"] != "OK")
    hushed(services, subject, *new, said=[str(logs), str(lines), answer.body.decode()])


def audit(rotating: RotatingServer) -> list[dict[str, str]]:
    rotating.parts.audit.flush()
    return [json.loads(line) for line in (rotating.data / "audit/audit.jsonl").read_text().splitlines()]


def hushed(services: Services, subject: Subject, *new: Credential, said: list[str]) -> None:
    """Neither old nor new credentials nor the administrators' are in any of it."""
    kept = [services.mariadb().password, services.postgres().password]
    data = json.loads(subject.parameters["SecretData"])
    for credential in (*new, *data.get("Accounts", [data])):
        names = ("AccountPassword", "Password", "PrivateKey", "AccessKeySecret")
        kept += [credential[name] for name in names if credential.get(name, "first") != "first"]
    assert [text for text in said for one in kept if one in text] == []

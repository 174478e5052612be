"""A managed secret, seen from outside: what it says, and what its credentials open."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.rotation.places import Place, call
from tests.rotation.subjects import Credential, Subject

CURRENT, PREVIOUS = "ACSCurrent", "ACSPrevious"


@dataclass(frozen=True)
class Seen:
    """The credentials of a secret at some moment; `previous` is None where there is none."""

    current: Credential
    previous: Credential | None


@dataclass(frozen=True)
class Managed:
    place: Place
    subject: Subject

    @property
    def name(self) -> str:
        return self.subject.name

    def value(self, stage: str = CURRENT) -> Any:
        return call(self.place, "GetSecretValue", SecretName=self.name, VersionStage=stage)

    def credential(self, stage: str = CURRENT) -> Credential:
        return json.loads(self.value(stage)["SecretData"])

    def seen(self) -> Seen:
        has_previous = PREVIOUS in self.stages().values()
        return Seen(self.credential(), self.credential(PREVIOUS) if has_previous else None)

    def rotate(self, version_id: str) -> Any:
        return call(self.place, "RotateSecret", SecretName=self.name, VersionId=version_id)

    def described(self) -> Any:
        return call(self.place, "DescribeSecret", SecretName=self.name)

    def stages(self) -> dict[str, str]:
        """By version id, the stage that it carries."""
        listed = call(self.place, "ListSecretVersionIds", SecretName=self.name, PageSize="100")
        versions = listed["VersionIds"]["VersionId"]
        return {one["VersionId"]: ",".join(one["VersionStages"]["VersionStage"]) for one in versions}

    def versions(self) -> set[str]:
        """With those that no stage marks."""
        every = {"PageSize": "100", "IncludeDeprecated": "true"}
        listed = call(self.place, "ListSecretVersionIds", SecretName=self.name, **every)
        return {one["VersionId"] for one in listed["VersionIds"]["VersionId"]}


def create(place: Place, subject: Subject, **more: str) -> Managed:
    call(place, "CreateSecret", **{**subject.parameters, **more})
    return Managed(place, subject)


def let_in(*tries: tuple[Subject, Credential]) -> list[bool]:
    """Who gets in, in the order of the tries; at once, since a host makes those wait who are wrong."""

    def one(subject: Subject, credential: Credential) -> bool:
        return subject.lets_in(credential)

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, *zip(*tries, strict=True)))


def wrong_after(secret: Managed, before: Seen, wanted: str) -> str:
    """What a rotation to the version `wanted` left other than it must; empty if nothing."""
    subject, now = secret.subject, secret.seen()
    described, stages = secret.described(), secret.stages()
    if stages.get(wanted) != CURRENT or sorted(stages.values()) != [CURRENT, PREVIOUS]:
        return f"the stages are {stages}"
    if now.previous != before.current or now.current in (before.current, before.previous):
        return "ACSPrevious is not what was current, or ACSCurrent is not new"
    if described["AutomaticRotation"] == "Invalid" or "LastRotationDate" not in described:
        return f"it is described as {described}"
    retired = before.previous if subject.turns else before.current
    assert retired is not None, "two credentials take turns"
    # Where they take turns, what was current is still in use.
    tries, expected = [(subject, now.current), (subject, retired)], [True, False]
    if subject.turns:
        tries, expected = [*tries, (subject, before.current)], [*expected, True]
    opened = let_in(*tries)
    return "" if opened == expected else f"new, retired, former let in: {opened}, not {expected}"

"""The life of Generic secrets as the documents tell it (reference 3.10, 3.11): what the server is compared with.

Every method is an operation: it changes the facts if it may, and returns the code of the answer.
"""

from dataclasses import dataclass, field

OK = "OK"
CURRENT, PREVIOUS = "ACSCurrent", "ACSPrevious"
NOT_FOUND, IN_WINDOW = "Forbidden.ResourceNotFound", "Rejected.ResourceInDeleteWindow"
EXISTS, EXCEEDED = "Rejected.ResourceExist", "Rejected.LimitExceeded"
DAY = 86_400


@dataclass
class Version:
    name: str
    value: str
    marks: set[str] = field(default_factory=set[str])


@dataclass
class SecretFacts:
    """`versions` from the oldest."""

    versions: list[Version]
    ends: float | None = None

    def named(self, name: str | None) -> Version | None:
        return next((one for one in self.versions if one.name == name), None)

    def marked(self, stage: str) -> Version | None:
        return next((one for one in self.versions if stage in one.marks), None)

    def mark(self, stage: str, version: Version) -> None:
        """A label marks one version at a time."""
        for one in self.versions:
            one.marks.discard(stage)
        version.marks.add(stage)

    def make_current(self, version: Version) -> None:
        former = self.marked(CURRENT)
        if former is not None and former is not version:
            self.mark(PREVIOUS, former)
        self.mark(CURRENT, version)

    @property
    def labels(self) -> set[str]:
        return {mark for one in self.versions for mark in one.marks}


@dataclass
class Model:
    secrets: dict[str, SecretFacts] = field(default_factory=dict[str, SecretFacts])
    now: float = 0.0

    def secret(self, name: str) -> SecretFacts | None:
        """One whose window is over is gone."""
        found = self.secrets.get(name)
        if found is not None and found.ends is not None and found.ends <= self.now:
            del self.secrets[name]
            return None
        return found

    def _changeable(self, name: str) -> tuple[str, SecretFacts | None]:
        secret = self.secret(name)
        if secret is None:
            return NOT_FOUND, None
        return (IN_WINDOW, None) if secret.ends is not None else (OK, secret)

    def create(self, name: str, version: str, value: str) -> str:
        secret = self.secret(name)
        if secret is not None:
            return EXISTS if secret.ends is None else IN_WINDOW
        self.secrets[name] = SecretFacts([Version(version, value, {CURRENT})])
        return OK

    def put(self, name: str, version: str, value: str, stages: tuple[str, ...] | None) -> str:
        code, secret = self._changeable(name)
        if secret is None:
            return code
        there = secret.named(version)
        if there is not None:
            return OK if there.value == value else EXISTS
        given = stages or (CURRENT,)
        grown = secret.labels | set(given) | ({PREVIOUS} if CURRENT in given else set())
        if len(grown) > 8:
            return EXCEEDED
        made = Version(version, value)
        secret.versions.append(made)
        if CURRENT in given:
            secret.make_current(made)
        for stage in given:
            secret.mark(stage, made)
        if len(secret.versions) > 10:
            secret.versions.remove(next(one for one in secret.versions if not one.marks))
        return OK

    def update_stage(self, name: str, stage: str, remove: str | None, move: str | None) -> str:
        code, secret = self._changeable(name)
        if secret is None:
            return code
        refused = self._refused_update(secret, stage, remove, move)
        if refused:
            return refused
        target = secret.named(move)
        if target is None:
            for one in secret.versions:
                one.marks.discard(stage)
        elif stage == CURRENT:
            secret.make_current(target)
        else:
            secret.mark(stage, target)
        return OK

    def _refused_update(self, secret: SecretFacts, stage: str, remove: str | None, move: str | None) -> str:
        if any(one is not None and secret.named(one) is None for one in (remove, move)):
            return NOT_FOUND
        if move is None and (remove is None or stage in (CURRENT, PREVIOUS)):
            return "MissingParameter"
        place = secret.marked(stage)
        if remove is not None and (place is None or place.name != remove):
            return "Rejected.InvalidRequest"
        moves_current = move is not None and stage == CURRENT and place is not None and place.name != move
        grown = secret.labels | {stage} | ({PREVIOUS} if moves_current else set())
        return EXCEEDED if move is not None and len(grown) > 8 else ""

    def get(self, name: str, version: str | None, stage: str | None) -> tuple[str, Version | None]:
        code, secret = self._changeable(name)
        if secret is None:
            return code, None
        found = secret.marked(stage or CURRENT) if version is None else secret.named(version)
        if found is None or (stage is not None and stage not in found.marks):
            return NOT_FOUND, None
        return OK, found

    def delete(self, name: str, days: int | None) -> str:
        """At once where no days are given."""
        if days is None:
            return OK if self.secret(name) is not None and self.secrets.pop(name) else NOT_FOUND
        code, secret = self._changeable(name)
        if secret is not None:
            secret.ends = self.now + days * DAY
        return code

    def restore(self, name: str) -> str:
        secret = self.secret(name)
        if secret is None:
            return NOT_FOUND
        if secret.ends is None:
            return "Rejected.ResourceInUse"
        secret.ends = None
        return OK

"""Random lives of a few secrets, in the server and in a model, told apart by nothing."""

from uuid import uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.keys.still import StillServer
from tests.secrets.life_model import CURRENT, DAY, IN_WINDOW, NOT_FOUND, PREVIOUS, Model
from tests.secrets.things import put, read, stages, versions
from tests.support.client import Answer

which = st.integers(0, 2)
version_ids = st.sampled_from([f"v{number}" for number in range(14)])
values = st.sampled_from(["a", "b"])
labels = st.sampled_from([CURRENT, PREVIOUS, *(f"label {number}" for number in range(8))])


class Life(RuleBasedStateMachine):
    """A number names a secret, which may be there or not."""

    still: StillServer

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(now=self.still.clock.now)
        self.prefix = f"life/{uuid4().hex[:8]}-"

    def same(self, expected: str, answer: Answer, name: str) -> None:
        assert answer.code == expected, answer.body
        self.same_facts(name)

    def same_facts(self, name: str) -> None:
        secret = self.model.secret(name)
        if secret is None:
            assert self.still.refused("DescribeSecret", SecretName=name) == NOT_FOUND
            return
        shown = {one.name: sorted(one.marks) for one in reversed(secret.versions)}
        listed = versions(self.still, name, deprecated=True)
        assert {version: sorted(marks) for version, marks in listed.items()} == shown
        assert list(listed) == list(shown)
        assert versions(self.still, name, deprecated=False).keys() == {one for one, marks in shown.items() if marks}
        described = self.still.call("DescribeSecret", SecretName=name)
        assert ("PlannedDeleteTime" in described) == (secret.ends is not None)

    @rule(index=which, version=version_ids, value=values)
    def create(self, index: int, version: str, value: str) -> None:
        name = f"{self.prefix}{index}"
        given = {"SecretName": name, "VersionId": version, "SecretData": value}
        self.same(self.model.create(name, version, value), self.still.answer("CreateSecret", **given), name)

    @rule(
        index=which,
        version=version_ids,
        value=values,
        given=st.none() | st.lists(labels, min_size=1, max_size=4, unique=True),
    )
    def put(self, index: int, version: str, value: str, given: list[str] | None) -> None:
        name = f"{self.prefix}{index}"
        text = {} if given is None else {"VersionStages": "[" + ",".join(f'"{one}"' for one in given) + "]"}
        expected = self.model.put(name, version, value, None if given is None else tuple(given))
        self.same(expected, put(self.still, name, version, value, **text), name)

    @rule(index=which, first=st.integers(0, 3), many=st.integers(2, 6))
    def put_many(self, index: int, first: int, many: int) -> None:
        """So that the oldest versions are dropped."""
        for number in range(first, first + many):
            self.put(index, f"w{number}", "a", None)

    @rule(index=which, stage=labels, remove=st.none() | version_ids, move=st.none() | version_ids)
    def update_stage(self, index: int, stage: str, remove: str | None, move: str | None) -> None:
        name = f"{self.prefix}{index}"
        given = {"RemoveFromVersion": remove or "", "MoveToVersion": move or ""}
        answer = self.still.answer("UpdateSecretVersionStage", SecretName=name, VersionStage=stage, **given)
        self.same(self.model.update_stage(name, stage, remove, move), answer, name)

    @rule(index=which, stage=labels, goal=st.integers(0, 9), move=st.booleans())
    def take_from_its_place(self, index: int, stage: str, goal: int, move: bool) -> None:
        """From the version that has it, if there is one; to one that there is."""
        secret = self.model.secret(f"{self.prefix}{index}")
        place = None if secret is None else secret.marked(stage)
        if secret is not None and place is not None:
            named = secret.versions[goal % len(secret.versions)].name if move else None
            self.update_stage(index, stage, place.name, named)

    @rule(index=which, version=st.none() | version_ids, stage=st.none() | labels)
    def get(self, index: int, version: str | None, stage: str | None) -> None:
        name = f"{self.prefix}{index}"
        code, found = self.model.get(name, version, stage)
        shown = read(self.still, name, VersionId=version or "", VersionStage=stage or "")
        assert shown == (code if found is None else found.value)

    @rule(index=which, days=st.none() | st.integers(7, 30))
    def delete(self, index: int, days: int | None) -> None:
        name = f"{self.prefix}{index}"
        how = {"RecoveryWindowInDays": str(days or 30), "ForceDeleteWithoutRecovery": str(days is None)}
        self.same(self.model.delete(name, days), self.still.answer("DeleteSecret", SecretName=name, **how), name)

    @rule(index=which)
    def restore(self, index: int) -> None:
        name = f"{self.prefix}{index}"
        self.same(self.model.restore(name), self.still.answer("RestoreSecret", SecretName=name), name)

    @rule(days=st.integers(1, 20))
    def wait(self, days: int) -> None:
        self.still.wait(days * DAY)
        self.model.now = self.still.clock.now
        for index in range(3):
            self.same_facts(f"{self.prefix}{index}")

    def teardown(self) -> None:
        for name, secret in list(self.model.secrets.items()):
            if self.model.secret(name) is not None and secret.ends is None:
                for one in secret.versions:
                    assert read(self.still, name, VersionId=one.name) == one.value
                assert stages(self.still, name).keys() == secret.labels
            elif self.model.secret(name) is not None:
                assert read(self.still, name) == IN_WINDOW


def test_secrets_live_as_the_documents_tell(still: StillServer):
    Life.still = still
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )

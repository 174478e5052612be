"""Keys and secrets under one face: what the tag operations treat alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from tests.support.client import Answer, Client

PENDING = {"key": (409, "Rejected.PendingDeletion"), "secret": (409, "Rejected.ResourceInDeleteWindow")}
NOT_FOUND = (404, "InvalidResourceId.NotFound")


def numbered(name: str, values: Sequence[str]) -> dict[str, str]:
    return {f"{name}.{number}": value for number, value in enumerate(values, 1)}


def tags_of(tags: Mapping[str, str | None]) -> dict[str, str]:
    """Tag.N.Key and Tag.N.Value; without the value where it is None."""
    names = numbered("Tag", list(tags))
    return {
        **{f"{number}.Key": key for number, key in names.items()},
        **{f"{number}.Value": value for number, key in names.items() if (value := tags[key]) is not None},
    }


@dataclass(frozen=True)
class Things:
    """The keys or the secrets of an account."""

    client: Client
    kind: str

    @property
    def common(self) -> dict[str, str]:
        return {"RegionId": self.client.account.region_id, "ResourceType": self.kind}

    def by(self, client: Client) -> "Things":
        return replace(self, client=client)

    def make(self, count: int = 1) -> list[str]:
        return [self._make() for _ in range(count)]

    def _make(self) -> str:
        if self.kind == "key":
            return self.client.create_key()
        name = f"things/{uuid4()}"
        self.client.call("CreateSecret", SecretName=name, SecretData="x", VersionId="1")
        return name

    def arn(self, name: str) -> str:
        account = self.client.account
        return f"acs:kms:{account.region_id}:{account.account_id}:{self.kind}/{name}"

    def plan_deletion(self, name: str) -> None:
        if self.kind == "key":
            self.client.call("ScheduleKeyDeletion", KeyId=name, PendingWindowInDays="7")
        else:
            self.client.call("DeleteSecret", SecretName=name, RecoveryWindowInDays="7")

    def answer(self, operation: str, names: Sequence[str] = (), /, **more: str) -> Answer:
        return self.client.answer(operation, **{**self.common, **numbered("ResourceId", names), **more})

    def call(self, operation: str, names: Sequence[str] = (), /, **more: str) -> Any:
        return self.client.call(operation, **{**self.common, **numbered("ResourceId", names), **more})

    def tag(self, names: Sequence[str], tags: Mapping[str, str]) -> None:
        assert self.call("TagResources", names, **tags_of(tags)).keys() == {"RequestId"}

    def untag(self, names: Sequence[str], *tag_keys: str, **more: str) -> None:
        assert self.call("UntagResources", names, **numbered("TagKey", tag_keys), **more).keys() == {"RequestId"}

    def page(self, names: Sequence[str] = (), wanted: Mapping[str, str | None] | None = None, **more: str) -> Any:
        return self.call("ListTagResources", names, **tags_of(wanted or {}), **more)

    def listed(
        self, names: Sequence[str] = (), wanted: Mapping[str, str | None] | None = None
    ) -> dict[str, dict[str, str]]:
        """The tags of each that has some, from what must be the only page."""
        answer = self.page(names, wanted)
        assert answer.keys() == {"RequestId", "TagResources"}
        return self.collected(answer["TagResources"]["TagResource"])

    def collected(self, listed: Sequence[Mapping[str, str]]) -> dict[str, dict[str, str]]:
        tags: dict[str, dict[str, str]] = {}
        for one in listed:
            assert one.keys() == {"ResourceId", "ResourceType", "TagKey", "TagValue"}
            assert one["ResourceType"] == self.kind
            of_one = tags.setdefault(one["ResourceId"], {})
            assert one["TagKey"] not in of_one
            of_one[one["TagKey"]] = one["TagValue"]
        return tags


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code

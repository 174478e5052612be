"""The server's own parts in this process, with a clock that a test moves and jobs that run when it says so."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import gmtime, strftime, time
from typing import Any

from sqlalchemy import select

from keyreeve.app import DataFolder, open_parts
from keyreeve.dispatch import Dispatcher
from keyreeve.jobs import run_due
from keyreeve.parts import Parts
from keyreeve.protocols import alibaba_rpc
from keyreeve.protocols.http import HttpRequest
from keyreeve.storage.schema import key_versions
from tests.support.client import Answer, KmsRefused, query_of, v3_headers
from tests.support.server import Account

DAY = 86_400
_HOST = "kms.test"


class Clock:
    def __init__(self) -> None:
        self.now = time()

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class StillServer:
    parts: Parts
    account: Account
    clock: Clock
    data: Path

    @property
    def now(self) -> int:
        """In whole seconds."""
        return int(self.clock.now)

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    def run_jobs(self) -> int:
        return run_due(self.parts)

    def answer(self, action: str, /, **parameters: str) -> Answer:
        query, signed_at = query_of(parameters), strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(self.now))
        headers = v3_headers(self.account, action, query, _HOST, x_acs_date=signed_at)
        lower = {name.lower(): value for name, value in headers.items()}
        request = HttpRequest("POST", f"/?{query}", lower, b"", "127.0.0.1")
        dispatcher = Dispatcher(self.parts)
        visit = alibaba_rpc.new_visit(dispatcher, request)
        response = alibaba_rpc.answer(dispatcher, visit, request, may_block=True)
        return Answer(response.status, {}, response.body)

    def call(self, action: str, /, **parameters: str) -> Any:
        answer = self.answer(action, **parameters)
        if answer.status != 200:
            raise KmsRefused(answer)
        return answer.json

    def refused(self, action: str, /, **parameters: str) -> str:
        answer = self.answer(action, **parameters)
        assert answer.status != 200, answer.body
        return answer.code

    def create_key(self, **parameters: str) -> str:
        return str(self.call("CreateKey", **parameters)["KeyMetadata"]["KeyId"])

    def metadata(self, key_id: str) -> dict[str, str]:
        return dict(self.call("DescribeKey", KeyId=key_id)["KeyMetadata"])

    def versions(self, key_id: str) -> list[str]:
        listed = self.call("ListKeyVersions", KeyId=key_id, PageSize="100")["KeyVersions"]["KeyVersion"]
        return [version["KeyVersionId"] for version in listed]

    def keys_in(self, state: str) -> set[str]:
        filters = json.dumps([{"Key": "KeyState", "Values": [state]}])
        return {key["KeyId"] for key in self.call("ListKeys", PageSize="100", Filters=filters)["Keys"]["Key"]}

    def sealed(self, key_id: str) -> list[bytes]:
        """What the database holds of the key's material."""
        query = select(key_versions.c.sealed_material).where(key_versions.c.key_id == key_id)
        with self.parts.database.reading() as connection:
            return [bytes(one) for one in connection.execute(query).scalars() if one is not None]

    def job_lines(self, name: str) -> list[str]:
        """The resources of the job's audit lines."""
        lines = (self.data / "audit" / "audit.jsonl").read_text().splitlines()
        return [line["on"] for line in map(json.loads, lines) if line["op"] == name]


@contextmanager
def still_server(data: Path, account: Account) -> Generator[StillServer]:
    clock = Clock()
    parts = replace(open_parts(DataFolder(data), lambda _operation, _code, _seconds: None), clock=clock)
    yield StillServer(parts, account, clock, data)
    parts.database.close()
    parts.replay.close()

"""The Huawei door of a server in this process, whose clock a test moves."""

import json
from dataclasses import dataclass
from typing import Any

from keyreeve.dispatch import Dispatcher
from keyreeve.protocols import huawei_rest
from keyreeve.protocols.http import HttpRequest
from tests.huawei.raw import Answer
from tests.huawei.signing import list_keys_path
from tests.huawei.tokens import PATH, by_password
from tests.keys.still import StillServer


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

    def call(self, word: str, **members: Any) -> Answer:
        """What is behind kms/, with a token of this moment."""
        path = f"/v1.0/{self.still.account.project_id}/kms/{word}"
        return self.post(path, members, x_auth_token=self.new_token())

    def details(self, key_id: str) -> dict[str, str]:
        return dict(self.call("describe-key", key_id=key_id).json["key_info"])

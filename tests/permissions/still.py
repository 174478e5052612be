"""Callers of a server whose clock a test moves (tests/keys/still.py)."""

import json
from dataclasses import dataclass
from time import gmtime, strftime
from typing import Any

from keyreeve.dispatch import Dispatcher
from keyreeve.protocols import alibaba_rpc
from keyreeve.protocols.http import HttpRequest
from tests.keys.still import StillServer
from tests.permissions.callers import STS
from tests.support.client import VERSION, Answer, query_of, v3_headers
from tests.support.server import Account

_HOST = "kms.test"


@dataclass(frozen=True)
class StillCaller:
    still: StillServer
    account: Account
    token: str = ""

    def answer(self, action: str, /, api: str = VERSION, **parameters: str) -> Answer:
        query, signed_at = query_of(parameters), strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(self.still.now))
        token = {"x_acs_security_token": self.token} if self.token else {}
        more: dict[str, Any] = {"x_acs_version": api, "x_acs_date": signed_at, **token}
        headers = v3_headers(self.account, action, query, _HOST, **more)
        lower = {name.lower(): value for name, value in headers.items()}
        request = HttpRequest("POST", f"/?{query}", lower, b"", "127.0.0.1")
        dispatcher = Dispatcher(self.still.parts)
        visit = alibaba_rpc.new_visit(dispatcher, request)
        response = alibaba_rpc.answer(dispatcher, visit, request, may_block=True)
        return Answer(response.status, {}, response.body)

    def call(self, action: str, /, api: str = VERSION, **parameters: str) -> Any:
        answer = self.answer(action, api, **parameters)
        assert answer.status == 200, answer.body
        return answer.json

    def assume(self, role_arn: str, seconds: int) -> "StillCaller":
        wanted = {"RoleArn": role_arn, "RoleSessionName": "session", "DurationSeconds": str(seconds)}
        credentials = json.loads(self.answer("AssumeRole", STS, **wanted).body)["Credentials"]
        own, key = self.account, (credentials["AccessKeyId"], credentials["AccessKeySecret"])
        account = Account(own.account_id, own.region_id, own.project_id, *key)
        return StillCaller(self.still, account, credentials["SecurityToken"])

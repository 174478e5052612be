"""Whoever calls: an account, a user or a session of a role, to any of the three services, signed by hand."""

from dataclasses import dataclass, replace
from typing import Any

from tests.support.client import VERSION, Answer, Client, query_of, send, v1_parameters, v3_headers
from tests.support.server import Account

STS = "2015-04-01"


@dataclass(frozen=True)
class Caller(Client):
    """`token` goes with the AccessKey of a session; `api` is the version of the service that is called."""

    token: str = ""
    api: str = VERSION

    def answer(self, action: str, /, **parameters: str) -> Answer:
        if self.version == 1:
            common = {"Version": self.api, **({"SecurityToken": self.token} if self.token else {})}
            every = v1_parameters(self.account, action, {**common, **parameters})
            return send(self.address, "POST", "/?" + query_of(every))
        query = query_of(parameters)
        more: dict[str, Any] = {
            "x_acs_version": self.api,
            **({"x_acs_security_token": self.token} if self.token else {}),
        }
        headers = v3_headers(self.account, action, query, self.address, **more)
        return send(self.address, "POST", f"/?{query}" if query else "/", headers)

    @property
    def sts(self) -> "Caller":
        return replace(self, api=STS)

    def assume(self, role_arn: str, name: str = "session", **more: str) -> "Caller":
        """A session of the role, taken by this caller. Raises KmsRefused."""
        taken = self.sts.call("AssumeRole", RoleArn=role_arn, RoleSessionName=name, **more)
        return self.as_session(taken["Credentials"], role_arn.split(":")[3])

    def as_session(self, credentials: Any, account_id: str) -> "Caller":
        own = self.account
        key = credentials["AccessKeyId"], credentials["AccessKeySecret"]
        account = Account(account_id, own.region_id, own.project_id, *key)
        return replace(self, account=account, token=credentials["SecurityToken"])

    def who(self) -> dict[str, str]:
        """GetCallerIdentity, without the RequestId."""
        answer = dict(self.sts.call("GetCallerIdentity"))
        del answer["RequestId"]
        return answer


def code_and_status(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code

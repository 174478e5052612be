"""Requests to RAM signed by hand, and what the tests of it share."""

import json
from typing import Any

from tests.support.client import Answer, KmsRefused, query_of, send, v1_parameters, v3_headers
from tests.support.server import Account

VERSION = "2015-05-01"


class Ram:
    """Calls as one caller, signed with version 3, or 1 where `version` says so."""

    def __init__(self, address: str, account: Account, version: int = 3) -> None:
        self.address = address
        self.account = account
        self.version = version

    def answer(self, action: str, /, **parameters: str) -> Answer:
        if self.version == 1:
            every = v1_parameters(self.account, action, {"Version": VERSION, **parameters})
            return send(self.address, "POST", "/?" + query_of(every))
        query = query_of(parameters)
        headers = v3_headers(self.account, action, query, self.address, x_acs_version=VERSION)
        return send(self.address, "POST", f"/?{query}" if query else "/", headers)

    def call(self, action: str, /, **parameters: str) -> Any:
        """The JSON of a success. Raises KmsRefused."""
        answer = self.answer(action, **parameters)
        if answer.status != 200:
            raise KmsRefused(answer)
        return answer.json

    def refused(self, action: str, /, **parameters: str) -> tuple[int, str]:
        """Status and code of a refusal, which there must be."""
        answer = self.answer(action, **parameters)
        assert answer.status != 200, answer.body
        return answer.status, answer.code

    def create_user(self, name: str) -> Account:
        """A user with an AccessKey, as somebody who signs."""
        self.call("CreateUser", UserName=name)
        made = self.call("CreateAccessKey", UserName=name)["AccessKey"]
        own = self.account
        return Account(own.account_id, own.region_id, own.project_id, made["AccessKeyId"], made["AccessKeySecret"])

    def grant(self, user: str, name: str, *statements: dict[str, Any]) -> None:
        """Attach a new policy to a user."""
        self.call("CreatePolicy", PolicyName=name, PolicyDocument=policy(*statements))
        self.call("AttachPolicyToUser", PolicyName=name, PolicyType="Custom", UserName=user)


def allow(action: str | list[str], resource: str | list[str] = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "1", "Statement": statements or [allow("kms:Encrypt")]})


def trust(account_id: str) -> str:
    principal = {"RAM": [f"acs:ram::{account_id}:root"]}
    statement = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": principal}
    # Spaces and order are the author's, and come back as they were.
    return json.dumps({"Statement": [statement], "Version": "1"}, indent=2)

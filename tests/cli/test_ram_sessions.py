"""Temporary credentials of a role at the command line."""

import json
import uuid
from dataclasses import dataclass

import pytest

from tests.cli.test_mistakes import mistake
from tests.limits.servers import new_client
from tests.ram.calls import Ram, allow, policy, trust
from tests.support.client import Answer, KmsRefused, query_of, send, v3_headers
from tests.support.server import Account, Server, keyreeve

STS = "2015-04-01"


@dataclass(frozen=True)
class Session:
    """Calls to KMS signed with temporary credentials."""

    address: str
    account: Account
    token: str

    @property
    def access_key_id(self) -> str:
        return self.account.access_key_id

    def answer(self, action: str, /, **parameters: str) -> Answer:
        query = query_of(parameters)
        headers = v3_headers(self.account, action, query, self.address, x_acs_security_token=self.token)
        return send(self.address, "POST", f"/?{query}" if query else "/", headers)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "KEYREEVE_ENDPOINT": f"http://{self.address}",
            "ALIBABA_CLOUD_ACCESS_KEY_ID": self.account.access_key_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": self.account.access_key_secret,
            "ALIBABA_CLOUD_SECURITY_TOKEN": self.token,
        }


def assume(address: str, account: Account, role: str, session: str = "session", **more: str) -> Session:
    """A session of a role of the caller's account."""
    arn = f"acs:ram::{account.account_id}:role/{role}"
    query = query_of({"RoleArn": arn, "RoleSessionName": session, **more})
    answer = send(address, "POST", f"/?{query}", v3_headers(account, "AssumeRole", query, address, x_acs_version=STS))
    if answer.status != 200:
        raise KmsRefused(answer)
    made = answer.json["Credentials"]
    own = (account.account_id, account.region_id, account.project_id)
    return Session(address, Account(*own, made["AccessKeyId"], made["AccessKeySecret"]), made["SecurityToken"])


@pytest.fixture
def session(sqlite_server: Server) -> Session:
    """A session of a role that may only see keys."""
    server, root = sqlite_server, new_client(sqlite_server).account
    ram = Ram(server.address, root)
    ram.call("CreateRole", RoleName="reader", AssumeRolePolicyDocument=trust(root.account_id))
    ram.call("CreatePolicy", PolicyName="read", PolicyDocument=policy(allow("kms:ListKeys")))
    ram.call("AttachPolicyToRole", PolicyName="read", PolicyType="Custom", RoleName="reader")
    return assume(server.address, root, "reader", "by-hand")


def test_temporary_credentials_of_the_environment_call(session: Session):
    done = keyreeve("call", "ListKeys", env=session.environment)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["TotalCount"] == 0


def test_temporary_credentials_may_do_what_their_role_may_and_no_more(session: Session):
    assert "Forbidden.NoPermission" in mistake("call", "CreateKey", env=session.environment)


def test_temporary_credentials_call_sts_too(session: Session):
    done = keyreeve("ram", "call", "GetCallerIdentity", env=session.environment)
    assert json.loads(done.stdout)["Arn"].endswith("assumed-role/reader/by-hand")


def test_assume_role_prints_what_the_environment_takes(sqlite_server: Server):
    server, root = sqlite_server, new_client(sqlite_server).account
    Ram(server.address, root).call("CreateRole", RoleName="r", AssumeRolePolicyDocument=trust(root.account_id))
    own = Session(server.address, root, "").environment
    role = f"acs:ram::{root.account_id}:role/r"
    done = keyreeve("ram", "call", "AssumeRole", "--RoleArn", role, "--RoleSessionName", "cli", env=own)
    made = json.loads(done.stdout)["Credentials"]
    account = Account(root.account_id, root.region_id, "", made["AccessKeyId"], made["AccessKeySecret"])
    shell = Session(server.address, account, made["SecurityToken"]).environment
    shown = keyreeve("ram", "call", "GetCallerIdentity", env=shell)
    assert json.loads(shown.stdout)["Arn"].endswith("/r/cli")


@pytest.mark.parametrize("token", ["", "nonsense", "QUJD"])
def test_a_token_that_is_missing_or_no_token_is_one_line(session: Session, token: str):
    line = mistake("call", "ListKeys", env={**session.environment, "ALIBABA_CLOUD_SECURITY_TOKEN": token})
    assert "SecurityToken" in line


def test_a_token_is_not_sent_with_an_access_key_that_has_none(sqlite_server: Server, session: Session):
    """A shell may still have the token of before."""
    env = {**session.environment, "ALIBABA_CLOUD_ACCESS_KEY_ID": sqlite_server.account.access_key_id}
    env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = sqlite_server.account.access_key_secret
    assert keyreeve("call", "ListKeys", env=env).returncode == 0


def test_a_token_of_another_session_is_refused(session: Session):
    other = {**session.environment, "ALIBABA_CLOUD_ACCESS_KEY_ID": f"STS.{uuid.uuid4().hex}"}
    assert "keyreeve: " in mistake("call", "ListKeys", env=other)

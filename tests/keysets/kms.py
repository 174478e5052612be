"""A Keyreeve server as the KMS of wrapped keysets."""

import json
import random
from dataclasses import dataclass

from keyreeve import keysets
from tests.ram.calls import Ram, allow, policy
from tests.support.client import Client
from tests.support.server import Account, Server, create_account

KMS_RIGHTS = ["kms:Encrypt", "kms:Decrypt"]


@dataclass(frozen=True)
class Owner:
    """An account in a running server, and what keysets need of it."""

    server: Server
    account: Account

    @property
    def account_id(self) -> str:
        return self.account.account_id

    @property
    def client(self) -> Client:
        return Client(self.server.address, self.account)

    @property
    def ram(self) -> Ram:
        return Ram(self.server.address, self.account)

    def new_key(self) -> str:
        """The ARN of a new key."""
        return str(self.client.call("CreateKey")["KeyMetadata"]["Arn"])

    def new_role(self, trusted: str, *statements: dict[str, object]) -> str:
        """The ARN of a new role, which the principal `trusted` may assume, and which may do what the statements say."""
        name = f"role-{random.randrange(10**12):012d}"
        self.ram.call("CreateRole", RoleName=name, AssumeRolePolicyDocument=trust(trusted))
        if statements:
            self.ram.call("CreatePolicy", PolicyName=name, PolicyDocument=policy(*statements))
            self.ram.call("AttachPolicyToRole", PolicyName=name, PolicyType="Custom", RoleName=name)
        return f"acs:ram::{self.account_id}:role/{name}"

    def kms_role(self, *key_arns: str) -> str:
        """A role of this account that may encrypt and decrypt with these keys."""
        return self.new_role(f"acs:ram::{self.account_id}:root", allow(KMS_RIGHTS, list(key_arns)))

    def trust_now(self, role_arn: str, trusted: str) -> None:
        name = role_arn.rpartition("/")[2]
        self.ram.call("UpdateRole", RoleName=name, NewAssumeRolePolicyDocument=trust(trusted))

    def disable(self, key_arn: str) -> None:
        self.client.call("DisableKey", KeyId=key_arn)

    def connect(self, cache_seconds: float = 300) -> keysets.Connection:
        account = self.account
        return keysets.connect(
            self.server.address, account.access_key_id, account.access_key_secret, cache_seconds=cache_seconds
        )

    def calls_of(self, operation: str) -> int:
        """How often this account's callers called it with success, by the audit log."""
        lines = (self.server.data / "audit" / "audit.jsonl").read_text().splitlines()
        entries = [json.loads(line) for line in lines if f'"{operation}"' in line]
        mine = [entry for entry in entries if entry["account"] == self.account_id and entry["result"] == "OK"]
        return len(mine)


def new_owner(server: Server) -> Owner:
    return Owner(server, create_account(server.data, str(random.randrange(10**15, 10**16))))


def trust(principal: str) -> str:
    statement = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"RAM": [principal]}}
    return json.dumps({"Statement": [statement], "Version": "1"})

"""Two accounts in one server: ours with three users, and theirs."""

import random
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.permissions.callers import Caller
from tests.permissions.documents import key_policy, names
from tests.permissions.needs import Right
from tests.permissions.room import Room, make_room
from tests.ram.calls import Ram, allow, policy
from tests.support.server import Account, Server, create_account

NOTHING = {"Effect": "Allow", "Action": "kms:NoSuchThing", "Resource": "*"}
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@dataclass(frozen=True)
class Holder:
    """Somebody whose rights a test sets: they are this one policy, of the same name."""

    ram: Ram
    name: str
    caller: Caller

    def may(self, *statements: dict[str, Any]) -> None:
        """The rights become these and no others, at once."""
        strategy = {"RotateStrategy": "DeleteOldestNonDefaultVersionWhenLimitExceeded", "SetAsDefault": "true"}
        document = policy(*(statements or (NOTHING,)))
        self.ram.call("CreatePolicyVersion", PolicyName=self.name, PolicyDocument=document, **strategy)


@dataclass(frozen=True)
class House:
    """An account: its root, and what manages its identities."""

    server: Server
    root: Caller

    @property
    def account(self) -> Account:
        return self.root.account

    @cached_property
    def ram(self) -> Ram:
        return Ram(self.server.address, self.account)

    @cached_property
    def room(self) -> Room:
        """Shared: only for calls that change nothing in it."""
        return make_room(self.root)

    def arn(self, resource: str) -> str:
        return f"acs:kms:{self.account.region_id}:{self.account.account_id}:{resource}"

    def principal(self, who: str) -> str:
        return f"acs:ram::{self.account.account_id}:{who}"

    def right(self, right: Right) -> dict[str, Any]:
        """The statement that allows exactly this."""
        action, resource = right
        return allow(action, resource if resource == "*" else self.arn(resource))

    def new_user(self, *statements: dict[str, Any]) -> Holder:
        name = f"u{random.randrange(10**12):012d}"
        account = self.ram.create_user(name)
        self.ram.grant(name, name, *(statements or (NOTHING,)))
        return Holder(self.ram, name, Caller(self.server.address, account))

    def new_role(self, trust: str, *statements: dict[str, Any], **more: str) -> Holder:
        """A role and its rights; its caller is the one who made it, until somebody assumes it."""
        name = f"r{random.randrange(10**12):012d}"
        self.ram.call("CreateRole", RoleName=name, AssumeRolePolicyDocument=trust, **more)
        self.ram.call("CreatePolicy", PolicyName=name, PolicyDocument=policy(*(statements or (NOTHING,))))
        self.ram.call("AttachPolicyToRole", PolicyName=name, PolicyType="Custom", RoleName=name)
        return Holder(self.ram, name, self.root)

    def role_arn(self, role: Holder) -> str:
        return self.principal(f"role/{role.name}")


@dataclass(frozen=True)
class Stage:
    server: Server
    ours: House
    theirs: House

    @cached_property
    def user(self) -> Holder:
        """Whose rights every test sets before it asks for anything."""
        return self.ours.new_user()

    @cached_property
    def denied_room(self) -> Room:
        """A room of ours whose keys and secrets refuse everybody everything; shared like the other."""
        room = make_room(self.ours.root)
        self.deny_all(room)
        return room

    def deny_all(self, room: Room) -> None:
        denial = names(self.ours.principal("*"), "kms:*", effect="Deny")
        for kind in ("key", "other", "signing", "encrypting", "authenticating", "external"):
            # A key that is to be deleted refuses a policy, which is as well.
            self.ours.root.answer("SetKeyPolicy", KeyId=room.names[kind], Policy=key_policy(denial))
        for secret in (room.world.secret, room.world.managed):
            self.ours.root.answer("SetSecretPolicy", SecretName=secret, Policy=key_policy(denial))

    @cached_property
    def with_everything(self) -> Caller:
        return self.ours.new_user(EVERYTHING).caller

    @cached_property
    def with_nothing(self) -> Caller:
        return self.ours.new_user().caller


def new_house(server: Server) -> House:
    account = create_account(server.data, str(random.randrange(10**15, 10**16)))
    return House(server, Caller(server.address, account))


def make_stage(server: Server) -> Stage:
    return Stage(server, new_house(server), new_house(server))

"""`keyreeve ram simulate` says what the server would do: each situation is asked for and tried."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from keyreeve.cli.main import app
from tests.cli.test_ram_sessions import assume
from tests.limits.servers import new_client
from tests.ram.calls import Ram, allow, policy, trust
from tests.support.client import Client
from tests.support.server import Server

Statement = dict[str, Any]
ALIAS = "alias/simulated"


def deny(action: str, resource: str = "*") -> Statement:
    return {"Effect": "Deny", "Action": action, "Resource": resource}


def under(statement: Statement, operator: str, key: str, value: str) -> Statement:
    return {**statement, "Condition": {operator: {key: value}}}


@dataclass(frozen=True)
class Situation:
    """Who has which policies; `{key}` and `{alias}` in a resource are the ARNs of the key and its alias."""

    user: list[Statement] = field(default_factory=list[Statement])
    group: list[Statement] = field(default_factory=list[Statement])
    key: list[Statement] = field(default_factory=list[Statement])
    role: bool = False
    operation: str = "DescribeKey"
    allowed: bool = False


USE = "kms:DescribeKey"
SITUATIONS = {
    "nothing allows": Situation(),
    "the user's policy": Situation(user=[allow(USE)], allowed=True),
    "of this key": Situation(user=[allow("kms:*", "{key}")], allowed=True),
    "of another key": Situation(user=[allow("kms:*", "{key}x")]),
    "of the alias only": Situation(user=[allow("kms:*", "{alias}")]),
    "of another action": Situation(user=[allow("kms:Encrypt")]),
    "the group's policy": Situation(group=[allow("kms:Describe*")], allowed=True),
    "the group denies": Situation(user=[allow("*")], group=[deny(USE)]),
    "the user's own denial": Situation(user=[allow("*"), deny("kms:Describe*", "{key}")]),
    "the key's policy": Situation(key=[allow(USE)], allowed=True),
    "the key denies": Situation(user=[allow("*")], key=[deny(USE)]),
    "the key's policy of another action": Situation(key=[allow("kms:Encrypt")]),
    "from here": Situation(user=[under(allow("*"), "IpAddress", "acs:SourceIp", "127.0.0.0/8")], allowed=True),
    "from elsewhere": Situation(user=[under(allow("*"), "IpAddress", "acs:SourceIp", "10.0.0.0/8")]),
    "not from here": Situation(user=[allow("*"), under(deny("*"), "IpAddress", "acs:SourceIp", "127.0.0.1")]),
    "by TLS only": Situation(user=[under(allow("*"), "Bool", "acs:SecureTransport", "true")]),
    "before a day": Situation(user=[under(allow("*"), "DateLessThan", "acs:CurrentTime", "2020-01-01T00:00:00Z")]),
    "with the tag": Situation(user=[under(allow("*"), "StringEquals", "kms:tag/Team", "pay")], allowed=True),
    "with another tag": Situation(user=[under(allow("*"), "StringEquals", "kms:tag/Team", "ops")]),
    "a role": Situation(role=True, user=[allow(USE, "{key}")], allowed=True),
    "a role that nothing allows": Situation(role=True),
    "a role that the key names": Situation(role=True, key=[allow(USE)], allowed=True),
    "a list": Situation(user=[allow("kms:ListKeys", "{keys}")], operation="ListKeys", allowed=True),
    "a list of nothing": Situation(user=[allow("kms:ListKeys", "{key}")], operation="ListKeys"),
    "an alias": Situation(user=[allow("kms:UpdateAlias")], operation="UpdateAlias", allowed=True),
    "an alias without its key": Situation(user=[allow("kms:*", "{alias}")], operation="UpdateAlias"),
    "a key without its alias": Situation(user=[allow("kms:*", "{key}")], operation="UpdateAlias"),
    "encryption": Situation(user=[allow("kms:Encrypt", "{key}")], operation="Encrypt", allowed=True),
}


class World:
    """An account with one key, its alias, and as many callers as situations."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.root = new_client(server)
        self.ram = Ram(server.address, self.root.account)
        self.count = 0

    def arn(self, resource: str) -> str:
        return f"acs:kms:{self.server.account.region_id}:{self.root.account.account_id}:{resource}"

    def new_key(self) -> tuple[str, str]:
        self.count += 1
        key_id = self.root.create_key(Tags='[{"TagKey":"Team","TagValue":"pay"}]')
        alias = f"{ALIAS}-{self.count}"
        self.root.call("CreateAlias", KeyId=key_id, AliasName=alias)
        return key_id, alias

    def simulate(self, who: str, action: str, resource: str, *words: str) -> Result:
        own = ("--data", str(self.server.data), "--account-id", self.root.account.account_id)
        asked = ("--as", who, "--action", action, "--resource", resource)
        return CliRunner().invoke(app, ["ram", "simulate", *own, *asked, *words])


@pytest.fixture(scope="module")
def world(sqlite_server: Server) -> World:
    return World(sqlite_server)


@dataclass(frozen=True)
class Scene:
    world: World
    situation: Situation
    key_id: str
    alias: str
    who: str

    def answers(self, caller: Any) -> str:
        given = {"KeyId": self.key_id, "AliasName": self.alias, "Plaintext": "aGk="}
        return str(caller.answer(self.situation.operation, **given).code)

    def simulated(self) -> bool:
        """Whether everything that the call is asked for is allowed."""
        resources = {"ListKeys": ["key"], "UpdateAlias": [self.alias, f"key/{self.key_id}"]}
        asked = resources.get(self.situation.operation, [f"key/{self.key_id}"])
        action = f"kms:{self.situation.operation}"
        codes = [self.world.simulate(self.who, action, resource).exit_code for resource in asked]
        assert set(codes) <= {0, 1}
        return set(codes) == {0}


def set_up(world: World, situation: Situation) -> tuple[Scene, Any]:
    """The situation, and who calls in it."""
    key_id, alias = world.new_key()
    names = {"{key}": world.arn(f"key/{key_id}"), "{alias}": world.arn(alias), "{keys}": world.arn("key")}
    name = f"caller-{world.count}"
    kind = "Role" if situation.role else "User"
    scene = Scene(world, situation, key_id, alias, f"{kind.lower()}/{name}")
    caller = _make(world, name, kind)
    _attach(world, kind, name, situation.user, names)
    if situation.group:
        world.ram.call("CreateGroup", GroupName=name)
        world.ram.call("AddUserToGroup", GroupName=name, UserName=name)
        _attach(world, "Group", name, situation.group, names)
    if situation.key:
        principal = {"RAM": [f"acs:ram::{world.root.account.account_id}:{scene.who}"]}
        own = [{**statement, "Principal": principal} for statement in situation.key]
        world.root.call("SetKeyPolicy", KeyId=key_id, Policy=policy(*own))
    return scene, caller


def _make(world: World, name: str, kind: str) -> Any:
    account = world.root.account
    if kind == "User":
        return Client(world.server.address, world.ram.create_user(name))
    world.ram.call("CreateRole", RoleName=name, AssumeRolePolicyDocument=trust(account.account_id))
    return assume(world.server.address, account, name)


def _attach(world: World, kind: str, name: str, statements: list[Statement], names: dict[str, str]) -> None:
    if not statements:
        return
    document = policy(*statements)
    for mark, arn in names.items():
        document = document.replace(mark, arn)
    world.ram.call("CreatePolicy", PolicyName=f"{kind}-{name}", PolicyDocument=document)
    attached = {"PolicyName": f"{kind}-{name}", "PolicyType": "Custom", f"{kind}Name": name}
    world.ram.call(f"AttachPolicyTo{kind}", **attached)


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_simulated_is_what_the_server_answers(world: World, name: str):
    scene, caller = set_up(world, SITUATIONS[name])
    code = scene.answers(caller)
    assert code in {"OK", "Forbidden.NoPermission"}
    assert (code == "OK") is SITUATIONS[name].allowed, code
    assert scene.simulated() is SITUATIONS[name].allowed


@pytest.mark.parametrize("source", ["10.1.2.3", "127.0.0.1"])
def test_another_address_may_be_supposed(world: World, source: str):
    scene, _ = set_up(world, SITUATIONS["from elsewhere"])
    done = world.simulate(scene.who, USE, f"key/{scene.key_id}", "--source-ip", source)
    assert (done.exit_code == 0) is source.startswith("10.")


def test_tls_may_be_supposed(world: World):
    scene, _ = set_up(world, SITUATIONS["by TLS only"])
    assert world.simulate(scene.who, USE, f"key/{scene.key_id}", "--secure").exit_code == 0


def test_a_change_counts_at_once_though_the_server_runs(world: World):
    scene, _ = set_up(world, SITUATIONS["the user's policy"])
    asked = scene.who, USE, f"key/{scene.key_id}"
    assert world.simulate(*asked).exit_code == 0
    name = scene.who.partition("/")[2]
    world.ram.call("DetachPolicyFromUser", PolicyName=f"User-{name}", PolicyType="Custom", UserName=name)
    assert world.simulate(*asked).exit_code == 1
    assert json.loads(world.simulate(*asked, "--json").stdout)["why"] == "no statement allows it"

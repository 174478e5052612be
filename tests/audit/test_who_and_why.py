"""Who called and why a call was refused stand in the line, however long that is (docs/formats/audit.md)."""

import json
import random
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyreeve.audit.chain import link, read_line
from tests.audit.logs import lines_of, record
from tests.cli.test_ram_sessions import assume
from tests.ram.calls import Ram, allow, trust
from tests.support.client import Answer, Client
from tests.support.server import Server, create_account, keyreeve

LONG, LONG_SESSION, LONG_SID, LONG_POLICY = "u" * 64, "s" * 64, "d" * 128, "p" * 128
MOST_BYTES, MOST_WITHOUT = 900, 400
Ask = Callable[..., Answer]


class World:
    """An account with a user and a role whose names, session, policy and statement are as long as they may be."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.root = create_account(server.data, str(random.randrange(10**15, 10**16)))
        ram = Ram(server.address, self.root)
        deny = {"Sid": LONG_SID, "Effect": "Deny", "Action": ["kms:*Alias*", "kms:ListKeys", "ram:*"], "Resource": "*"}
        user = ram.create_user(LONG)
        ram.grant(LONG, LONG_POLICY, allow("*"), deny)
        ram.call("CreateRole", RoleName=LONG, AssumeRolePolicyDocument=trust(self.root.account_id))
        ram.call("AttachPolicyToRole", PolicyName=LONG_POLICY, PolicyType="Custom", RoleName=LONG)
        self.session = assume(server.address, self.root, LONG, LONG_SESSION)
        # Each of them may be asked for a call of KMS, and the user for one of RAM too.
        self.as_root: Ask = Client(server.address, self.root).answer
        self.as_user: Ask = Client(server.address, user).answer
        self.as_user_of_ram: Ask = Ram(server.address, user).answer
        self.as_role: Ask = self.session.answer
        self.as_nobody: Ask = Client(server.address, ram.create_user("nobody")).answer
        self.key_id = Client(server.address, self.root).create_key()

    def raw(self, answer: Answer) -> bytes:
        mark = f'"id":"{answer.json["RequestId"]}"'.encode()
        (line,) = [line for line in lines_of(self.server.data / "audit") if mark in line]
        return line

    def line(self, answer: Answer) -> dict[str, Any]:
        return dict(json.loads(self.raw(answer)))


@pytest.fixture(scope="module")
def world(sqlite_server: Server) -> World:
    return World(sqlite_server)


def test_a_call_of_the_account_itself_names_nobody(world: World):
    assert not {"by", "why"} & world.line(world.as_root("DescribeKey", KeyId=world.key_id)).keys()


def test_a_users_call_names_the_user_and_a_success_gives_no_reason(world: World):
    line = world.line(world.as_user("DescribeKey", KeyId=world.key_id))
    assert (line["by"], line["result"], line["account"]) == (f"user/{LONG}", "OK", world.root.account_id)
    assert "why" not in line


def test_a_sessions_call_names_the_role_and_the_session(world: World):
    line = world.line(world.as_role("DescribeKey", KeyId=world.key_id))
    assert (line["by"], line["result"]) == (f"role/{LONG}/{LONG_SESSION}", "OK")
    assert line["key"] == world.session.access_key_id


def test_a_refused_permission_says_action_resource_and_statement(world: World):
    line = world.line(world.as_user("ListKeys"))
    assert line["result"] == "Forbidden.NoPermission"
    arn = f"acs:kms:{world.root.region_id}:{world.root.account_id}:key"
    assert line["why"].startswith(f"kms:ListKeys on {arn}: denied by statement {LONG_SID[:20]}")
    assert LONG_POLICY[:20] in line["why"]


def test_what_nothing_allows_says_so(world: World):
    line = world.line(world.as_nobody("DescribeKey", KeyId=world.key_id))
    arn = f"acs:kms:{world.root.region_id}:{world.root.account_id}:key/{world.key_id}"
    assert (line["by"], line["why"]) == ("user/nobody", f"kms:DescribeKey on {arn}: no statement allows it")


def test_a_denied_dry_run_says_why_too(world: World):
    line = world.line(world.as_nobody("Encrypt", KeyId=world.key_id, Plaintext="aGk=", DryRun="true"))
    assert line["result"] == "AccessDeniedError"
    assert line["why"].startswith(f"kms:Encrypt on acs:kms:{world.root.region_id}:")


@pytest.mark.parametrize(
    ("operation", "reference", "code"),
    [
        ("Encrypt", "", "MissingParameter"),
        ("DescribeKey", "11111111-2222-4333-8444-555555555555", "Forbidden.KeyNotFound"),
        ("NoSuchThing", "", "InvalidAction.NotFound"),
    ],
)
def test_another_refusal_gives_no_reason(world: World, operation: str, reference: str, code: str):
    line = world.line(world.as_user(operation, KeyId=reference))
    assert (line["by"], line["result"]) == (f"user/{LONG}", code)
    assert "why" not in line


def test_the_longest_line_that_a_caller_can_cause_is_short_printable_and_follows(world: World):
    alias = "alias/" + "a" * 249
    answers = [
        world.as_role("CreateAlias", AliasName=alias, KeyId=world.key_id),
        world.as_role("ListAliases"),
        world.as_role("CreateAlias" * 20, KeyId="k" * 4000),
        world.as_user_of_ram("CreatePolicyVersion", PolicyName=LONG_POLICY, PolicyDocument="{}"),
        world.as_user_of_ram("GetUser", UserName=LONG),
        world.as_user_of_ram("RemoveUserFromGroup", UserName=LONG, GroupName="g" * 64),
    ]
    for answer in answers:
        raw = world.raw(answer)
        assert len(raw) <= MOST_BYTES
        assert re.fullmatch(rb"[\x20-\x7e]+\n", raw)
    assert max(len(world.raw(answer)) for answer in answers) > MOST_WITHOUT
    assert keyreeve("audit", "verify", "--data", str(world.server.data)).returncode == 0


@pytest.mark.parametrize(
    ("who", "operation", "parameters"),
    [
        ("as_role", "CreateAlias", {"AliasName": "alias/" + "a" * 249}),
        ("as_user_of_ram", "SetDefaultPolicyVersion", {"PolicyName": LONG_POLICY, "VersionId": "v1"}),
    ],
)
def test_a_long_resource_does_not_push_out_what_decided(
    world: World, who: str, operation: str, parameters: dict[str, str]
):
    """The statement is what an operator looks for; the resource stands elsewhere in the line too."""
    line = world.line(getattr(world, who)(operation, KeyId=world.key_id, **parameters))
    assert line["why"].partition(":")[2].startswith(operation)
    assert "denied by statement" in line["why"]
    assert "of policy" in line["why"]


def test_a_mixed_day_of_several_callers_verifies(world: World):
    asks = [world.as_root, world.as_user, world.as_role, world.as_nobody]
    calls = [
        partial(ask, operation, KeyId=reference, Plaintext="aGk=")
        for ask in asks
        for operation in ("Encrypt", "DescribeKey", "ListKeys", "CreateAlias", "NoSuchThing")
        for reference in (world.key_id, "alias/none", "x" * 500)
    ]
    random.shuffle(calls)
    ids = [call().json["RequestId"] for call in calls]
    logged = [json.loads(line)["id"] for line in lines_of(world.server.data / "audit")]
    assert [one for one in logged if one in set(ids)] == ids
    done = keyreeve("audit", "verify", "--data", str(world.server.data))
    assert (done.returncode, done.stderr) == (0, "")


anything = st.text(max_size=400) | st.text('"\\\n\r\0é{}', max_size=400) | st.just("x" * 5000)
given_values = st.fixed_dictionaries(
    dict.fromkeys(("access_key_id", "source", "operation", "resource", "result", "by", "why"), anything)
)


@given(values=given_values, number=st.integers(1, 2**63), previous=st.binary(min_size=32, max_size=32))
def test_a_line_keeps_its_form_and_its_link_whoever_and_why(values: dict[str, str], number: int, previous: bytes):
    line, chain = link(previous, number, record(**values))
    assert len(line) <= MOST_BYTES
    assert re.fullmatch(rb"[\x20-\x7e]+\n", line)
    members = list(json.loads(line))
    assert members[-1] == "chain"
    assert ("by" in members, "why" in members) == (bool(values["by"]), bool(values["why"]))
    again = read_line(previous, line[:-1])
    assert again is not None
    assert (again.number, again.chain) == (number, chain)


@pytest.mark.parametrize("member", ["by", "why"])
def test_who_and_why_are_under_the_chain(member: str):
    line, _ = link(bytes(32), 1, record(by="user/alice", why="no statement allows it"))
    place = line.index(f'"{member}":"'.encode()) + len(member) + 5
    changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
    assert read_line(bytes(32), line[:-1]) is not None
    assert read_line(bytes(32), changed[:-1]) is None


@pytest.mark.parametrize("member", ["by", "why"])
def test_who_and_why_cannot_be_added_or_taken_away(member: str):
    with_it, _ = link(bytes(32), 1, record(**{member: "x"}))
    without, _ = link(bytes(32), 1, record())
    extra = f',"{member}":"x"'.encode()
    assert read_line(bytes(32), with_it.replace(extra, b"")[:-1]) is None
    assert read_line(bytes(32), without.replace(b',"chain"', extra + b',"chain"')[:-1]) is None

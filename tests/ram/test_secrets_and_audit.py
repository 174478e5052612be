"""What is written of RAM's calls: no secret in the clear, and a line that names what each call was about."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ram.calls import Ram, policy, trust
from tests.serving.processes import serving
from tests.storage.test_no_marker import files, forms
from tests.support.client import Client
from tests.support.server import Server, init, keyreeve


@pytest.fixture
def own(data: Path) -> Iterator[Server]:
    with serving(Server(data, init(data))) as server:
        yield server


def test_the_secret_of_an_access_key_is_told_once_and_never_written_in_the_clear(own: Server):
    ram = Ram(own.address, own.account)
    alice = ram.create_user("alice")
    ram.call("AttachPolicyToUser", UserName="alice", PolicyType="System", PolicyName="AdministratorAccess")
    user = Ram(own.address, alice)
    for answer in (user.answer("ListAccessKeys"), user.answer("GetUser", UserName="alice")):
        assert (answer.status, alice.access_key_secret.encode() in answer.body) == (200, False)
    ram.call("DeleteAccessKey", UserName="alice", UserAccessKeyId=alice.access_key_id)
    found = [
        name
        for name, content in files(own).items()
        for form in forms(alice.access_key_secret.encode())
        if form in content
    ]
    assert found == []


def test_the_audit_line_names_what_a_call_was_about(own: Server):
    ram = Ram(own.address, own.account)
    alice = ram.create_user("alice")
    ram.call("CreateGroup", GroupName="dev")
    ram.call("AddUserToGroup", UserName="alice", GroupName="dev")
    ram.call("CreateRole", RoleName="reader", AssumeRolePolicyDocument=trust(own.account.account_id))
    ram.call("CreatePolicy", PolicyName="p", PolicyDocument=policy())
    ram.call("AttachPolicyToRole", RoleName="reader", PolicyType="Custom", PolicyName="p")
    ram.refused("DeletePolicy", PolicyName="p")
    Ram(own.address, alice).refused("ListUsers")
    lines = [json.loads(line) for line in (own.data / "audit" / "audit.jsonl").read_text().splitlines()]
    written = [(line["op"], line["on"], line["result"]) for line in lines]
    assert written == [
        ("ram:CreateUser", "user/alice", "OK"),
        ("ram:CreateAccessKey", f"user/alice/accesskey/{alice.access_key_id}", "OK"),
        ("ram:CreateGroup", "group/dev", "OK"),
        ("ram:AddUserToGroup", "group/dev/user/alice", "OK"),
        ("ram:CreateRole", "role/reader", "OK"),
        ("ram:CreatePolicy", "policy/p", "OK"),
        ("ram:AttachPolicyToRole", "role/reader/policy/Custom/p", "OK"),
        ("ram:DeletePolicy", "policy/p", "DeleteConflict.Policy.Role"),
        ("ram:ListUsers", "user/*", lines[-1]["result"]),
    ]
    assert {line["key"] for line in lines[:-1]} == {own.account.access_key_id}
    assert lines[-1]["key"] == alice.access_key_id


def test_a_users_access_key_works_after_the_root_key_was_rotated(own: Server):
    ram = Ram(own.address, own.account)
    alice = ram.create_user("alice")
    ram.call("AttachPolicyToUser", UserName="alice", PolicyType="System", PolicyName="AliyunKMSFullAccess")
    assert own.stop() == 0
    done = keyreeve("root-key", "rotate", "--data", str(own.data))
    assert done.returncode == 0, done.stderr
    own.start()
    Client(own.address, alice).call("CreateKey")

"""What `keyreeve ram simulate` takes, prints, and refuses."""

import json

import pytest

from tests.cli.test_mistakes import mistake
from tests.cli.test_ram_simulate import SITUATIONS, USE, Scene, World, set_up
from tests.ram.calls import Ram, allow, policy
from tests.support.server import Server, keyreeve


@pytest.fixture(scope="module")
def world(sqlite_server: Server) -> World:
    return World(sqlite_server)


@pytest.fixture(scope="module")
def scene(world: World) -> Scene:
    """A user who may use a key, as the policy of the user says."""
    return set_up(world, SITUATIONS["of this key"])[0]


def name_of(scene: Scene) -> str:
    return scene.who.partition("/")[2]


def words_of(scene: Scene, **changed: str) -> list[str]:
    given = {
        "data": str(scene.world.server.data),
        "account-id": scene.world.root.account.account_id,
        "as": scene.who,
        "action": USE,
        "resource": f"key/{scene.key_id}",
    }
    return [word for name, value in {**given, **changed}.items() for word in (f"--{name}", value)]


def test_people_are_told_what_is_decided_and_by_what(scene: Scene):
    done = keyreeve("ram", "simulate", *words_of(scene))
    assert (done.returncode, done.stderr) == (0, "")
    arn = scene.world.arn(f"key/{scene.key_id}")
    assert done.stdout.startswith(f"allowed: {USE} on {arn}: allowed by statement 1 of policy Custom/User-")


def test_a_denial_is_status_1_and_one_line_on_standard_output(scene: Scene):
    done = keyreeve("ram", "simulate", *words_of(scene, resource="key/other"))
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("denied: ")
    assert done.stdout.endswith(": no statement allows it\n")


@pytest.mark.parametrize("allowed", [True, False])
def test_json_is_one_object_with_what_was_asked(world: World, scene: Scene, allowed: bool):
    resource = f"key/{scene.key_id}" if allowed else "key/other"
    done = world.simulate(scene.who, USE, resource, "--json")
    assert done.exit_code == (0 if allowed else 1)
    found = json.loads(done.stdout)
    assert (found["allowed"], found["action"], found["resource"]) == (allowed, USE, world.arn(resource))
    assert found.keys() == {"allowed", "action", "resource", "why"}


def test_a_bare_name_is_a_users_and_a_resource_may_be_its_arn(world: World, scene: Scene):
    assert world.simulate(name_of(scene), USE, world.arn(f"key/{scene.key_id}")).exit_code == 0
    assert world.simulate(name_of(scene), "KMS:describekey", f"key/{scene.key_id}").exit_code == 0


@pytest.mark.parametrize("prefix", ["role/", "group/", "policy/", "user/x/", "role/x/", "acs:ram::1:user/"])
def test_only_the_user_of_that_name_is_the_user(scene: Scene, prefix: str):
    """Whoever is not asked about must not be answered for: a slip here says allowed of the wrong one."""
    who = f"{prefix}{name_of(scene)}"
    line = mistake("ram", "simulate", *words_of(scene, **{"as": who}))
    assert "there is no such user or role" in line


@pytest.mark.parametrize("who", ["nobody", "user/nobody", "role/nobody", "", "user/", "root"])
def test_a_caller_who_does_not_exist_is_one_line(world: World, scene: Scene, who: str):
    done = world.simulate(who, USE, f"key/{scene.key_id}")
    assert (done.exit_code, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1


def test_a_user_of_another_account_is_not_found_in_the_first(scene: Scene):
    mistake("ram", "simulate", *words_of(scene, **{"account-id": scene.world.server.account.account_id}))


@pytest.mark.parametrize("source", ["nonsense", "127.0.0.1/8", "", "1.2.3"])
def test_what_is_no_address_is_refused(world: World, scene: Scene, source: str):
    """A NotIpAddress holds for it, so the answer would be one of no call."""
    done = world.simulate(scene.who, USE, f"key/{scene.key_id}", "--source-ip", source)
    assert done.stdout == ""
    assert done.exit_code != 0


def test_what_is_no_arn_is_refused(world: World, scene: Scene):
    done = world.simulate(scene.who, USE, "acs:kms")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "not an ARN" in done.stderr


def test_a_call_that_names_a_key_by_its_alias_is_about_the_key(world: World):
    """Encrypt with an alias needs a right on the key and none on the alias (reference 2.4)."""
    scene, caller = set_up(world, SITUATIONS["encryption"])
    assert caller.answer("Encrypt", KeyId=scene.alias, Plaintext="aGk=").code == "OK"
    assert world.simulate(scene.who, "kms:Encrypt", scene.alias).exit_code == 0


def test_the_identities_own_actions_may_be_simulated(world: World):
    user = world.ram.create_user("officer")
    arn = f"acs:ram::{world.root.account.account_id}:user/officer"
    world.ram.grant("officer", "see-users", allow("ram:GetUser", arn))
    officer = Ram(world.server.address, user)
    for operation, allowed in (("GetUser", True), ("ListGroupsForUser", False)):
        assert (officer.answer(operation, UserName="officer").code == "OK") is allowed
        assert (world.simulate("officer", f"ram:{operation}", arn).exit_code == 0) is allowed


def test_a_short_resource_of_an_action_of_ram_is_one_of_ram(world: World):
    world.ram.create_user("clerk")
    world.ram.grant("clerk", "see-clerk", allow("ram:GetUser", "acs:ram:*:*:user/clerk"))
    assert world.simulate("clerk", "ram:GetUser", "user/clerk").exit_code == 0


def test_a_key_of_another_account_needs_its_policy_too(world: World):
    theirs, ours = World(world.server), world
    key_id, _ = theirs.new_key()
    scene, caller = set_up(ours, SITUATIONS["nothing allows"])
    ours.ram.grant(name_of(scene), "anything", allow("*"))
    arn = theirs.arn(f"key/{key_id}")
    for allowed in (False, True):
        assert (caller.answer("DescribeKey", KeyId=arn).code == "OK") is allowed
        assert (ours.simulate(scene.who, USE, arn).exit_code == 0) is allowed
        principal = {"RAM": [f"acs:ram::{ours.root.account.account_id}:{scene.who}"]}
        opened = policy({**allow(USE), "Principal": principal})
        theirs.root.call("SetKeyPolicy", KeyId=key_id, Policy=opened)
    # Named without its account it is looked for in the caller's own, where it is not: policies have nothing against it,
    # and what the other account's key says no longer counts.
    theirs.root.call("SetKeyPolicy", KeyId=key_id, Policy=policy({**allow("kms:Encrypt"), "Principal": principal}))
    assert caller.answer("DescribeKey", KeyId=key_id).code == "Forbidden.KeyNotFound"
    assert ours.simulate(scene.who, USE, arn).exit_code == 1
    assert ours.simulate(scene.who, USE, f"key/{key_id}").exit_code == 0

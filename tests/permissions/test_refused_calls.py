"""What a refused call leaves behind: a line in the audit log, and nothing else."""

import pytest

from keyreeve.catalogue import CATALOGUE
from tests.permissions.documents import key_policy, names
from tests.permissions.needs import GUARDED, NEEDS, needs_in
from tests.permissions.room import operation_of
from tests.permissions.stage import EVERYTHING, Stage
from tests.permissions.state import audit_line, stored
from tests.permissions.test_each_operation import request_of

guarded = pytest.mark.parametrize("case", GUARDED)
CAN_RUN_DRY = [case for case in GUARDED if "DryRun" in {one.name for one in CATALOGUE[operation_of(case)].parameters}]


@guarded
def test_nothing_is_stored_or_changed(stage: Stage, case: str):
    house, room = stage.ours, stage.ours.room
    needed = needs_in(room, case)
    for missing in needed:
        stage.user.may(*(house.right(right) for right in needed if right != missing))
        before = stored(stage.server.data)
        refused = stage.user.caller.answer(operation_of(case), **request_of(house, room, case))
        assert refused.status == 403
        assert stored(stage.server.data) == before


def test_a_call_that_is_not_refused_shows_in_what_is_stored(stage: Stage):
    """So that the test above sees changes."""
    before = stored(stage.server.data)
    stage.ours.root.create_key()
    after = stored(stage.server.data)
    assert {table for table in after if before[table] != after[table]} >= {"keys", "key_versions"}


@guarded
def test_the_audit_line_says_who_what_and_why(stage: Stage, case: str):
    house, room = stage.ours, stage.ours.room
    needed = needs_in(room, case)
    action, resource = needed[-1]
    denied = {**house.right(needed[-1]), "Effect": "Deny", "Sid": "no-way"}
    stage.user.may(EVERYTHING, denied)
    refused = stage.user.caller.answer(operation_of(case), **request_of(house, room, case))
    line = audit_line(stage.server.data, refused)
    assert (line["account"], line["key"]) == (house.account.account_id, stage.user.caller.account.access_key_id)
    assert (line["by"], line["op"]) == (f"user/{stage.user.name}", operation_of(case))
    assert (line["result"], line["from"]) == ("Forbidden.NoPermission", "127.0.0.1")
    decided = f"denied by statement no-way of policy Custom/{stage.user.name}"
    assert line["why"] == f"{action} on {house.arn(resource)}: {decided}"


@pytest.mark.parametrize("case", [one for one in GUARDED if "{key}" in str(NEEDS[one]) and "ReEncrypt" not in one])
def test_the_audit_line_says_what_the_call_was_about(stage: Stage, case: str):
    room = stage.ours.room
    refused = stage.with_nothing.answer(operation_of(case), **request_of(stage.ours, room, case))
    about = audit_line(stage.server.data, refused)["on"]
    assert about.endswith((room.world.key_id, room.world.alias, f"{room.world.alias}2", room.world.secret, "secret"))


def test_a_line_of_the_root_has_no_by_and_a_success_no_why(stage: Stage):
    room = stage.ours.room
    root = audit_line(stage.server.data, stage.ours.root.answer("DescribeKey", KeyId=room.world.key_id))
    assert (root["result"], "by" in root, "why" in root) == ("OK", False, False)
    user = audit_line(stage.server.data, stage.with_everything.answer("DescribeKey", KeyId=room.world.key_id))
    assert (user["result"], user["by"].startswith("user/"), "why" in user) == ("OK", True, False)


@pytest.mark.parametrize("case", CAN_RUN_DRY)
def test_the_dry_run_of_a_refused_call_is_refused(stage: Stage, case: str):
    house, room = stage.ours, stage.ours.room
    needed = needs_in(room, case)
    request = {**request_of(house, room, case), "DryRun": "true"}
    for missing in needed:
        stage.user.may(*(house.right(right) for right in needed if right != missing))
        refused = stage.user.caller.answer(operation_of(case), **request)
        assert (refused.status, refused.code) == (403, "AccessDeniedError"), refused.body
        line = audit_line(stage.server.data, refused)
        assert (line["result"], line["by"]) == ("AccessDeniedError", f"user/{stage.user.name}")
        assert line["why"].startswith(f"{missing[0]} on {house.arn(missing[1])}: ")
    stage.user.may(*(house.right(right) for right in needed))
    assert stage.user.caller.refused(operation_of(case), **request) == "DryRunOperationError"


def test_the_operations_that_can_run_dry_are_those_of_the_documents():
    """API reference of 2024: encryption, data keys, signatures, codes, public keys and the values of secrets."""
    assert {operation_of(case) for case in CAN_RUN_DRY} == {
        *("Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
        *("ExportDataKey", "GenerateAndExportDataKey", "GetPublicKey"),
        *("AsymmetricSign", "AsymmetricVerify", "AsymmetricEncrypt", "AsymmetricDecrypt"),
        *("GenerateMac", "VerifyMac", "GetSecretValue"),
    }


def test_a_call_refused_by_a_key_policy_says_so_in_the_audit_log(stage: Stage):
    house = stage.ours
    key_id = house.root.create_key()
    denial = names(house.principal("*"), "kms:Encrypt", effect="Deny", Sid="nobody here")
    house.root.call("SetKeyPolicy", KeyId=key_id, Policy=key_policy(denial))
    refused = stage.with_everything.answer("Encrypt", KeyId=key_id, Plaintext="eA==")
    line = audit_line(stage.server.data, refused)
    assert line["on"] == f"key/{key_id}"
    assert line["why"].endswith(": denied by statement nobody here of policy key policy")
    assert line["why"] in refused.json["Message"]

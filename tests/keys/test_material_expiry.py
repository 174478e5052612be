"""KeyMaterialExpireUnix (API reference 8.3), with a clock that is moved and jobs that run when told."""

from time import gmtime, strftime

import pytest

from tests.catalogue.refusals import names
from tests.keys.imported import Imported, expiring, imported
from tests.keys.imports import import_material, new_material, parameters_for
from tests.keys.states import bring
from tests.keys.still import DAY, StillServer
from tests.support.client import KmsRefused

JOB = "job.DeleteKeyMaterial"


def wire(seconds: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))


def require_waiting(key: Imported) -> None:
    """PendingImport, however one looks at it."""
    assert key.state == "PendingImport"
    assert not key.is_usable
    assert key.still.refused("Encrypt", KeyId=key.key_id, Plaintext="aa") == "Rejected.PendingImport"
    assert key.still.refused("EnableKey", KeyId=key.key_id) == "Rejected.StateModifiedFailed"
    assert key.key_id in key.still.keys_in("PendingImport")
    assert key.key_id not in key.still.keys_in("Enabled") | key.still.keys_in("Disabled")
    assert key.metadata["MaterialExpireTime"] == ""


@pytest.mark.parametrize("given", [{}, {"KeyMaterialExpireUnix": ""}, {"KeyMaterialExpireUnix": "0"}], ids=str)
def test_material_without_a_time_never_expires(still: StillServer, given: dict[str, str]):
    key = imported(still, **given)
    assert key.metadata["MaterialExpireTime"] == ""
    still.wait(4000 * DAY)
    still.run_jobs()
    assert (key.state, key.is_usable) == ("Enabled", True)


@pytest.mark.parametrize("back", [0, 1, 60, DAY])
def test_a_time_in_the_past_is_refused_and_named(still: StillServer, back: int):
    key_id = still.create_key(Origin="EXTERNAL")
    given = parameters_for(still, key_id, "Aliyun_AES_256", new_material("Aliyun_AES_256"))
    # The clock stands within a second, whose beginning is past.
    still.wait(0.5 - still.clock.now % 1)
    answer = still.answer("ImportKeyMaterial", **given, KeyMaterialExpireUnix=str(still.now - back))
    assert names(answer, "InvalidParameter", "KeyMaterialExpireUnix")
    assert still.metadata(key_id)["KeyState"] == "PendingImport"
    assert still.versions(key_id) == []


def test_the_last_second_that_has_a_form_is_taken_and_no_later_one(still: StillServer):
    last = 253_402_300_799
    key = imported(still, KeyMaterialExpireUnix=str(last))
    assert key.metadata["MaterialExpireTime"] == "9999-12-31T23:59:59Z"
    given = parameters_for(still, key.key_id, key.spec, key.material)
    answer = still.answer("ImportKeyMaterial", **given, KeyMaterialExpireUnix=str(last + 1))
    assert names(answer, "InvalidParameter", "KeyMaterialExpireUnix")


def test_the_time_is_shown_and_holds_to_the_second(still: StillServer):
    key = expiring(still, 100)
    expires = still.now + 100
    assert key.metadata["MaterialExpireTime"] == wire(expires)
    still.wait(expires - still.clock.now - 0.001)
    assert (key.state, key.is_usable) == ("Enabled", True)
    still.wait(0.001)
    require_waiting(key)


@pytest.mark.parametrize("spec", ["Aliyun_AES_256", "Aliyun_SM4"])
def test_at_its_time_a_key_waits_before_and_after_the_job(still: StillServer, spec: str):
    key = expiring(still, 100, spec)
    still.wait(101)
    assert len(still.sealed(key.key_id)) == 1
    require_waiting(key)
    still.run_jobs()
    assert still.sealed(key.key_id) == []
    require_waiting(key)
    assert still.job_lines(JOB).count(f"key/{key.key_id}") == 1
    still.run_jobs()
    assert still.job_lines(JOB).count(f"key/{key.key_id}") == 1


def test_the_job_leaves_material_whose_time_has_not_come(still: StillServer):
    key, later = expiring(still, 100), expiring(still, 200)
    still.wait(150)
    still.run_jobs()
    assert (still.sealed(key.key_id), later.is_usable) == ([], True)
    assert len(still.sealed(later.key_id)) == 1


def test_a_disabled_key_whose_material_expires_waits_too(still: StillServer):
    key = expiring(still, 100)
    still.call("DisableKey", KeyId=key.key_id)
    still.wait(101)
    require_waiting(key)
    still.run_jobs()
    require_waiting(key)


@pytest.mark.parametrize("job", [True, False])
def test_the_same_material_again_opens_what_was_encrypted_before(still: StillServer, job: bool):
    key = expiring(still, 100)
    version = key.metadata["PrimaryKeyVersion"]
    still.wait(101)
    if job:
        still.run_jobs()
    key.import_again()
    assert (key.state, key.is_usable) == ("Enabled", True)
    assert still.versions(key.key_id) == [version] == [key.metadata["PrimaryKeyVersion"]]
    still.run_jobs()
    assert (key.state, key.is_usable, key.metadata["MaterialExpireTime"]) == ("Enabled", True, "")


@pytest.mark.parametrize("job", [True, False])
def test_other_material_is_refused_after_the_expiry_as_before(still: StillServer, job: bool):
    key = expiring(still, 100)
    other = new_material(key.spec)
    for _ in range(2):
        with pytest.raises(KmsRefused, match="InvalidKeyMaterial"):
            import_material(still, key.key_id, key.spec, other)
        still.wait(101)
        if job:
            still.run_jobs()
    require_waiting(key)


@pytest.mark.parametrize("job", [True, False])
def test_a_key_in_pending_deletion_keeps_its_state_and_waits_when_it_is_cancelled(still: StillServer, job: bool):
    key = expiring(still, 100)
    bring(still, key.key_id, "PendingDeletion")
    before = key.metadata
    still.wait(101)
    if job:
        still.run_jobs()
    assert key.metadata == {**before, "MaterialExpireTime": ""}
    assert key.key_id in still.keys_in("PendingDeletion")
    assert key.key_id not in still.keys_in("PendingImport")
    assert still.refused("Decrypt", CiphertextBlob=key.blob) == "Rejected.PendingDeletion"
    still.call("CancelKeyDeletion", KeyId=key.key_id)
    require_waiting(key)


CHANGES = {
    "UpdateKeyDescription": {"Description": "changed"},
    "SetDeletionProtection": {"EnableDeletionProtection": "true"},
    "ScheduleKeyDeletion": {"PendingWindowInDays": "7"},
}


@pytest.mark.parametrize("operation", CHANGES)
def test_material_goes_though_the_key_was_changed_between_its_time_and_the_job(still: StillServer, operation: str):
    key = expiring(still, 100)
    still.wait(101)
    still.call(operation, KeyId=key.key_id, **CHANGES[operation])
    still.run_jobs()
    assert still.sealed(key.key_id) == []

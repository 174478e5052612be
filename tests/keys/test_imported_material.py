"""DeleteKeyMaterial, and importing into a key that has its material (API reference 8.3, 8.9)."""

import pytest

from tests.keys.imported import Imported, expiring, imported
from tests.keys.imports import import_material, new_material
from tests.keys.pairs import DIGEST
from tests.keys.states import bring
from tests.keys.still import DAY, StillServer
from tests.support.client import KmsRefused


def delete(key: Imported) -> None:
    key.still.call("DeleteKeyMaterial", KeyId=key.key_id)


@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_deleted_material_is_gone_at_once_and_the_key_waits(still: StillServer, state: str):
    key = imported(still)
    bring(still, key.key_id, state)
    before = key.metadata
    delete(key)
    assert key.metadata == {**before, "KeyState": "PendingImport"}
    assert key.key_id in still.keys_in("PendingImport")
    assert not key.is_usable
    assert still.sealed(key.key_id) == []


def test_deleting_what_is_not_there_changes_nothing(still: StillServer):
    key, empty = imported(still), still.create_key(Origin="EXTERNAL")
    delete(key)
    for key_id in (key.key_id, empty):
        before = still.metadata(key_id)
        still.call("DeleteKeyMaterial", KeyId=key_id)
        assert still.metadata(key_id) == before


def test_a_key_in_pending_deletion_loses_its_material_but_neither_its_state_nor_its_date(still: StillServer):
    key = imported(still)
    bring(still, key.key_id, "PendingDeletion")
    before = key.metadata
    delete(key)
    assert key.metadata == before
    assert still.sealed(key.key_id) == []
    still.call("CancelKeyDeletion", KeyId=key.key_id)
    assert key.state == "PendingImport"


def test_material_that_was_made_here_is_not_deleted(still: StillServer):
    for spec in ("Aliyun_AES_256", "EC_P256"):
        key_id = still.create_key(KeySpec=spec)
        assert still.refused("DeleteKeyMaterial", KeyId=key_id) == "Unsupported.Origin"
        assert still.metadata(key_id)["KeyState"] == "Enabled"
        assert len(still.sealed(key_id)) == 1


def test_after_a_deletion_the_same_material_opens_what_was_encrypted_and_no_other_is_taken(still: StillServer):
    key = imported(still)
    for _ in range(2):
        delete(key)
        with pytest.raises(KmsRefused, match="InvalidKeyMaterial"):
            import_material(still, key.key_id, key.spec, new_material(key.spec))
        assert key.state == "PendingImport"
        key.import_again()
        assert (key.state, key.is_usable, len(still.versions(key.key_id))) == ("Enabled", True, 1)


def test_a_deletion_forgets_the_time_of_the_material(still: StillServer):
    key = expiring(still, 100)
    delete(key)
    assert key.metadata["MaterialExpireTime"] == ""
    key.import_again()
    still.wait(200)
    still.run_jobs()
    assert (key.state, key.is_usable) == ("Enabled", True)


@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_importing_again_sets_the_time_anew_and_leaves_the_state(still: StillServer, state: str):
    key = expiring(still, 100)
    bring(still, key.key_id, state)
    before = key.metadata
    key.import_again(KeyMaterialExpireUnix=str(still.now + 300))
    after = key.metadata
    assert after["MaterialExpireTime"] > before["MaterialExpireTime"]
    assert {**after, "MaterialExpireTime": ""} == {**before, "MaterialExpireTime": ""}
    still.wait(200)
    still.run_jobs()
    assert key.state == state
    still.wait(101)
    assert key.state == "PendingImport"


@pytest.mark.parametrize("state", ["Enabled", "Disabled"])
def test_importing_again_without_a_time_takes_the_time_away(still: StillServer, state: str):
    key = expiring(still, 100)
    bring(still, key.key_id, state)
    key.import_again()
    assert key.metadata["MaterialExpireTime"] == ""
    still.wait(300 * DAY)
    still.run_jobs()
    assert key.state == state


def test_nothing_is_imported_into_a_key_in_pending_deletion(still: StillServer):
    key = expiring(still, 100)
    bring(still, key.key_id, "PendingDeletion")
    before = key.metadata
    with pytest.raises(KmsRefused, match="StateModifiedFailed"):
        key.import_again()
    assert key.metadata == before


@pytest.mark.parametrize("spec", ["EC_P256", "EC_P256K", "EC_SM2"])
def test_a_pair_that_lost_its_material_signs_again_with_the_same(still: StillServer, spec: str):
    key_id, material = still.create_key(Origin="EXTERNAL", KeySpec=spec), new_material(spec)
    import_material(still, key_id, spec, material)
    (version,) = still.versions(key_id)
    signing = {"KeyId": key_id, "KeyVersionId": version, "Digest": DIGEST}
    signing["Algorithm"] = "SM2DSA" if spec == "EC_SM2" else "ECDSA_SHA_256"
    signature = still.call("AsymmetricSign", **signing)["Value"]
    still.call("DeleteKeyMaterial", KeyId=key_id)
    assert still.sealed(key_id) == []
    assert still.refused("AsymmetricVerify", **signing, Value=signature) == "Rejected.PendingImport"
    with pytest.raises(KmsRefused, match="InvalidKeyMaterial"):
        import_material(still, key_id, spec, new_material(spec))
    import_material(still, key_id, spec, material)
    assert still.versions(key_id) == [version]
    assert still.call("AsymmetricVerify", **signing, Value=signature)["Value"] is True
    assert still.call("AsymmetricVerify", **signing, Value=still.call("AsymmetricSign", **signing)["Value"])["Value"]


def test_the_database_file_keeps_nothing_of_deleted_material(still: StillServer):
    if not still.parts.database.is_sqlite:
        pytest.skip("PostgreSQL overwrites when it vacuums: docs/architecture.md")
    # What else is due must not empty the log by the way.
    still.run_jobs()
    still.parts.database.shrink_log()
    key = imported(still)
    (sealed,) = still.sealed(key.key_id)
    assert sealed in database_bytes(still)
    delete(key)
    # As the server's background does once a second.
    assert still.run_jobs() == 0
    if still.parts.database.owes_shrinking:
        still.parts.database.shrink_log()
    assert sealed not in database_bytes(still)


def database_bytes(still: StillServer) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(still.data.glob("keyreeve.db*")))

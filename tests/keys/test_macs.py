"""Keys for message authentication codes, and their use: GenerateMac and VerifyMac."""

import base64
import hmac
import os

import pytest

from tests.keys.imports import import_material, new_material
from tests.keys.states import bring
from tests.keys.still import DAY, StillServer

ALGORITHMS = {
    "HMAC_224": ("HMAC_SHA_224", 28),
    "HMAC_256": ("HMAC_SHA_256", 32),
    "HMAC_384": ("HMAC_SHA_384", 48),
    "HMAC_512": ("HMAC_SHA_512", 64),
    "HMAC_SM3": ("HMAC_SM3", 32),
}
MESSAGE = base64.b64encode(b"what do ya want for nothing?").decode()
REJECTED = "Rejected.UnsupportedOperation"
specs = pytest.mark.parametrize("spec", ALGORITHMS)

# The database plays no part in it.
pytestmark = pytest.mark.parametrize("still", ["sqlite"], indirect=True)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def request(key_id: str, spec: str, message: str = MESSAGE) -> dict[str, str]:
    return {"KeyId": key_id, "Algorithm": ALGORITHMS[spec][0], "Message": message}


def generated(still: StillServer, key_id: str, spec: str, message: str = MESSAGE) -> str:
    return str(still.call("GenerateMac", **request(key_id, spec, message))["Mac"])


def verified(still: StillServer, key_id: str, spec: str, mac: str, message: str = MESSAGE) -> bool:
    answer = still.call("VerifyMac", **request(key_id, spec, message), Mac=mac)
    assert (answer["KeyId"], answer["Algorithm"]) == (key_id, ALGORITHMS[spec][0])
    return bool(answer["Value"])


@specs
def test_a_key_authenticates_messages(still: StillServer, spec: str):
    made = still.call("CreateKey", KeySpec=spec)["KeyMetadata"]
    key_id = made["KeyId"]
    assert (made["KeySpec"], made["KeyUsage"], made["KeyState"]) == (spec, "GENERATE/VERIFY_MAC", "Enabled")
    assert still.versions(key_id) == [made["PrimaryKeyVersion"]]
    mac = generated(still, key_id, spec)
    assert len(base64.b64decode(mac, validate=True)) == ALGORITHMS[spec][1]
    assert generated(still, key_id, spec) == mac
    assert verified(still, key_id, spec, mac)
    assert not verified(still, key_id, spec, mac, b64(b"another"))
    assert not verified(still, still.create_key(KeySpec=spec), spec, mac)


def test_whatever_is_not_the_whole_code_is_answered_with_false(still: StillServer):
    key_id = still.create_key(KeySpec="HMAC_256")
    mac = base64.b64decode(generated(still, key_id, "HMAC_256"))
    for wrong in (mac[:-1], mac[:16], mac + b"\0", mac[::-1], b"\0", bytes(32), bytes(10_000)):
        assert not verified(still, key_id, "HMAC_256", b64(wrong))


@specs
def test_imported_material_makes_the_codes_that_its_owner_makes(still: StillServer, spec: str):
    key_id, material = still.create_key(KeySpec=spec, Origin="EXTERNAL"), new_material(spec)
    assert still.refused("GenerateMac", **request(key_id, spec)) == "Rejected.PendingImport"
    import_material(still, key_id, spec, material)
    mac = generated(still, key_id, spec)
    if spec != "HMAC_SM3":
        digest = ALGORITHMS[spec][0].removeprefix("HMAC_").replace("_", "")
        assert base64.b64decode(mac) == hmac.digest(material, base64.b64decode(MESSAGE), digest)
    still.call("DeleteKeyMaterial", KeyId=key_id)
    assert still.refused("VerifyMac", **request(key_id, spec), Mac=mac) == "Rejected.PendingImport"
    import_material(still, key_id, spec, material)
    assert verified(still, key_id, spec, mac)


@specs
def test_material_of_another_length_is_refused(still: StillServer, spec: str):
    key_id = still.create_key(KeySpec=spec, Origin="EXTERNAL")
    size = ALGORITHMS[spec][1]
    for wrong in (size - 1, size + 1, 1):
        with pytest.raises(Exception, match="InvalidKeyMaterial"):
            import_material(still, key_id, spec, os.urandom(wrong))
    assert still.metadata(key_id)["KeyState"] == "PendingImport"


def test_a_code_that_material_made_is_not_verified_when_its_time_is_over(still: StillServer):
    key_id = still.create_key(KeySpec="HMAC_512", Origin="EXTERNAL")
    import_material(still, key_id, "HMAC_512", new_material("HMAC_512"), KeyMaterialExpireUnix=str(still.now + 100))
    mac = generated(still, key_id, "HMAC_512")
    still.wait(100)
    assert still.refused("VerifyMac", **request(key_id, "HMAC_512"), Mac=mac) == "Rejected.PendingImport"


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion"])
def test_the_state_decides(still: StillServer, state: str):
    key_id = still.create_key(KeySpec="HMAC_SM3")
    mac = generated(still, key_id, "HMAC_SM3")
    bring(still, key_id, state)
    for operation, more in (("GenerateMac", {}), ("VerifyMac", {"Mac": mac})):
        answer = still.answer(operation, **request(key_id, "HMAC_SM3"), **more)
        assert (answer.status, answer.code) == (409, f"Rejected.{state}")
    still.call("EnableKey" if state == "Disabled" else "CancelKeyDeletion", KeyId=key_id)
    assert verified(still, key_id, "HMAC_SM3", mac)


@pytest.mark.parametrize("length", [1, 4096, 4097])
def test_a_message_has_at_most_4096_bytes(still: StillServer, length: int):
    key_id = still.create_key(KeySpec="HMAC_256")
    given = request(key_id, "HMAC_256", b64(bytes(length)))
    expected = "OK" if length <= 4096 else "InvalidParameter"
    assert still.answer("GenerateMac", **given).code == expected
    assert still.answer("VerifyMac", **given, Mac="eA==").code == expected


@pytest.mark.parametrize(
    "changed",
    [{"Message": "x"}, {"Message": "eA"}, {"Algorithm": "HMAC_SHA_1"}, {"Algorithm": "hmac_sha_256"}, {"Mac": "x"}],
    ids=str,
)
def test_what_is_not_of_the_documented_form_is_refused_by_its_name(still: StillServer, changed: dict[str, str]):
    key_id = still.create_key(KeySpec="HMAC_256")
    (name,) = changed
    answer = still.answer("VerifyMac", **{**request(key_id, "HMAC_256"), "Mac": "eA==", **changed})
    assert (answer.status, answer.code) == (400, "InvalidParameter")
    assert f'"{name}"' in answer.json["Message"]


@pytest.mark.parametrize("name", ["KeyId", "Algorithm", "Message", "Mac"])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(still: StillServer, name: str, value: str | None):
    given = {**request(still.create_key(KeySpec="HMAC_256"), "HMAC_256"), "Mac": "eA=="}
    del given[name]
    answer = still.answer("VerifyMac", **given, **({} if value is None else {name: value}))
    assert (answer.status, answer.code) == (400, "MissingParameter")
    assert f'"{name}"' in answer.json["Message"]


def test_an_alias_an_arn_and_tags_are_as_any_keys(still: StillServer):
    tags = '[{"TagKey":"a","TagValue":"b"}]'
    made = still.call("CreateKey", KeySpec="HMAC_384", Tags=tags)["KeyMetadata"]
    still.call("CreateAlias", KeyId=made["KeyId"], AliasName=f"alias/{made['KeyId']}")
    mac = generated(still, made["KeyId"], "HMAC_384")
    for name in (made["Arn"], f"alias/{made['KeyId']}"):
        answer = still.call("GenerateMac", **request(name, "HMAC_384"))
        assert (answer["KeyId"], answer["Mac"]) == (made["KeyId"], mac)
    assert still.call("ListResourceTags", KeyId=made["KeyId"])["Tags"]["Tag"][0]["TagKey"] == "a"


def test_a_dry_run_answers_with_what_the_call_would_be_refused_for(still: StillServer):
    key_id = still.create_key(KeySpec="HMAC_256")
    for operation, more in (("GenerateMac", {}), ("VerifyMac", {"Mac": "eA=="})):
        given = {**request(key_id, "HMAC_256"), **more, "DryRun": "true"}
        assert still.refused(operation, **given) == "DryRunOperationError"
        assert still.refused(operation, **{**given, "Algorithm": "HMAC_SM3"}) == REJECTED
        assert still.refused(operation, **{**given, "Message": "x"}) == "ValidationError"


def test_a_deleted_key_takes_its_codes_with_it(still: StillServer):
    key_id = still.create_key(KeySpec="HMAC_256")
    mac = generated(still, key_id, "HMAC_256")
    still.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    still.wait(7 * DAY)
    assert still.refused("VerifyMac", **request(key_id, "HMAC_256"), Mac=mac) == "Forbidden.KeyNotFound"

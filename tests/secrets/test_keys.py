"""The key of a secret decides whether its values are read and written (reference 2.4, 3.10; docs/divergences.md)."""

import random
from uuid import uuid4

import pytest

from tests.keys.still import DAY, StillServer
from tests.permissions.state import stored
from tests.secrets.things import create, described, names_parameter, new_name, put, read

NO_KEY, NO_ALIAS = "Forbidden.KeyNotFound", "Forbidden.AliasNotFound"
STRANGE = "5f5f5f5f-0000-4000-8000-000000000000"


def new_secret(name: str = "", **more: str) -> dict[str, str]:
    return {"SecretName": name or new_name(), "VersionId": "v1", "SecretData": "x", **more}


def service_key(still: StillServer) -> str:
    """The id of the account's one key that the service made."""
    create(still)
    [key_id] = [one for one in still.keys_in("Enabled") if still.metadata(one)["Creator"] == "SecretsManager"]
    return key_id


def outcomes(still: StillServer, name: str) -> set[str]:
    """The codes of reading by every name of the version, of writing, and of making another secret under its key."""
    whole = {"SecretName": name}
    answers = [still.answer("GetSecretValue", **whole, **which) for which in ({}, {"VersionId": "v1"})]
    answers += [put(still, name, "v1", "first"), put(still, name, f"n{uuid4()}"[:64])]
    return {answer.code for answer in answers}


@pytest.mark.parametrize("chosen", [True, False], ids=["a chosen key", "the service's key"])
def test_a_key_that_is_disabled_closes_its_secrets_until_it_is_enabled(still: StillServer, chosen: bool):
    key_id = still.create_key() if chosen else service_key(still)
    name = create(still, **({"EncryptionKeyId": key_id} if chosen else {}))
    assert outcomes(still, name) == {"OK"}
    still.call("DisableKey", KeyId=key_id)
    assert outcomes(still, name) == {"Rejected.Disabled"}
    assert described(still, name)["SecretName"] == name
    refused = still.refused("CreateSecret", **new_secret(**({"EncryptionKeyId": key_id} if chosen else {})))
    assert refused == "Rejected.Disabled"
    still.call("EnableKey", KeyId=key_id)
    assert outcomes(still, name) == {"OK"}


def test_a_key_that_waits_for_its_deletion_closes_its_secrets_and_one_that_is_gone_for_ever(still: StillServer):
    key_id = still.create_key()
    name = create(still, EncryptionKeyId=key_id)
    still.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    assert outcomes(still, name) == {"Rejected.PendingDeletion"}
    still.call("CancelKeyDeletion", KeyId=key_id)
    assert outcomes(still, name) == {"OK"}
    still.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    still.wait(7 * DAY)
    assert outcomes(still, name) == {NO_KEY}
    still.run_jobs()
    assert outcomes(still, name) == {NO_KEY}
    assert still.refused("CreateSecret", **new_secret(EncryptionKeyId=key_id)) == NO_KEY
    still.call("DeleteSecret", SecretName=name, ForceDeleteWithoutRecovery="true")


def test_the_services_key_is_one_for_the_account_seen_and_protected(still: StillServer):
    key_id = service_key(still)
    assert service_key(still) == key_id
    shown = still.metadata(key_id)
    assert (shown["DeletionProtection"], shown["KeyState"], shown["KeySpec"]) == (
        "Enabled",
        "Enabled",
        "Aliyun_AES_256",
    )
    schedule = {"KeyId": key_id, "PendingWindowInDays": "7"}
    assert still.refused("ScheduleKeyDeletion", **schedule) == "Rejected.StateModifiedFailed"
    assert "EncryptionKeyId" not in described(still, create(still))
    blob = still.call("Encrypt", KeyId=key_id, Plaintext="eA==")["CiphertextBlob"]
    assert still.call("Decrypt", CiphertextBlob=blob)["Plaintext"] == "eA=="


def test_where_the_services_key_was_deleted_on_purpose_another_serves_new_secrets(still: StillServer):
    key_id, name = service_key(still), create(still)
    still.call(
        "SetDeletionProtection", ProtectedResourceArn=still.metadata(key_id)["Arn"], EnableDeletionProtection="false"
    )
    still.call("ScheduleKeyDeletion", KeyId=key_id, PendingWindowInDays="7")
    assert still.refused("CreateSecret", **new_secret()) == "Rejected.PendingDeletion"
    still.wait(7 * DAY)
    assert service_key(still) != key_id
    assert (read(still, name), read(still, create(still))) == (NO_KEY, "first")
    still.run_jobs()
    assert read(still, create(still)) == "first"


def test_a_key_is_chosen_by_its_id_its_alias_and_their_arns(still: StillServer):
    key_id, alias = still.create_key(), f"alias/{uuid4()}"
    still.call("CreateAlias", KeyId=key_id, AliasName=alias)
    arn = still.metadata(key_id)["Arn"]
    for named in (key_id, alias, arn, arn.replace(f"key/{key_id}", alias)):
        name = create(still, EncryptionKeyId=named)
        assert (described(still, name)["EncryptionKeyId"], read(still, name)) == (key_id, "first")
    still.call("UpdateAlias", KeyId=still.create_key(), AliasName=alias)
    assert described(still, name)["EncryptionKeyId"] == key_id


def test_what_is_no_symmetric_key_of_the_account_is_refused_and_nothing_stored(still: StillServer):
    other = random.randrange(10**15, 10**16)
    arn = still.metadata(still.create_key())["Arn"]
    pairs = [still.create_key(KeySpec="EC_SM2", KeyUsage=usage) for usage in ("SIGN/VERIFY", "ENCRYPT/DECRYPT")]
    wanted = {
        **dict.fromkeys(pairs, "UnsupportedOperation"),
        STRANGE: NO_KEY,
        "alias/nobody": NO_ALIAS,
        arn.replace(still.account.account_id, str(other)): NO_KEY,
        arn.replace("cn-hangzhou", "cn-beijing"): NO_KEY,
        still.create_key(Origin="EXTERNAL"): "Rejected.PendingImport",
    }
    before = stored(still.data)
    for named, code in wanted.items():
        assert still.refused("CreateSecret", **new_secret(EncryptionKeyId=named)) == code, named
    for named in ("x" * 65, "a\0b", "acs:kms:x"):
        assert names_parameter(still.answer("CreateSecret", **new_secret(EncryptionKeyId=named)), "EncryptionKeyId")
    assert still.refused("CreateSecret", **new_secret(DKMSInstanceId="kst-1")) == "Forbidden.DKMSInstanceNotFound"
    assert stored(still.data) == before
